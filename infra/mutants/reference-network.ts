/** The reference network's VPC: three subnets, their route tables and the internet gateway's edge table, NAT, endpoints, groups. */
import type { NetworkInterface, Route, RouteTable, SectionValues, Subnet } from '../snapshot/snapshot';
import { referenceEndpoints } from './reference-endpoints';
import { referenceSecurityGroups } from './reference-security-groups';

const ACCOUNT = '111122223333';
const VPC = 'vpc-studio';
const ZONE = 'us-east-1a';

type NetworkSections = Pick<
  SectionValues,
  | 'vpc'
  | 'vpcAttributes'
  | 'subnets'
  | 'routeTables'
  | 'networkAcls'
  | 'securityGroups'
  | 'networkInterfaces'
  | 'internetGateways'
  | 'egressOnlyInternetGateways'
  | 'natGateways'
  | 'vpcEndpoints'
  | 'managedPrefixLists'
  | 'vpcPeeringConnections'
  | 'transitGatewayVpcAttachments'
  | 'transitGatewayTables'
  | 'attachedVpcs'
  | 'vpcBlockPublicAccess'
  | 'vpcBlockPublicAccessExclusions'
  | 'flowLogs'
  | 'dhcpOptions'
  | 'instances'
>;

/** The sections that the EC2 API answers. */
export function referenceNetwork(): NetworkSections {
  return {
    vpc: vpc(),
    vpcAttributes: { VpcId: VPC, EnableDnsSupport: true, EnableDnsHostnames: true },
    subnets: [
      subnet('subnet-studio', '10.2.3.0/24'),
      subnet('subnet-nat', '10.2.2.0/24'),
      subnet('subnet-firewall', '10.2.1.0/24'),
    ],
    routeTables: [
      routeTable('rtb-main', [], { Main: true }),
      routeTable(
        'rtb-studio',
        [route('0.0.0.0/0', { NatGatewayId: 'nat-a' }), prefixListRoute('pl-s3', 'vpce-s3')],
        { SubnetId: 'subnet-studio' },
      ),
      routeTable('rtb-nat', [route('0.0.0.0/0', { GatewayId: 'vpce-firewall' })], { SubnetId: 'subnet-nat' }),
      routeTable('rtb-firewall', [route('0.0.0.0/0', { GatewayId: 'igw-a' })], {
        SubnetId: 'subnet-firewall',
      }),
      routeTable('rtb-edge', [route('10.2.2.0/24', { GatewayId: 'vpce-firewall' })], { GatewayId: 'igw-a' }),
    ],
    networkAcls: [networkAcl()],
    securityGroups: referenceSecurityGroups(),
    networkInterfaces: [
      networkInterface('eni-studio', {
        SubnetId: 'subnet-studio',
        PrivateIpAddress: '10.2.3.10',
        InterfaceType: 'interface',
      }),
      networkInterface('eni-endpoints', {
        SubnetId: 'subnet-studio',
        PrivateIpAddress: '10.2.3.20',
        InterfaceType: 'vpc_endpoint',
      }),
      {
        ...networkInterface('eni-nat', {
          SubnetId: 'subnet-nat',
          PrivateIpAddress: '10.2.2.5',
          InterfaceType: 'natGateway',
        }),
        Association: { PublicIp: '198.51.100.10', AllocationId: 'eipalloc-nat' },
        SourceDestCheck: false,
      },
      networkInterface('eni-firewall', {
        SubnetId: 'subnet-firewall',
        PrivateIpAddress: '10.2.1.6',
        InterfaceType: 'gateway_load_balancer_endpoint',
      }),
    ],
    internetGateways: [
      { InternetGatewayId: 'igw-a', OwnerId: ACCOUNT, Attachments: [{ VpcId: VPC, State: 'attached' }] },
    ],
    egressOnlyInternetGateways: [],
    natGateways: [
      {
        NatGatewayId: 'nat-a',
        SubnetId: 'subnet-nat',
        VpcId: VPC,
        State: 'available',
        ConnectivityType: 'public',
        NatGatewayAddresses: [
          {
            PrivateIp: '10.2.2.5',
            PublicIp: '198.51.100.10',
            AllocationId: 'eipalloc-nat',
            NetworkInterfaceId: 'eni-nat',
            IsPrimary: true,
            Status: 'succeeded',
          },
        ],
      },
    ],
    vpcEndpoints: referenceEndpoints(),
    managedPrefixLists: [
      {
        PrefixList: {
          PrefixListId: 'pl-s3',
          PrefixListName: 'com.amazonaws.us-east-1.s3',
          AddressFamily: 'IPv4',
          State: 'create-complete',
          OwnerId: 'AWS',
        },
        Entries: [{ Cidr: '52.216.0.0/15' }, { Cidr: '3.5.0.0/19' }],
      },
    ],
    vpcPeeringConnections: [],
    transitGatewayVpcAttachments: [],
    transitGatewayTables: [],
    attachedVpcs: [],
    vpcBlockPublicAccess: { InternetGatewayBlockMode: 'off', State: 'default-state' },
    vpcBlockPublicAccessExclusions: [],
    flowLogs: [
      {
        FlowLogId: 'fl-vpc',
        ResourceId: VPC,
        FlowLogStatus: 'ACTIVE',
        DeliverLogsStatus: 'SUCCESS',
        TrafficType: 'ALL',
        LogDestinationType: 'cloud-watch-logs',
        LogGroupName: '/studio/vpc-flow',
        DeliverLogsPermissionArn: `arn:aws:iam::${ACCOUNT}:role/flow-logs`,
      },
    ],
    dhcpOptions: [
      {
        DhcpOptionsId: 'dopt-a',
        OwnerId: ACCOUNT,
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
      },
    ],
    instances: [],
  };
}

