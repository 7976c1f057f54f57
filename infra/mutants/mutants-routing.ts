/** Faults of routes and subnets. Ids are those of the mutation catalogue. */
import type { Mutant } from './mutant';
import { blinding, change, edited } from './mutant';
import {
  localRoute,
  networkInterface,
  prefixListRoute,
  route,
  routeTable,
  subnet,
} from './reference-network';
import { addRoutes, associate, changeTable, removeRoute, replaceRoute } from './route-changes';
import { twoZones } from './two-zones';
import { withIpv6, withSecondaryCidr } from './address-changes';

const EGRESS = 'routing/egress-crosses-firewall';
const RETURN = 'routing/return-crosses-firewall';
const FOOTHOLD = 'routing/no-public-foothold';
const IGW = { GatewayId: 'igw-a' };
const FIREWALL = { GatewayId: 'vpce-firewall' };

type Sketch = readonly [
  id: string,
  breaks: string,
  expect: Mutant['expect'],
  names: string,
  mutate: Mutant['mutate'],
];

const mutantsOf = (check: string, sketches: readonly Sketch[]): readonly Mutant[] =>
  sketches.map(([id, breaks, expect, names, mutate]) => ({ id, breaks, check, expect, names, mutate }));

/** Every fault that concerns the way of packets. */
export function routingMutants(): readonly Mutant[] {
  return [
    ...mutantsOf(EGRESS, egress()),
    ...mutantsOf(EGRESS, undecidedEgress()),
    ...mutantsOf(RETURN, comingBack()),
    ...mutantsOf(FOOTHOLD, footholds()),
    ...blinding(EGRESS, ['vpc', 'subnets', 'routeTables', 'natGateways', 'firewalls', 'domains']),
    ...blinding(RETURN, ['vpc', 'subnets', 'routeTables', 'natGateways', 'firewalls', 'domains']),
    ...blinding(FOOTHOLD, ['subnets', 'networkInterfaces', 'natGateways', 'firewalls', 'domains']),
  ];
}

