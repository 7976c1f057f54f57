/** Exits that nobody approved, other than to the internet. Ids are those of the mutation catalogue. */
import { addToEveryTable, addRoutes, replaceRoute } from './route-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { interfaceEndpoint } from './reference-endpoints';
import { networkInterface, prefixListRoute, route } from './reference-network';
import type { Route, Snapshot, VpcEndpoint } from '../snapshot/snapshot';

const TGW = { TransitGatewayId: 'tgw-a' };

/** What routing/exits-are-approved must notice. */
export function exitMutants(): readonly Mutant[] {
  return mutantsOf(
    'routing/exits-are-approved',
    [...connections(), ...machines(), ...endpoints(), ...undecided()],
    ['vpc', 'subnets', 'routeTables', 'natGateways', 'firewalls', 'domains', 'vpcEndpoints'],
  );
}

/** A learned route of a virtual private gateway. */
export function propagated(destination: string): Route {
  return { ...route(destination, { GatewayId: 'vgw-a' }), Origin: 'EnableVgwRoutePropagation' };
}

/** An interface endpoint in the Studio subnet of a service that a partner offers. */
export function partnerEndpoint(members: Partial<VpcEndpoint> = {}): VpcEndpoint {
  return interfaceEndpoint('com.amazonaws.vpce.us-east-1.vpce-svc-partner', {
    VpcEndpointId: 'vpce-partner',
    PrivateDnsEnabled: false,
    ...members,
  });
}

/** The snapshot with one more VPC endpoint. */
export function withEndpoint(snapshot: Snapshot, endpoint: VpcEndpoint): Snapshot {
  return change(snapshot, 'vpcEndpoints', (list) => [...list, endpoint]);
}