/** A route that somebody made and that is in force. */
export function route(destination: string, target: Partial<Route>): Route {
  const member = destination.includes(':') ? 'DestinationIpv6CidrBlock' : 'DestinationCidrBlock';
  return { [member]: destination, Origin: 'CreateRoute', State: 'active', ...target };
}

/** The route that AWS makes for a prefix of the VPC. */
export function localRoute(destination: string): Route {
  return route(destination, { GatewayId: 'local', Origin: 'CreateRouteTable' });
}

/** A route to a gateway endpoint, or to whatever the id names, by prefix list. */
export function prefixListRoute(prefixListId: string, gatewayId: string): Route {
  return {
    DestinationPrefixListId: prefixListId,
    GatewayId: gatewayId,
    Origin: 'CreateRoute',
    State: 'active',
  };
}

/** A route table with the VPC's local route and one association. */
export function routeTable(
  id: string,
  routes: readonly Route[],
  association: { readonly Main?: boolean; readonly SubnetId?: string; readonly GatewayId?: string } | null,
): RouteTable {
  const associations =
    association === null
      ? []
      : [
          {
            RouteTableId: id,
            RouteTableAssociationId: `${id}-assoc`,
            Main: false,
            AssociationState: { State: 'associated' as const },
            ...association,
          },
        ];
  return {
    RouteTableId: id,
    VpcId: VPC,
    OwnerId: ACCOUNT,
    PropagatingVgws: [],
    Routes: [localRoute('10.2.0.0/16'), ...routes],
    Associations: associations,
  };
}

/** A private subnet of the reference VPC. */
export function subnet(id: string, cidr: string, zone: string = ZONE): Subnet {
  return {
    SubnetId: id,
    VpcId: VPC,
    CidrBlock: cidr,
    AvailabilityZone: zone,
    State: 'available',
    OwnerId: ACCOUNT,
    MapPublicIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    EnableDns64: false,
    Ipv6Native: false,
  };
}

/** A network interface without a public address. */
export function networkInterface(id: string, members: Partial<NetworkInterface>): NetworkInterface {
  return {
    NetworkInterfaceId: id,
    VpcId: VPC,
    OwnerId: ACCOUNT,
    AvailabilityZone: ZONE,
    Status: 'in-use',
    SourceDestCheck: true,
    Groups: [],
    PrivateIpAddresses: [],
    Ipv6Addresses: [],
    ...members,
  };
}

function vpc(): SectionValues['vpc'] {
  return {
    VpcId: VPC,
    CidrBlock: '10.2.0.0/16',
    State: 'available',
    OwnerId: ACCOUNT,
    InstanceTenancy: 'default',
    IsDefault: false,
    DhcpOptionsId: 'dopt-a',
    CidrBlockAssociationSet: [
      { AssociationId: 'vpc-cidr-a', CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'associated' } },
    ],
    Ipv6CidrBlockAssociationSet: [],
  };
}

function networkAcl(): SectionValues['networkAcls'][number] {
  const entries = [true, false].flatMap((Egress) => [
    { Egress, RuleNumber: 100, Protocol: '-1', RuleAction: 'allow' as const, CidrBlock: '0.0.0.0/0' },
    { Egress, RuleNumber: 32_767, Protocol: '-1', RuleAction: 'deny' as const, CidrBlock: '0.0.0.0/0' },
  ]);
  const associations = ['subnet-studio', 'subnet-nat', 'subnet-firewall'].map((SubnetId) => ({
    SubnetId,
    NetworkAclId: 'acl-a',
    NetworkAclAssociationId: `aclassoc-${SubnetId}`,
  }));
  return {
    NetworkAclId: 'acl-a',
    VpcId: VPC,
    IsDefault: true,
    OwnerId: ACCOUNT,
    Entries: entries,
    Associations: associations,
  };
}
