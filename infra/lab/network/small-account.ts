/**
 * A small account for this room's tests: one VPC with Studio, NAT and firewall subnets in one zone, as the
 * reference stack has them, written down record by record. An allow list of `.kaggle.com` in action order.
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { StreamExceptionPolicy } from '@aws-sdk/client-network-firewall';
import { newLabState, type LabState } from '../state';

export const ids = {
  vpc: 'vpc-0a1',
  studio: 'subnet-0a3',
  nat: 'subnet-0a2',
  firewall: 'subnet-0a1',
  studioTable: 'rtb-0a3',
  natTable: 'rtb-0a2',
  firewallTable: 'rtb-0a1',
  edgeTable: 'rtb-0a0',
  gateway: 'igw-0a1',
  natGateway: 'nat-0a1',
  firewallEndpoint: 'vpce-0f1',
  interfaceEndpoint: 'vpce-0e1',
  s3Endpoint: 'vpce-0d1',
  s3List: 'pl-0a1',
  studioGroup: 'sg-0a1',
  endpointGroup: 'sg-0a2',
  host: 'i-0a1',
  controlHost: 'mi-0a1',
} as const;

export const firewallArn = 'arn:aws:network-firewall:us-east-1:123456789012:firewall/egress';
export const ruleGroupArn = 'arn:aws:network-firewall:us-east-1:123456789012:stateful-rulegroup/allow';
const policyArn = 'arn:aws:network-firewall:us-east-1:123456789012:firewall-policy/egress';

/** A new copy each time: tests change it. */
export function smallAccount(): LabState {
  const state = newLabState();
  addVpc(state);
  addRouteTables(state);
  addGateways(state);
  addSecurity(state);
  addEndpoints(state);
  addHosts(state);
  addFirewall(state);
  return state;
}

function addVpc(state: LabState): void {
  state.vpcs.set(ids.vpc, { VpcId: ids.vpc, CidrBlock: '10.2.0.0/16', DhcpOptionsId: 'dopt-0a1' });
  state.vpcAttributes.set(ids.vpc, { enableDnsSupport: true, enableDnsHostnames: true });
  state.dhcpOptions.set('dopt-0a1', {
    DhcpOptionsId: 'dopt-0a1',
    DhcpConfigurations: [
      { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
      { Key: 'domain-name', Values: [{ Value: 'ec2.internal' }] },
    ],
  });
  const subnets = { [ids.studio]: '10.2.3.0/24', [ids.nat]: '10.2.2.0/24', [ids.firewall]: '10.2.1.0/24' };
  for (const [SubnetId, CidrBlock] of Object.entries(subnets)) {
    state.subnets.set(SubnetId, { SubnetId, CidrBlock, VpcId: ids.vpc, AvailabilityZone: 'us-east-1a' });
  }
  state.networkAcls.set('acl-0a1', {
    NetworkAclId: 'acl-0a1',
    VpcId: ids.vpc,
    IsDefault: true,
    Entries: [true, false].flatMap((Egress): ec2.NetworkAclEntry[] => [
      { Egress, RuleNumber: 100, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
      { Egress, RuleNumber: 32_767, Protocol: '-1', RuleAction: 'deny', CidrBlock: '0.0.0.0/0' },
    ]),
  });
}

function addRouteTables(state: LabState): void {
  const local: ec2.Route = {
    DestinationCidrBlock: '10.2.0.0/16',
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
  };
  const add = (RouteTableId: string, association: ec2.RouteTableAssociation, routes: ec2.Route[]): void => {
    state.routeTables.set(RouteTableId, {
      RouteTableId,
      VpcId: ids.vpc,
      Associations: [{ ...association, AssociationState: { State: 'associated' } }],
      Routes: [local, ...routes],
    });
  };
  const anywhere = { DestinationCidrBlock: '0.0.0.0/0' };
  add('rtb-0aa', { Main: true }, []);
  add(ids.studioTable, { SubnetId: ids.studio }, [
    { ...anywhere, NatGatewayId: ids.natGateway },
    { DestinationPrefixListId: ids.s3List, GatewayId: ids.s3Endpoint },
  ]);
  add(ids.natTable, { SubnetId: ids.nat }, [{ ...anywhere, GatewayId: ids.firewallEndpoint }]);
  add(ids.firewallTable, { SubnetId: ids.firewall }, [{ ...anywhere, GatewayId: ids.gateway }]);
  add(ids.edgeTable, { GatewayId: ids.gateway }, [
    { DestinationCidrBlock: '10.2.2.0/24', GatewayId: ids.firewallEndpoint },
  ]);
}

function addGateways(state: LabState): void {
  state.internetGateways.set(ids.gateway, {
    InternetGatewayId: ids.gateway,
    Attachments: [{ VpcId: ids.vpc, State: 'attached' }],
  });
  state.natGateways.set(ids.natGateway, {
    NatGatewayId: ids.natGateway,
    VpcId: ids.vpc,
    SubnetId: ids.nat,
    State: 'available',
    ConnectivityType: 'public',
    NatGatewayAddresses: [{ IsPrimary: true, PrivateIp: '10.2.2.10', PublicIp: '198.51.100.10' }],
  });
}

function addSecurity(state: LabState): void {
  const anywhere = [{ CidrIp: '0.0.0.0/0' }];
  const egress: ec2.IpPermission[] = [
    { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: anywhere },
    { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: anywhere },
    { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, IpRanges: anywhere },
  ];
  state.securityGroups.set(ids.studioGroup, {
    GroupId: ids.studioGroup,
    VpcId: ids.vpc,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: ids.studioGroup }] }],
    IpPermissionsEgress: egress,
  });
  state.securityGroups.set(ids.endpointGroup, {
    GroupId: ids.endpointGroup,
    VpcId: ids.vpc,
    IpPermissions: [
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: ids.studioGroup }] },
    ],
    IpPermissionsEgress: [],
  });
}