function connections(): readonly Sketch[] {
  const by =
    (destination: string, target: Partial<Route>, table = 'rtb-studio'): Mutant['mutate'] =>
    (s) =>
      addRoutes(s, table, route(destination, target));
  const everything =
    (target: Partial<Route>): Mutant['mutate'] =>
    (s) =>
      replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', target));
  return [
    [
      'R09',
      'A prefix list of the customer leads to a transit gateway.',
      'fail',
      'pl-own (151.101.0.0/16) -> tgw-a of rtb-studio',
      (s) => addRoutes(withPrefixList(s), 'rtb-studio', { ...prefixListRoute('pl-own', ''), ...TGW }),
    ],
    [
      'R15',
      'The default route leads to a transit gateway.',
      'fail',
      'transit gateway tgw-a',
      everything(TGW),
    ],
    [
      'R15b',
      'Behind the NAT gateway a part of the internet leads to a transit gateway.',
      'fail',
      '8.0.0.0/8 -> tgw-a of rtb-nat',
      by('8.0.0.0/8', TGW, 'rtb-nat'),
    ],
    [
      'R17',
      'A virtual private gateway propagates a route.',
      'fail',
      'aws ec2 disable-vgw-route-propagation --route-table-id rtb-studio --gateway-id vgw-a',
      (s) => addRoutes(s, 'rtb-studio', propagated('192.168.0.0/16')),
    ],
    [
      'R35',
      'A private NAT gateway stands in a subnet that leads to a transit gateway.',
      'fail',
      '0.0.0.0/0 -> tgw-a of rtb-nat',
      (s) =>
        replaceRoute(
          change(s, 'natGateways', (list) => list.map((nat) => ({ ...nat, ConnectivityType: 'private' }))),
          'rtb-nat',
          '0.0.0.0/0',
          route('0.0.0.0/0', TGW),
        ),
    ],
    [
      'R38',
      'A static route to a virtual private gateway is more specific than the local one.',
      'fail',
      '10.2.9.0/24 -> vgw-a of rtb-studio',
      by('10.2.9.0/24', { GatewayId: 'vgw-a' }),
    ],
    [
      'R44',
      'The default route leads to a Cloud WAN core network.',
      'fail',
      'arn:aws:networkmanager::111122223333:core-network/core-network-a',
      everything({ CoreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/core-network-a' }),
    ],
    [
      'R45',
      'The default route leads to an Outposts local gateway.',
      'fail',
      'Outposts local gateway lgw-a',
      everything({ LocalGatewayId: 'lgw-a' }),
    ],
    [
      'R56',
      'A peering connection leads to another VPC.',
      'fail',
      '10.9.0.0 leaves by the VPC peering connection pcx-a',
      by('10.9.0.0/16', { VpcPeeringConnectionId: 'pcx-a' }),
    ],
    [
      'R57',
      'A route leads to an Oracle Database@AWS network.',
      'fail',
      'odb-network/odbnet-a',
      by('10.8.0.0/16', { OdbNetworkArn: 'arn:aws:odb:us-east-1:111122223333:odb-network/odbnet-a' }),
    ],
    [
      'V09',
      'IPv6 documentation and all else leads to a transit gateway.',
      'fail',
      '::/0 -> tgw-a of rtb-studio',
      by('::/0', TGW),
    ],
  ];
}

function machines(): readonly Sketch[] {
  const forwarding = (s: Snapshot, subnetId: string): Snapshot =>
    change(s, 'networkInterfaces', (list) => [
      ...list,
      networkInterface('eni-forwards', { SubnetId: subnetId, SourceDestCheck: false }),
    ]);
  const toInterface = { NetworkInterfaceId: 'eni-forwards', InstanceId: 'i-forwards' };
  return [
    [
      'R13',
      'A NAT instance takes the default route.',
      'fail',
      'network interface eni-forwards, which the intent does not approve',
      (s) =>
        replaceRoute(
          forwarding(s, 'subnet-firewall'),
          'rtb-studio',
          '0.0.0.0/0',
          route('0.0.0.0/0', toInterface),
        ),
    ],
    [
      'R37',
      'Traffic to another subnet of the VPC is led through a machine.',
      'fail',
      '10.2.2.0/24 -> eni-forwards of rtb-studio',
      (s) => addRoutes(forwarding(s, 'subnet-firewall'), 'rtb-studio', route('10.2.2.0/24', toInterface)),
    ],
    [
      'R46',
      "The NAT subnet leads to a Gateway Load Balancer endpoint that is not the firewall's.",
      'fail',
      'Gateway Load Balancer endpoint vpce-other',
      (s) => replaceRoute(withOtherInspection(s), 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', OTHER)),
    ],
  ];
}

const OTHER = { GatewayId: 'vpce-other' };

/** Another vendor's Gateway Load Balancer endpoint in the firewall's subnet. */
export function withOtherInspection(snapshot: Snapshot): Snapshot {
  return withEndpoint(snapshot, {
    VpcEndpointId: 'vpce-other',
    VpcEndpointType: 'GatewayLoadBalancer',
    SubnetIds: ['subnet-firewall'],
    VpcId: 'vpc-studio',
    State: 'Available',
    ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-other',
  });
}

/** A prefix list that the customer keeps, with one entry on the internet. */
export function withPrefixList(snapshot: Snapshot): Snapshot {
  return change(snapshot, 'managedPrefixLists', (list) => [
    ...list,
    {
      PrefixList: { PrefixListId: 'pl-own', State: 'modify-complete' },
      Entries: [{ Cidr: '151.101.0.0/16' }],
    },
  ]);
}

function endpoints(): readonly Sketch[] {
  const lattice: VpcEndpoint = {
    VpcEndpointId: 'vpce-lattice',
    VpcEndpointType: 'ServiceNetwork',
    VpcId: 'vpc-studio',
    State: 'Available',
    ServiceNetworkArn: 'arn:aws:vpc-lattice:us-east-1:999988887777:servicenetwork/sn',
    SubnetIds: ['subnet-studio'],
  };
  return [
    [
      'P01',
      'An interface endpoint leads to the service of a partner.',
      'fail',
      'vpce-partner leads from the VPC to the service com.amazonaws.vpce.us-east-1.vpce-svc-partner',
      (s) => withEndpoint(s, partnerEndpoint()),
    ],
    [
      'P02',
      'An interface endpoint waits for a partner to accept it.',
      'fail',
      'vpce-partner',
      (s) => withEndpoint(s, partnerEndpoint({ State: 'PendingAcceptance' })),
    ],
    [
      'P03',
      'A VPC Lattice service network is reached by an endpoint.',
      'fail',
      'servicenetwork/sn',
      (s) => withEndpoint(s, lattice),
    ],
    [
      'P04',
      'An endpoint of a type that the model does not know.',
      'unknown',
      'of the type "Tunnel"',
      (s) => withEndpoint(s, { ...lattice, VpcEndpointType: 'Tunnel' }),
    ],
    [
      'P05',
      'AWS did not return the state of an endpoint.',
      'unknown',
      'State of vpce-partner',
      (s) => withEndpoint(s, partnerEndpoint({ State: undefined })),
    ],
  ];
}

function undecided(): readonly Sketch[] {
  return [
    [
      'R45b',
      'The default route has a target of a kind that is not known.',
      'unknown',
      'whose target this model does not know',
      (s) => replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', {})),
    ],
    [
      'R51',
      'A VPC Route Server put in a route.',
      'unknown',
      'VPC Route Server',
      (s) =>
        addRoutes(s, 'rtb-studio', {
          ...route('10.8.0.0/16', { NetworkInterfaceId: 'eni-router' }),
          Origin: 'Advertisement',
        }),
    ],
    [
      'R58',
      'The prefix list of a route to a transit gateway was not returned.',
      'unknown',
      'the prefix list pl-x',
      (s) => addRoutes(s, 'rtb-studio', { ...prefixListRoute('pl-x', ''), ...TGW }),
    ],
    [
      'R59',
      'The network interface that a route leads to was not returned.',
      'unknown',
      'eni-gone was not returned',
      (s) => addToEveryTable(s, route('10.8.0.0/16', { NetworkInterfaceId: 'eni-gone' })),
    ],
  ];
}
