/** A lab account over the wire with one of everything that a snapshot reads, for the tests of the readers. */
import * as ec2 from '@aws-sdk/client-ec2';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as nfw from '@aws-sdk/client-network-firewall';
import * as resolver from '@aws-sdk/client-route53resolver';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as iam from '@aws-sdk/client-iam';
import { ec2Handlers } from '../lab/aws-api/ec2/ec2';
import type { Handler, LabApi, LabContext } from '../lab/aws-api/handler';
import { iamHandlers } from '../lab/aws-api/iam/iam';
import { logsHandlers } from '../lab/aws-api/logs/logs';
import { networkFirewallHandlers } from '../lab/aws-api/network-firewall/network-firewall';
import { route53resolverHandlers } from '../lab/aws-api/route53resolver/route53resolver';
import { s3Handlers } from '../lab/aws-api/s3/s3';
import { sagemakerHandlers } from '../lab/aws-api/sagemaker/sagemaker';
import { startApiServer, type ApiServer } from '../lab/aws-api/server';
import { ssmHandlers } from '../lab/aws-api/ssm/ssm';
import { stsHandlers } from '../lab/aws-api/sts/sts';
import { newLabState, type LabState } from '../lab/state';
import type { Hosts } from '../lab/vantage';
import type { AwsConnection } from './clients';
import type { Target } from './snapshot';

export interface LabAccount {
  readonly server: ApiServer;
  readonly state: LabState;
  readonly connection: AwsConnection;
}

export interface LabAccountOptions {
  readonly pageSize?: number;
  readonly hosts?: () => Hosts | null;
  /** Operations besides those of the services that a snapshot reads. */
  readonly further?: readonly Handler[];
}

export async function startLabAccount({
  pageSize = 2,
  hosts = () => null,
  further = [],
}: LabAccountOptions = {}): Promise<LabAccount> {
  const state = newLabState();
  const context: LabContext = { state, hosts, now: () => new Date(), pageSize };
  const server = await startApiServer({
    context,
    handlers: [
      ...ec2Handlers(context),
      ...networkFirewallHandlers(context),
      ...sagemakerHandlers(context),
      ...ssmHandlers(context),
      ...logsHandlers(context),
      ...stsHandlers(context),
      ...iamHandlers(context),
      ...route53resolverHandlers(context),
      ...s3Handlers(context),
      ...further,
    ],
  });
  const connection: AwsConnection = {
    region: state.region,
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'LAB', secretAccessKey: 'lab' },
  };
  return { server, state, connection };
}

/** Builds a Studio network with a firewall in the account and names its VPC and domain. */
export async function buildStudio({ server, state }: LabAccount): Promise<Target> {
  const { api } = server;
  const { Vpc } = await api.call('ec2', ec2.CreateVpcCommand, { CidrBlock: '10.2.0.0/16' });
  const vpcId = Vpc?.VpcId ?? '';
  const subnetIds = await Promise.all(
    ['10.2.1.0/24', '10.2.2.0/24', '10.2.3.0/24'].map(async (CidrBlock) => {
      const { Subnet } = await api.call('ec2', ec2.CreateSubnetCommand, {
        VpcId: vpcId,
        CidrBlock,
        AvailabilityZone: 'us-east-1a',
      });
      return Subnet?.SubnetId ?? '';
    }),
  );
  const [firewallSubnet = '', studioSubnet = ''] = subnetIds;
  await buildRouting(api, { vpcId, studioSubnet });
  await buildFirewall(api, { vpcId, firewallSubnet });
  const domainId = await buildDomain(api, { vpcId, studioSubnet });
  await buildDnsFirewall(api, vpcId);
  await api.call('ec2', ec2.CreateFlowLogsCommand, {
    ResourceType: 'VPC',
    ResourceIds: [vpcId],
    TrafficType: 'ALL',
    LogDestinationType: 'cloud-watch-logs',
    LogGroupName: '/studio/flows',
    DeliverLogsPermissionArn: `arn:aws:iam::${state.account}:role/flow-logs`,
  });
  await api.call('logs', logs.CreateLogGroupCommand, { logGroupName: '/studio/flows' });
  return { kind: 'lab', account: state.account, region: state.region, stack: null, vpcId, domainId };
}

async function buildRouting(
  api: LabApi,
  { vpcId, studioSubnet }: { readonly vpcId: string; readonly studioSubnet: string },
): Promise<void> {
  const { InternetGateway } = await api.call('ec2', ec2.CreateInternetGatewayCommand, {});
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  await api.call('ec2', ec2.AttachInternetGatewayCommand, { VpcId: vpcId, InternetGatewayId });
  const { PrefixList } = await api.call('ec2', ec2.CreateManagedPrefixListCommand, {
    PrefixListName: 'partners',
    AddressFamily: 'IPv4',
    MaxEntries: 5,
    Entries: [{ Cidr: '192.0.2.0/25' }, { Cidr: '192.0.2.128/26' }, { Cidr: '203.0.113.0/24' }],
  });
  const { RouteTable } = await api.call('ec2', ec2.CreateRouteTableCommand, { VpcId: vpcId });
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await api.call('ec2', ec2.AssociateRouteTableCommand, { RouteTableId, SubnetId: studioSubnet });
  await api.call('ec2', ec2.CreateRouteCommand, {
    RouteTableId,
    DestinationPrefixListId: PrefixList?.PrefixListId ?? '',
    GatewayId: InternetGatewayId,
  });
}

