/** Faults beyond the catalogue that an operator can make in one or two calls; their ids have a hyphen. */
import {
  AcceptVpcPeeringConnectionCommand,
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateManagedPrefixListCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeInstancesCommand,
  DescribeManagedPrefixListsCommand,
} from '@aws-sdk/client-ec2';
import { CreateRuleGroupCommand } from '@aws-sdk/client-network-firewall';
import {
  CreateFirewallDomainListCommand,
  CreateFirewallRuleCommand,
  UpdateFirewallConfigCommand,
  UpdateFirewallDomainsCommand,
} from '@aws-sdk/client-route53resolver';
import { CreateNotebookInstanceCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { made, type Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { setPolicy } from './firewall-calls';
import { suricataGroup } from './firewall';
import { addRoute, SM, throughGateway } from './route-calls';
import { editing, ref, setProperty } from './template-edit';
import { newVpc } from './transit-calls';
import { newGroup } from './vpc-only';

const OUT = 'routing/egress-crosses-firewall';

export function furtherEntries(): readonly DeployedEntry[] {
  return [...routes(), ...studio(), ...rules()];
}

function routes(): readonly DeployedEntry[] {
  return [
    {
      id: 'Y-prefix-list',
      what: 'A prefix list of the customer, with one address on it, leads out.',
      expect: fails(OUT, '203.0.113.7'),
      api: async (at) => {
        const { PrefixList } = await at.ec2.send(
          new CreateManagedPrefixListCommand({
            PrefixListName: 'harmless-by-its-name',
            AddressFamily: 'IPv4',
            MaxEntries: 1,
            Entries: [{ Cidr: '203.0.113.7/32' }],
          }),
        );
        const DestinationPrefixListId = made(PrefixList?.PrefixListId);
        await addRoute(at, SM, { DestinationPrefixListId, ...throughGateway(at) });
      },
    },
    {
      id: 'Y-peering',
      what: 'The Studio subnet leads to a peered VPC.',
      expect: fails('routing/exits-are-approved', 'pcx-'),
      api: async (at) => {
        const PeerVpcId = await newVpc(at, '10.9.0.0/16');
        const { VpcPeeringConnection } = await at.ec2.send(
          new CreateVpcPeeringConnectionCommand({ VpcId: at.id('VPC'), PeerVpcId }),
        );
        const VpcPeeringConnectionId = made(VpcPeeringConnection?.VpcPeeringConnectionId);
        await at.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
        await addRoute(at, SM, { DestinationCidrBlock: '10.9.0.0/16', VpcPeeringConnectionId });
      },
    },
    {
      id: 'Y-s3-prefix-list',
      what: "AWS's list of S3's addresses leads out; the gateway endpoint is in another table.",
      expect: fails(OUT),
      template: editing(setProperty('S3Endpoint', 'RouteTableIds', [ref('NATGatewayRouteTable')])),
      api: async (at) => {
        const { PrefixLists = [] } = await at.ec2.send(
          new DescribeManagedPrefixListsCommand({
            Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.s3'] }],
          }),
        );
        const DestinationPrefixListId = made(PrefixLists[0]?.PrefixListId);
        await addRoute(at, SM, { DestinationPrefixListId, ...throughGateway(at) });
      },
    },
  ];
}

async function publicProbeHost({ ec2, id }: Deployed): Promise<void> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id('ProbeHost')] }),
  );
  const NetworkInterfaceId = Reservations[0]?.Instances?.[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId;
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(new AssociateAddressCommand({ NetworkInterfaceId: made(NetworkInterfaceId), AllocationId }));
}

