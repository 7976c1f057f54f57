/** Entries of IPv6: there is no NAT gateway on its way, the firewall's endpoint is met directly. */
import {
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  CreateEgressOnlyInternetGatewayCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { firewallEndpoint, made, type Deployed } from './deployed';
import { fails, type DeployedEntry, type Start } from './entry';
import { editGroup } from './firewall-calls';
import { addRoute, ANYWHERE_IPV6, EDGE, FW, SM, throughGateway } from './route-calls';

/** An IPv6 block for the VPC and the Studio subnet; the subnet's is returned. */
async function withIpv6(at: Deployed): Promise<string> {
  const VpcId = at.id('VPC');
  await at.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, AmazonProvidedIpv6CidrBlock: true }));
  const block = await vpcBlock(at);
  const Ipv6CidrBlock = block.replace(/::\/56$/, '::/64');
  await at.ec2.send(
    new AssociateSubnetCidrBlockCommand({ SubnetId: at.id('SageMakerStudioSubnet'), Ipv6CidrBlock }),
  );
  return Ipv6CidrBlock;
}

async function vpcBlock({ ec2, id }: Deployed): Promise<string> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [id('VPC')] }));
  return made(Vpcs[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock);
}

/** Out by the firewall's endpoint. */
async function outByFirewall(at: Deployed): Promise<void> {
  await addRoute(at, SM, { ...ANYWHERE_IPV6, VpcEndpointId: await firewallEndpoint(at) });
  await addRoute(at, FW, { ...ANYWHERE_IPV6, ...throughGateway(at) });
}

/** Out and back by the firewall's endpoint. */
async function bothWays(at: Deployed): Promise<void> {
  const DestinationIpv6CidrBlock = await withIpv6(at);
  await outByFirewall(at);
  await addRoute(at, EDGE, { DestinationIpv6CidrBlock, VpcEndpointId: await firewallEndpoint(at) });
}

async function homeNetOfBoth(at: Deployed): Promise<void> {
  const block = await vpcBlock(at);
  for (const group of ['DomainAllowStatefulRuleGroup', 'DenyStatefulRuleGroup'] as const)
    await editGroup(at, group, (rules) => ({
      ...rules,
      RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.2.0.0/16', block] } } },
    }));
}

/** IPv6 done right. */
export const INSPECTED_IPV6: Start = {
  id: 'inspected-ipv6',
  api: async (at) => {
    await bothWays(at);
    await homeNetOfBoth(at);
  },
};

export function ipv6Entries(): readonly DeployedEntry[] {
  const OUT = 'routing/egress-crosses-firewall';
  return [
    {
      id: 'V01',
      what: 'IPv6 leaves by an egress-only internet gateway.',
      expect: fails(OUT, ':'),
      api: async (at) => {
        await withIpv6(at);
        const { EgressOnlyInternetGateway } = await at.ec2.send(
          new CreateEgressOnlyInternetGatewayCommand({ VpcId: at.id('VPC') }),
        );
        const id = made(EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId);
        await addRoute(at, SM, { ...ANYWHERE_IPV6, EgressOnlyInternetGatewayId: id });
      },
    },
    {
      id: 'V03',
      what: 'IPv4 is clean; what IPv6 has of the internet leaves by the internet gateway.',
      expect: fails(OUT, '2000::'),
      api: async (at) => {
        await withIpv6(at);
        await addRoute(at, SM, { DestinationIpv6CidrBlock: '2000::/3', ...throughGateway(at) });
      },
    },
    {
      id: 'V04',
      what: 'IPv6 leaves through the firewall and comes back past it.',
      expect: fails('routing/return-crosses-firewall'),
      api: async (at) => {
        await withIpv6(at);
        await outByFirewall(at);
      },
    },
    {
      id: 'V06',
      what: 'IPv6 goes through the firewall, and HOME_NET is of IPv4 only.',
      expect: fails('firewall/home-net-covers-studio'),
      api: bothWays,
    },
  ];
}