function egress(): readonly Sketch[] {
  return [
    [
      'R01',
      'The Studio default route leads to the internet gateway.',
      'fail',
      '0.0.0.0/0 -> igw-a of rtb-studio',
      (s) => replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', IGW)),
    ],
    [
      'R02',
      'The NAT default route leads to the internet gateway.',
      'fail',
      '0.0.0.0/0 -> igw-a of rtb-nat',
      (s) => replaceRoute(s, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', IGW)),
    ],
    [
      'R03',
      'One address goes straight out.',
      'fail',
      '8.8.8.8 leaves by igw-a',
      (s) => addRoutes(s, 'rtb-studio', route('8.8.8.8/32', IGW)),
    ],
    [
      'R04',
      'One address goes straight out behind the NAT gateway.',
      'fail',
      '151.101.0.223 leaves by igw-a',
      (s) => addRoutes(s, 'rtb-nat', route('151.101.0.223/32', IGW)),
    ],
    [
      'R05',
      'The upper half of the internet goes round the firewall.',
      'fail',
      '128.0.0.0/1 -> igw-a of rtb-nat',
      (s) => addRoutes(s, 'rtb-nat', route('0.0.0.0/1', FIREWALL), route('128.0.0.0/1', IGW)),
    ],
    [
      'R07',
      'Two halves outrank a default route that still looks right.',
      'fail',
      '0.0.0.0/1 -> igw-a of rtb-nat',
      (s) => addRoutes(s, 'rtb-nat', route('0.0.0.0/1', IGW), route('128.0.0.0/1', IGW)),
    ],
    [
      'R11',
      'A second NAT gateway stands in a subnet without firewall.',
      'fail',
      '0.0.0.0/0 -> igw-a of rtb-firewall',
      (s) =>
        replaceRoute(
          change(s, 'natGateways', (list) => [
            ...list,
            { NatGatewayId: 'nat-2', SubnetId: 'subnet-firewall', State: 'available', VpcId: 'vpc-studio' },
          ]),
          'rtb-studio',
          '0.0.0.0/0',
          route('0.0.0.0/0', { NatGatewayId: 'nat-2' }),
        ),
    ],
    [
      'R13',
      'A NAT instance forwards past the firewall.',
      'fail',
      '0.0.0.0/0 -> igw-a of rtb-firewall',
      (s) =>
        replaceRoute(
          change(s, 'networkInterfaces', (list) => [
            ...list,
            networkInterface('eni-nat-instance', { SubnetId: 'subnet-firewall', SourceDestCheck: false }),
          ]),
          'rtb-studio',
          '0.0.0.0/0',
          route('0.0.0.0/0', { NetworkInterfaceId: 'eni-nat-instance', InstanceId: 'i-nat' }),
        ),
    ],
    [
      'R18',
      'The Studio subnet fell back to a main table that leads out.',
      'fail',
      '0.0.0.0/0 -> igw-a of rtb-main',
      (s) => addRoutes(associate(s, 'rtb-studio', 'none'), 'rtb-main', route('0.0.0.0/0', IGW)),
    ],
    [
      'R32',
      'In one of two zones the NAT default route leads to the internet gateway.',
      'fail',
      'From subnet-studio-b',
      (s) => replaceRoute(twoZones(s), 'rtb-nat-b', '0.0.0.0/0', route('0.0.0.0/0', IGW)),
    ],
    [
      'R46',
      "The route leads to a Gateway Load Balancer endpoint that is not the firewall's.",
      'fail',
      '0.0.0.0/0 -> igw-a of rtb-firewall',
      (s) =>
        replaceRoute(
          change(s, 'vpcEndpoints', (list) => [
            ...list,
            {
              VpcEndpointId: 'vpce-other',
              VpcEndpointType: 'GatewayLoadBalancer',
              SubnetIds: ['subnet-firewall'],
              VpcId: 'vpc-studio',
              State: 'Available',
              ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-other',
            },
          ]),
          'rtb-nat',
          '0.0.0.0/0',
          route('0.0.0.0/0', { GatewayId: 'vpce-other' }),
        ),
    ],
    [
      'R47',
      'Two prefix lists with different targets overlap, and one leads out.',
      'fail',
      'pl-out (52.0.0.0/8) -> igw-a of rtb-nat',
      (s) =>
        addRoutes(
          change(s, 'managedPrefixLists', (list) => [
            ...list,
            {
              PrefixList: { PrefixListId: 'pl-out', State: 'create-complete' },
              Entries: [{ Cidr: '52.0.0.0/8' }],
            },
            {
              PrefixList: { PrefixListId: 'pl-in', State: 'create-complete' },
              Entries: [{ Cidr: '52.0.0.0/9' }, { Cidr: '52.128.0.0/9' }],
            },
          ]),
          'rtb-nat',
          prefixListRoute('pl-out', 'igw-a'),
          prefixListRoute('pl-in', 'vpce-firewall'),
        ),
    ],
    [
      'R48',
      'A carrier gateway takes the default route.',
      'fail',
      '0.0.0.0/0 -> cagw-a of rtb-nat',
      (s) => replaceRoute(s, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { CarrierGatewayId: 'cagw-a' })),
    ],
    [
      'V01',
      'IPv6 leaves by an egress-only internet gateway.',
      'fail',
      '::/0 -> eigw-a of rtb-studio',
      (s) => addRoutes(withIpv6(s), 'rtb-studio', route('::/0', { EgressOnlyInternetGatewayId: 'eigw-a' })),
    ],
    [
      'V03',
      'IPv6 unicast leaves by the internet gateway.',
      'fail',
      '2000::/3 -> igw-a of rtb-studio',
      (s) => addRoutes(withIpv6(s), 'rtb-studio', route('2000::/3', IGW)),
    ],
    [
      'V07',
      'NAT64 reaches an IPv4 destination past the firewall.',
      'fail',
      '64:ff9b::808:808 leaves by igw-a',
      (s) =>
        addRoutes(
          replaceRoute(
            withIpv6(s),
            'rtb-studio',
            '0.0.0.0/0',
            route('64:ff9b::/96', { NatGatewayId: 'nat-a' }),
          ),
          'rtb-nat',
          route('8.8.8.8/32', IGW),
        ),
    ],
  ];
}

