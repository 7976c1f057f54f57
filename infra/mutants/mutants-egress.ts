/** Faults of the way out. Ids are those of the mutation catalogue. */
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { withIpv6 } from './address-changes';
import { networkInterface, prefixListRoute, route } from './reference-network';
import { addRoutes, associate, replaceRoute } from './route-changes';
import { twoZones } from './two-zones';

const IGW = { GatewayId: 'igw-a' };
const FIREWALL = { GatewayId: 'vpce-firewall' };

/** What routing/egress-crosses-firewall must notice. */
export function egressMutants(): readonly Mutant[] {
  return mutantsOf(
    'routing/egress-crosses-firewall',
    [...egress(), ...undecidedEgress()],
    ['vpc', 'subnets', 'routeTables', 'natGateways', 'firewalls', 'domains'],
  );
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
      (s) => addRoutes(s, 'rtb-studio', route('010.0.0.0/8', { GatewayId: 'igw-a' })),
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