function studio(): readonly DeployedEntry[] {
  return [
    {
      id: 'Y-public-host',
      what: 'A machine in the Studio subnet has a public address.',
      expect: fails('routing/no-public-foothold'),
      api: publicProbeHost,
    },
    {
      id: 'Y-studio-in-firewall-subnet',
      what: "The domain also uses the firewall's subnet, which leads straight out.",
      expect: fails(OUT),
      template: editing(
        setProperty('StudioDomain', 'SubnetIds', [ref('SageMakerStudioSubnet'), ref('FirewallSubnet')]),
      ),
    },
    {
      id: 'Y-notebook',
      what: 'A notebook instance has direct internet access.',
      expect: fails('vpc-only/notebooks-have-no-direct-internet'),
      api: async ({ sagemaker, id, account }) => {
        await sagemaker.send(
          new CreateNotebookInstanceCommand({
            NotebookInstanceName: 'loose',
            InstanceType: 'ml.t3.medium',
            RoleArn: `arn:aws:iam::${account}:role/${id('SageMakerExecutionRole')}`,
            DirectInternetAccess: 'Enabled',
          }),
        );
      },
    },
    {
      id: 'Y-space',
      what: 'Shared spaces bring a security group that lets everything out.',
      expect: fails('vpc-only/overrides-keep-security-groups'),
      api: async (at) => {
        const DefaultSpaceSettings = { SecurityGroups: [await newGroup(at, 'wide')] };
        await at.sagemaker.send(
          new UpdateDomainCommand({ DomainId: at.id('StudioDomain'), DefaultSpaceSettings }),
        );
      },
    },
  ];
}

/** Passes TCP 443 before the stateful engine sees it. */
async function passStateless(at: Deployed): Promise<void> {
  const { RuleGroupResponse } = await at.firewall.send(
    new CreateRuleGroupCommand({
      RuleGroupName: 'fast',
      Type: 'STATELESS',
      Capacity: 10,
      RuleGroup: {
        RulesSource: {
          StatelessRulesAndCustomActions: {
            StatelessRules: [
              {
                Priority: 1,
                RuleDefinition: {
                  Actions: ['aws:pass'],
                  MatchAttributes: { Protocols: [6], DestinationPorts: [{ FromPort: 443, ToPort: 443 }] },
                },
              },
            ],
          },
        },
      },
    }),
  );
  const ResourceArn = made(RuleGroupResponse?.RuleGroupArn);
  await setPolicy({ StatelessRuleGroupReferences: [{ ResourceArn, Priority: 1 }] })(at);
}

function rules(): readonly DeployedEntry[] {
  return [
    {
      id: 'Y-stateless-pass',
      what: 'A stateless rule passes TLS.',
      expect: fails('firewall/stateless-inspects-everything'),
      api: passStateless,
    },
    {
      id: 'Y-pass-by-port',
      what: 'A Suricata rule passes SSH to everywhere.',
      expect: fails('firewall/unlisted-is-dropped', 'port 22'),
      template: editing(
        ...suricataGroup('Door', ['pass tcp $HOME_NET any -> $EXTERNAL_NET 22 (msg:"door"; sid:1;)']),
      ),
    },
    {
      id: 'Y-dns-fails-open',
      what: 'DNS Firewall lets queries go when it is overloaded.',
      expect: fails('dns/resolver-is-guarded'),
      api: async ({ resolver, id }) => {
        await resolver.send(
          new UpdateFirewallConfigCommand({ ResourceId: id('VPC'), FirewallFailOpen: 'ENABLED' }),
        );
      },
    },
    {
      id: 'Y-dns-allows-first',
      what: 'A rule before all others lets every name go.',
      expect: fails('dns/resolver-is-guarded'),
      api: async ({ resolver, id }) => {
        const { FirewallDomainList } = await resolver.send(
          new CreateFirewallDomainListCommand({ Name: 'all', CreatorRequestId: 'all' }),
        );
        const FirewallDomainListId = made(FirewallDomainList?.Id);
        await resolver.send(
          new UpdateFirewallDomainsCommand({ FirewallDomainListId, Operation: 'ADD', Domains: ['*'] }),
        );
        await resolver.send(
          new CreateFirewallRuleCommand({
            FirewallRuleGroupId: id('DNSFirewallRuleGroup'),
            FirewallDomainListId,
            Name: 'first',
            Priority: 1,
            Action: 'ALLOW',
          }),
        );
      },
    },
  ];
}