function undecidedEgress(): readonly Sketch[] {
  const to =
    (target: Parameters<typeof route>[1]): Mutant['mutate'] =>
    (s) =>
      replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', target));
  return [
    [
      'R15',
      'The default route leads to a transit gateway.',
      'unknown',
      'transit gateway tgw-a',
      to({ TransitGatewayId: 'tgw-a' }),
    ],
    [
      'R45',
      'The default route leads to an Outposts local gateway.',
      'unknown',
      'Outposts local gateway lgw-a',
      to({ LocalGatewayId: 'lgw-a' }),
    ],
    [
      'R45b',
      'The default route has a target of a kind that is not known.',
      'unknown',
      'whose target this model does not know',
      to({}),
    ],
    [
      'R49',
      'The association of the Studio table is not in force.',
      'unknown',
      'in state "associating"',
      (s) => associate(s, 'rtb-studio', 'associating'),
    ],
    [
      'R50',
      'A prefix list in the NAT table was not returned.',
      'unknown',
      'the prefix list pl-x',
      (s) => addRoutes(s, 'rtb-nat', prefixListRoute('pl-x', 'igw-a')),
    ],
    [
      'R51',
      'A VPC Route Server put in a route.',
      'unknown',
      'VPC Route Server',
      (s) => addRoutes(s, 'rtb-nat', { ...route('8.0.0.0/8', IGW), Origin: 'Advertisement' }),
    ],
    [
      'R52',
      'A destination is spelled so that it can only be guessed.',
      'unknown',
      'in rtb-studio, "010.0.0.0"',
      (s) => addRoutes(s, 'rtb-studio', route('010.0.0.0/8', { NatGatewayId: 'nat-a' })),
    ],
    [
      'R53',
      'AWS did not return the state of a route.',
      'unknown',
      'State of the route 0.0.0.0/0 of rtb-nat',
      (s) =>
        replaceRoute(s, 'rtb-nat', '0.0.0.0/0', {
          DestinationCidrBlock: '0.0.0.0/0',
          ...FIREWALL,
          Origin: 'CreateRoute',
        }),
    ],
    [
      'R54',
      'A regional NAT gateway whose route table was not returned.',
      'unknown',
      'rtb-regional was not returned',
      (s) =>
        change(s, 'natGateways', (list) =>
          list.map((nat) => ({
            NatGatewayId: nat.NatGatewayId,
            AvailabilityMode: 'regional',
            RouteTableId: 'rtb-regional',
            State: 'available',
          })),
        ),
    ],
    [
      'R55',
      'The Studio subnet was not returned.',
      'unknown',
      'subnet-studio was not among',
      (s) => change(s, 'subnets', (list) => list.filter((one) => one.SubnetId !== 'subnet-studio')),
    ],
  ];
}