function addEndpoints(state: LabState): void {
  state.managedPrefixLists.set(ids.s3List, {
    PrefixList: { PrefixListId: ids.s3List, PrefixListName: 'com.amazonaws.us-east-1.s3' },
    Entries: [{ Cidr: '192.0.2.0/25' }],
  });
  state.vpcEndpoints.set(ids.s3Endpoint, {
    VpcEndpointId: ids.s3Endpoint,
    VpcEndpointType: 'Gateway',
    VpcId: ids.vpc,
    ServiceName: 'com.amazonaws.us-east-1.s3',
    State: 'Available',
    RouteTableIds: [ids.studioTable],
  });
  state.vpcEndpoints.set(ids.interfaceEndpoint, {
    VpcEndpointId: ids.interfaceEndpoint,
    VpcEndpointType: 'Interface',
    VpcId: ids.vpc,
    ServiceName: 'com.amazonaws.us-east-1.sts',
    State: 'Available',
    PrivateDnsEnabled: true,
    SubnetIds: [ids.studio],
    NetworkInterfaceIds: ['eni-0e1'],
    Groups: [{ GroupId: ids.endpointGroup, GroupName: 'endpoints' }],
    DnsEntries: [{ DnsName: 'sts.us-east-1.amazonaws.com' }],
  });
  addInterface(state, 'eni-0e1', {
    privateIp: '10.2.3.50',
    subnetId: ids.studio,
    groupId: ids.endpointGroup,
  });
}

interface InterfaceOptions {
  readonly privateIp: string;
  readonly subnetId: string;
  readonly groupId: string;
  readonly instanceId?: string;
}

function addInterface(
  state: LabState,
  id: string,
  { privateIp, subnetId, groupId, instanceId }: InterfaceOptions,
): void {
  state.networkInterfaces.set(id, {
    NetworkInterfaceId: id,
    VpcId: ids.vpc,
    SubnetId: subnetId,
    PrivateIpAddress: privateIp,
    Groups: [{ GroupId: groupId }],
    SourceDestCheck: true,
    ...(instanceId === undefined ? {} : { Attachment: { InstanceId: instanceId, DeviceIndex: 0 } }),
  });
}

function addHosts(state: LabState): void {
  addHost(state, ids.host, '10.2.3.10');
  state.managedInstances.set(ids.controlHost, {
    information: { InstanceId: ids.controlHost },
    tags: new Map([['studio-egress:role', 'control-host']]),
  });
}

/** One more host in the Studio subnet. */
export function addHost(state: LabState, instanceId: string, privateIp: string): void {
  state.instances.set(instanceId, { InstanceId: instanceId, VpcId: ids.vpc, State: { Name: 'running' } });
  addInterface(state, `eni-${instanceId}`, {
    privateIp,
    subnetId: ids.studio,
    groupId: ids.studioGroup,
    instanceId,
  });
  state.managedInstances.set(instanceId, { information: { InstanceId: instanceId }, tags: new Map() });
}

function addFirewall(state: LabState): void {
  state.vpcEndpoints.set(ids.firewallEndpoint, {
    VpcEndpointId: ids.firewallEndpoint,
    VpcEndpointType: 'GatewayLoadBalancer',
    VpcId: ids.vpc,
    State: 'Available',
  });
  state.firewalls.set(firewallArn, {
    Firewall: {
      FirewallName: 'egress',
      FirewallArn: firewallArn,
      FirewallId: 'f1',
      FirewallPolicyArn: policyArn,
      VpcId: ids.vpc,
      SubnetMappings: [{ SubnetId: ids.firewall }],
    },
    FirewallStatus: {
      Status: 'READY',
      ConfigurationSyncStateSummary: 'IN_SYNC',
      SyncStates: {
        'us-east-1a': {
          Attachment: { EndpointId: ids.firewallEndpoint, SubnetId: ids.firewall, Status: 'READY' },
        },
      },
    },
    UpdateToken: 't',
  });
  state.firewallPolicies.set(policyArn, {
    FirewallPolicyResponse: {
      FirewallPolicyName: 'egress',
      FirewallPolicyArn: policyArn,
      FirewallPolicyId: 'p1',
    },
    FirewallPolicy: {
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:forward_to_sfe'],
      StatefulRuleGroupReferences: [{ ResourceArn: ruleGroupArn }],
    },
    UpdateToken: 't',
  });
  setAllowList(state, ['.kaggle.com']);
}

export function setAllowList(state: LabState, targets: string[]): void {
  state.ruleGroups.set(ruleGroupArn, {
    RuleGroupResponse: { RuleGroupName: 'allow', RuleGroupArn: ruleGroupArn, RuleGroupId: 'g1' },
    RuleGroup: {
      RulesSource: {
        RulesSourceList: {
          Targets: targets,
          TargetTypes: ['TLS_SNI', 'HTTP_HOST'],
          GeneratedRulesType: 'ALLOWLIST',
        },
      },
    },
    UpdateToken: 't',
  });
}

export function setStreamExceptionPolicy(state: LabState, policy: StreamExceptionPolicy): void {
  const stored = state.firewallPolicies.get(policyArn);
  if (stored?.FirewallPolicy === undefined) throw new Error(`the small account has no ${policyArn}`);
  const StatefulEngineOptions = { StreamExceptionPolicy: policy };
  state.firewallPolicies.set(policyArn, {
    ...stored,
    FirewallPolicy: { ...stored.FirewallPolicy, StatefulEngineOptions },
  });
}