async function buildFirewall(
  api: LabApi,
  { vpcId, firewallSubnet }: { readonly vpcId: string; readonly firewallSubnet: string },
): Promise<void> {
  const { RuleGroupResponse } = await api.call('network-firewall', nfw.CreateRuleGroupCommand, {
    RuleGroupName: 'allowed',
    Type: 'STATEFUL',
    Capacity: 10,
    RuleGroup: {
      RulesSource: {
        RulesSourceList: {
          GeneratedRulesType: 'ALLOWLIST',
          TargetTypes: ['TLS_SNI', 'HTTP_HOST'],
          Targets: ['.kaggle.com'],
        },
      },
    },
  });
  const { FirewallPolicyResponse } = await api.call('network-firewall', nfw.CreateFirewallPolicyCommand, {
    FirewallPolicyName: 'studio',
    FirewallPolicy: {
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:drop'],
      StatefulRuleGroupReferences: [{ ResourceArn: RuleGroupResponse?.RuleGroupArn ?? '' }],
    },
  });
  const { Firewall } = await api.call('network-firewall', nfw.CreateFirewallCommand, {
    FirewallName: 'studio',
    FirewallPolicyArn: FirewallPolicyResponse?.FirewallPolicyArn ?? '',
    VpcId: vpcId,
    SubnetMappings: [{ SubnetId: firewallSubnet }],
  });
  for (const name of ['/studio/firewall', '/studio/firewall-flows'])
    await api.call('logs', logs.CreateLogGroupCommand, { logGroupName: name });
  await api.call('network-firewall', nfw.UpdateLoggingConfigurationCommand, {
    FirewallArn: Firewall?.FirewallArn ?? '',
    LoggingConfiguration: {
      LogDestinationConfigs: [
        {
          LogType: 'ALERT',
          LogDestinationType: 'CloudWatchLogs',
          LogDestination: { logGroup: '/studio/firewall' },
        },
      ],
    },
  });
}

async function buildDomain(
  api: LabApi,
  { vpcId, studioSubnet }: { readonly vpcId: string; readonly studioSubnet: string },
): Promise<string> {
  const assume = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const { Role } = await api.call('iam', iam.CreateRoleCommand, {
    RoleName: 'studio-user',
    Path: '/studio/',
    AssumeRolePolicyDocument: assume,
  });
  for (const name of ['one', 'two', 'three'])
    await api.call('iam', iam.PutRolePolicyCommand, {
      RoleName: 'studio-user',
      PolicyName: name,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: `it's (${name})!*` }] }),
    });
  const { GroupId } = await api.call('ec2', ec2.CreateSecurityGroupCommand, {
    VpcId: vpcId,
    GroupName: 'studio',
    Description: 'studio',
  });
  const { DomainId = '' } = await api.call('sagemaker', sagemaker.CreateDomainCommand, {
    DomainName: 'studio',
    AuthMode: 'IAM',
    AppNetworkAccessType: 'VpcOnly',
    VpcId: vpcId,
    SubnetIds: [studioSubnet],
    DefaultUserSettings: { ExecutionRole: Role?.Arn ?? '', SecurityGroups: [GroupId ?? ''] },
  });
  for (const UserProfileName of ['ada', 'grace', 'joan'])
    await api.call('sagemaker', sagemaker.CreateUserProfileCommand, { DomainId, UserProfileName });
  return DomainId;
}

async function buildDnsFirewall(api: LabApi, vpcId: string): Promise<void> {
  const { FirewallDomainList } = await api.call('route53resolver', resolver.CreateFirewallDomainListCommand, {
    Name: 'tunnels',
    CreatorRequestId: 'test',
  });
  const FirewallDomainListId = FirewallDomainList?.Id ?? '';
  await api.call('route53resolver', resolver.UpdateFirewallDomainsCommand, {
    FirewallDomainListId,
    Operation: 'ADD',
    Domains: ['dns.google', '*.dns.google', 'one.one.one.one'],
  });
  const { FirewallRuleGroup } = await api.call('route53resolver', resolver.CreateFirewallRuleGroupCommand, {
    Name: 'studio',
    CreatorRequestId: 'test',
  });
  const FirewallRuleGroupId = FirewallRuleGroup?.Id ?? '';
  const block = { FirewallRuleGroupId, Action: 'BLOCK', BlockResponse: 'NODATA' } as const;
  await api.call('route53resolver', resolver.CreateFirewallRuleCommand, {
    ...block,
    FirewallDomainListId,
    Name: 'tunnels',
    Priority: 1,
  });
  await api.call('route53resolver', resolver.CreateFirewallRuleCommand, {
    ...block,
    FirewallDomainListId: 'rslvr-fdl-0a11000000000003',
    Name: 'threats',
    Priority: 2,
  });
  await api.call('route53resolver', resolver.AssociateFirewallRuleGroupCommand, {
    Name: 'studio',
    FirewallRuleGroupId,
    VpcId: vpcId,
    Priority: 101,
  });
}