function comingBack(): readonly Sketch[] {
  return [
    [
      'R20',
      'The internet gateway has no edge route table.',
      'fail',
      'igw-a has no edge route table',
      (s) => associate(s, 'rtb-edge', 'none'),
    ],
    [
      'R21',
      'The edge table has no route to the firewall.',
      'fail',
      '10.2.0.0/16 -> local of rtb-edge',
      (s) => removeRoute(s, 'rtb-edge', '10.2.2.0/24'),
    ],
    [
      'R22',
      'The edge route covers half of the NAT subnet.',
      'fail',
      '10.2.2.128',
      (s) => replaceRoute(s, 'rtb-edge', '10.2.2.0/24', route('10.2.2.0/25', FIREWALL)),
    ],
    [
      'R29',
      'NAT B goes out by endpoint A and comes back by endpoint B.',
      'fail',
      'comes back by vpce-firewall-b where it went out by vpce-firewall',
      (s) => replaceRoute(twoZones(s), 'rtb-nat-b', '0.0.0.0/0', route('0.0.0.0/0', FIREWALL)),
    ],
    [
      'R30',
      'The edge route of zone B leads to endpoint A.',
      'fail',
      'comes back by vpce-firewall where it went out by vpce-firewall-b',
      (s) => replaceRoute(twoZones(s), 'rtb-edge', '10.2.12.0/24', route('10.2.12.0/24', FIREWALL)),
    ],
    [
      'R33',
      'Half of the internet goes out by the endpoint of the other zone.',
      'fail',
      'where it went out by vpce-firewall-b',
      (s) => addRoutes(twoZones(s), 'rtb-nat', route('128.0.0.0/1', { GatewayId: 'vpce-firewall-b' })),
    ],
    [
      'R34',
      'The firewall stands before the NAT gateway, whose subnet routes straight back.',
      'fail',
      '10.2.0.0/16 -> local of rtb-nat',
      (s) => firewallBeforeNat(s),
    ],
    [
      'R39',
      'A Studio subnet of a secondary prefix goes out uninspected on its way back.',
      'fail',
      'For subnet-studio-2',
      (s) => secondStudioSubnet(s),
    ],
    [
      'R49e',
      'The association of the edge table is not in force.',
      'unknown',
      'in state "failed"',
      (s) => associate(s, 'rtb-edge', 'failed'),
    ],
    [
      'V04',
      'IPv6 goes out through the firewall and comes back past it.',
      'fail',
      '2600:1f18:1::/56 -> local of rtb-edge',
      (s) =>
        addRoutes(
          addRoutes(withIpv6(s), 'rtb-studio', route('::/0', FIREWALL)),
          'rtb-firewall',
          route('::/0', IGW),
        ),
    ],
    [
      'V08',
      'IPv6 goes out through the firewall to an egress-only internet gateway, which cannot have an edge table.',
      'fail',
      'eigw-a has no edge route table',
      (s) =>
        addRoutes(
          addRoutes(withIpv6(s), 'rtb-studio', route('::/0', FIREWALL)),
          'rtb-firewall',
          route('::/0', { EgressOnlyInternetGatewayId: 'eigw-a' }),
        ),
    ],
  ];
}

function footholds(): readonly Sketch[] {
  const address = { PublicIp: '198.51.100.77' };
  const place =
    (id: string, subnetId: string, members: object): Mutant['mutate'] =>
    (s) =>
      change(s, 'networkInterfaces', (list) => [
        ...list,
        networkInterface(id, { SubnetId: subnetId, InterfaceType: 'interface', ...members }),
      ]);
  const publicByDefault =
    (subnetId: string): Mutant['mutate'] =>
    (s) =>
      change(s, 'subnets', (list) =>
        edited(
          list,
          (one) => one.SubnetId === subnetId,
          (one) => ({ ...one, MapPublicIpOnLaunch: true }),
        ),
      );
  return [
    [
      'R42',
      'A workload with a public address sits in the firewall subnet.',
      'fail',
      'eni-bastion',
      place('eni-bastion', 'subnet-firewall', { Association: address }),
    ],
    [
      'R42a',
      'The firewall subnet assigns public addresses.',
      'fail',
      'MapPublicIpOnLaunch',
      publicByDefault('subnet-firewall'),
    ],
    [
      'R42b',
      'The Studio subnet assigns public addresses.',
      'fail',
      'subnet-studio assigns',
      publicByDefault('subnet-studio'),
    ],
    [
      'R42c',
      'An app holds a public address.',
      'fail',
      '198.51.100.77',
      place('eni-app', 'subnet-studio', { Association: address }),
    ],
    [
      'R42d',
      'An app holds a public address on a secondary private one.',
      'fail',
      '198.51.100.77',
      place('eni-app', 'subnet-studio', {
        PrivateIpAddresses: [{ PrivateIpAddress: '10.2.3.9', Association: address }],
      }),
    ],
    ['R42e', 'A workload sits in the NAT subnet.', 'fail', 'eni-app', place('eni-app', 'subnet-nat', {})],
    [
      'R42f',
      'Studio uses the firewall subnet.',
      'fail',
      'subnet-firewall is a Studio subnet',
      (s) => change(s, 'domains', (list) => list.map((one) => ({ ...one, SubnetIds: ['subnet-firewall'] }))),
    ],
    [
      'R42g',
      'AWS did not return what kind of interface this is.',
      'unknown',
      'InterfaceType of eni-app',
      place('eni-app', 'subnet-nat', { InterfaceType: undefined }),
    ],
    [
      'R42h',
      'AWS did not return MapPublicIpOnLaunch.',
      'unknown',
      'MapPublicIpOnLaunch',
      (s) => change(s, 'subnets', (list) => list.map(({ MapPublicIpOnLaunch: _, ...one }) => one)),
    ],
  ];
}

