/** Variations of the stack as a whole, its endpoints, groups and rules, that are as compliant as the recommended one. */
import { CreateVpcEndpointCommand } from '@aws-sdk/client-ec2';
import { change } from '../mutant';
import { CENTRAL } from './central-stack';
import { made } from './deployed';
import type { DeployedEntry } from './entry';
import { suricataGroup, watchingGroup } from './firewall';
import { editDomains, setPolicy } from './firewall-calls';
import { INSPECTED_IPV6 } from './ipv6';
import { alertsInBucket } from './logging';
import { SM } from './route-calls';
import { letOut, STUDIO_GROUP } from './security-groups';
import { dropResources, editing, setProperty } from './template-edit';
import { TWO_ZONES } from './zone-stack';

/** Everything that makes a way to the internet, with the outputs that name it. */
const WITHOUT_INTERNET = dropResources(
  [
    'InternetGateway',
    'InternetGatewayAttachment',
    'NATGatewayEIP',
    'NATGateway',
    'NetworkFirewall',
    'FirewallLogging',
    'FirewallPolicy',
    'DomainAllowStatefulRuleGroup',
    'DenyStatefulRuleGroup',
    'IGWIngressRoute',
    'IGWIngressRouteTableAssociation',
    'FirewallEgressRoute',
    'NATGatewayEgressRoute',
    'SageMakerEgressRoute',
  ],
  [
    'NATGatewayId',
    'NATGatewayElasticIP',
    'FirewallArn',
    'FirewallEndpointId',
    'FirewallPolicyArn',
    'DomainAllowRuleGroupArn',
  ],
);

export function harmlessStacks(): readonly DeployedEntry[] {
  return [...whole(), ...parts(), ...behindDrop(), ...written()];
}

function whole(): readonly DeployedEntry[] {
  return [
    {
      id: 'H05',
      what: 'Two zones, each with a NAT gateway, a firewall endpoint and an edge route of its own.',
      expect: 'quiet',
      template: TWO_ZONES.template,
    },
    {
      id: 'H06',
      what: 'There is no internet at all, only endpoints.',
      expect: 'quiet',
      template: editing(WITHOUT_INTERNET),
    },
    {
      id: 'H13',
      what: 'A central inspection VPC behind a transit gateway, which the owner approved, and no firewall here.',
      expect: 'quiet',
      template: CENTRAL.template,
      api: CENTRAL.api,
    },
    {
      id: 'H19',
      what: 'IPv6 is there and inspected both ways.',
      expect: 'quiet',
      api: INSPECTED_IPV6.api,
    },
  ];
}

function parts(): readonly DeployedEntry[] {
  return [
    {
      id: 'H17',
      what: 'Explicit pass rules for TLS names instead of a domain list.',
      expect: 'quiet',
      template: editing(
        ...suricataGroup('PassRules', [
          'pass tls $HOME_NET any -> $EXTERNAL_NET 443 (msg:"pypi"; tls.sni; content:"pypi.org"; startswith; endswith; nocase; flow:to_server; sid:1;)',
        ]),
      ),
    },
    {
      id: 'H18',
      what: 'There are more endpoints than needed, scoped as the others are.',
      expect: 'quiet',
      api: async ({ ec2, id, account }) => {
        const common = { VpcId: id('VPC') };
        const Condition = {
          StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account },
        };
        const policy = (Action: string, Resource: string) =>
          JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource, Condition }],
          });
        await ec2.send(
          new CreateVpcEndpointCommand({
            ...common,
            VpcEndpointType: 'Interface',
            ServiceName: 'com.amazonaws.us-east-1.athena',
            SubnetIds: [id('SageMakerStudioSubnet')],
            SecurityGroupIds: [id('VPCEndpointSecurityGroup')],
            PrivateDnsEnabled: true,
            PolicyDocument: policy('athena:*', '*'),
          }),
        );
        await ec2.send(
          new CreateVpcEndpointCommand({
            ...common,
            VpcEndpointType: 'Gateway',
            ServiceName: 'com.amazonaws.us-east-1.dynamodb',
            RouteTableIds: [id(SM)],
            PolicyDocument: policy('dynamodb:*', `arn:aws:dynamodb:us-east-1:${account}:table/studio`),
          }),
        );
      },
    },
    {
      id: 'H22',
      what: 'The Studio group also lets out to the VPC; the network ACLs are those of EC2.',
      expect: 'quiet',
      api: (at) => letOut(at, STUDIO_GROUP, { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.2.0.0/16' }] }),
    },
  ];
}

/** The default that is documented for every protocol: without the rules that deny, it alone drops. */
const DROPS = ['aws:drop_established', 'aws:alert_established'];

/** The catalogue's note on F07, F12 and F14: where a default drops, they let nothing out. */
function behindDrop(): readonly DeployedEntry[] {
  return [
    {
      id: 'F07-drop',
      what: 'The list denies instead of allowing, and all else is dropped by default.',
      expect: 'quiet',
      api: (at) => editDomains(at, (list) => ({ ...list, GeneratedRulesType: 'DENYLIST' })),
    },
    {
      id: 'F12-drop',
      what: 'A rule logs everything, and what no rule passes is dropped by default.',
      expect: 'quiet',
      template: editing(
        ...watchingGroup,
        setProperty('FirewallPolicy', 'FirewallPolicy.StatefulDefaultActions', [...DROPS]),
      ),
    },
    {
      id: 'F14-drop',
      what: 'The policy names no rule group, and everything is dropped by default.',
      expect: 'quiet',
      api: setPolicy({ StatefulRuleGroupReferences: [], StatefulDefaultActions: [...DROPS] }),
    },
    {
      id: 'L06-right',
      what: 'Alert records go to an S3 bucket that is closed, encrypted and lets the log delivery in.',
      expect: 'quiet',
      template: editing(...alertsInBucket({ isPublic: false, delivers: true })),
    },
  ];
}

function written(): readonly DeployedEntry[] {
  return [
    {
      id: 'H25',
      what: 'Everything comes in another order, and without tags.',
      expect: 'quiet',
      snapshot: (s) => {
        const tables = change(s, 'routeTables', (list) =>
          list.toReversed().map(({ Tags: _dropped, ...table }) => ({
            ...table,
            Routes: made(table.Routes).toReversed(),
            Associations: made(table.Associations).toReversed(),
          })),
        );
        const subnets = change(tables, 'subnets', (list) =>
          list.toReversed().map(({ Tags: _dropped, ...subnet }) => subnet),
        );
        const groups = change(subnets, 'securityGroups', (list) =>
          list.toReversed().map(({ Tags: _dropped, ...group }) => group),
        );
        return change(groups, 'vpcEndpoints', (list) =>
          list.toReversed().map(({ Tags: _dropped, ...endpoint }) => endpoint),
        );
      },
    },
  ];
}