/** Studio -> firewall -> NAT -> internet gateway, without a route from the NAT subnet back to the firewall. */
function firewallBeforeNat(snapshot: Parameters<Mutant['mutate']>[0]): ReturnType<Mutant['mutate']> {
  const studio = replaceRoute(snapshot, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', FIREWALL));
  const firewall = replaceRoute(
    studio,
    'rtb-firewall',
    '0.0.0.0/0',
    route('0.0.0.0/0', { NatGatewayId: 'nat-a' }),
  );
  const nat = replaceRoute(firewall, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', IGW));
  return associate(nat, 'rtb-edge', 'none');
}

/** A Studio subnet in a secondary prefix whose traffic crosses the firewall without NAT, with no edge route for it. */
function secondStudioSubnet(snapshot: Parameters<Mutant['mutate']>[0]): ReturnType<Mutant['mutate']> {
  const secondary = withSecondaryCidr(snapshot, '100.64.0.0/16');
  const subnets = change(secondary, 'subnets', (list) => [
    ...list,
    subnet('subnet-studio-2', '100.64.1.0/24'),
  ]);
  const tables = change(subnets, 'routeTables', (list) => [
    ...list,
    routeTable('rtb-studio-2', [localRoute('100.64.0.0/16'), route('0.0.0.0/0', FIREWALL)], {
      SubnetId: 'subnet-studio-2',
    }),
  ]);
  return change(tables, 'domains', (list) =>
    list.map((one) => ({ ...one, SubnetIds: ['subnet-studio', 'subnet-studio-2'] })),
  );
}

/** The same with the route back: Studio -> firewall -> NAT done right. */
export function firewallBeforeNatDoneRight(
  snapshot: Parameters<Mutant['mutate']>[0],
): ReturnType<Mutant['mutate']> {
  return addRoutes(firewallBeforeNat(snapshot), 'rtb-nat', route('10.2.3.0/24', FIREWALL));
}

/** R24–R28: nothing leaves any more. Not a fail of the security statement; availability is another check's. */
export function nothingLeaves(): readonly { readonly id: string; readonly mutate: Mutant['mutate'] }[] {
  const blackhole =
    (id: string): Mutant['mutate'] =>
    (s) =>
      changeTable(s, id, (table) => ({
        ...table,
        Routes: (table.Routes ?? []).map((one) =>
          one.DestinationCidrBlock === '0.0.0.0/0' ? { ...one, State: 'blackhole' as const } : one,
        ),
      }));
  return [
    { id: 'R24', mutate: (s) => removeRoute(s, 'rtb-firewall', '0.0.0.0/0') },
    { id: 'R25', mutate: blackhole('rtb-firewall') },
    {
      id: 'R26',
      mutate: (s) =>
        replaceRoute(s, 'rtb-firewall', '0.0.0.0/0', route('0.0.0.0/0', { NatGatewayId: 'nat-a' })),
    },
    { id: 'R27', mutate: (s) => change(blackhole('rtb-nat')(s), 'firewalls', () => []) },
    { id: 'R28', mutate: (s) => removeRoute(s, 'rtb-studio', '0.0.0.0/0') },
  ];
}
