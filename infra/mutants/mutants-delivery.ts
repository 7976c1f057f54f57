/** Faults by which the way to the internet leads into nothing, out or back. Ids are those of the mutation catalogue. */
import type { NatGateway, Route, Snapshot } from '../snapshot/snapshot';
import { withIpv6 } from './address-changes';
import { deadEnds } from './dead-ends';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf } from './mutant';
import { firewallBeforeNatDoneRight } from './mutants-return';
import { networkInterface, prefixListRoute, route } from './reference-network';
import { addRoutes, changeTable, replaceRoute } from './route-changes';
import { twoZones } from './two-zones';
import { unaddressedWays } from './unaddressed';

const FIREWALL = { GatewayId: 'vpce-firewall' };
const GONE = { VpcPeeringConnectionId: 'pcx-gone', State: 'blackhole' as const };

/** What routing/path-delivers must notice. */
export function deliveryMutants(): readonly Mutant[] {
  return mutantsOf(
    'routing/path-delivers',
    [...catalogued(), ...outward(), ...unaddressedWays(), ...backward(), ...undecided()],
    ['vpc', 'subnets', 'routeTables', 'natGateways', 'firewalls', 'domains'],
  );
}

/** The dead ends of the catalogue. R28 is a fault only where the intent wants the internet. */
function catalogued(): readonly Sketch[] {
  const named: Readonly<Record<string, readonly [breaks: string, names: string]>> = {
    R24: ['The firewall subnet has no way on.', 'no route of rtb-firewall matches'],
    R25: ['The internet gateway is detached.', 'igw-a is not available (blackhole)'],
    R26: ['The firewall subnet leads back to the NAT gateway.', 'the way leads in a circle'],
    R27: ['The firewall is deleted.', 'vpce-firewall is not available (blackhole)'],
  };
  return deadEnds().flatMap(({ id, mutate }) => {
    const sketch = named[id];
    return sketch ? [[id, sketch[0], 'fail', sketch[1], mutate] as const] : [];
  });
}

function outward(): readonly Sketch[] {
  return [
    [
      'R24b',
      'In one of two zones the firewall subnet has no way on.',
      'fail',
      'From subnet-studio-b',
      (s) => blackhole(twoZones(s), 'rtb-firewall-b', '0.0.0.0/0'),
    ],
    [
      'R60',
      'Half of the internet is led into a blackhole.',
      'fail',
      'to 128.0.0.0',
      (s) => addRoutes(s, 'rtb-nat', route('128.0.0.0/1', GONE)),
    ],
    [
      'R61',
      'A prefix list drops what many hosts live in.',
      'fail',
      '0.9 % of IPv4 is routed into nothing: to 52.0.0.0',
      (s) =>
        addRoutes(
          change(s, 'managedPrefixLists', (list) => [
            ...list,
            {
              PrefixList: { PrefixListId: 'pl-many', State: 'create-complete' },
              Entries: [{ Cidr: '52.0.0.0/8' }, { Cidr: '54.0.0.0/8' }],
            },
          ]),
          'rtb-nat',
          { ...prefixListRoute('pl-many', ''), ...GONE },
        ),
    ],
    [
      'R62',
      'The default route leads to a machine that drops what is not its own.',
      'fail',
      'eni-sink checks source and destination',
      (s) =>
        replaceRoute(
          change(s, 'networkInterfaces', (list) => [
            ...list,
            networkInterface('eni-sink', { SubnetId: 'subnet-nat', SourceDestCheck: true }),
          ]),
          'rtb-studio',
          '0.0.0.0/0',
          route('0.0.0.0/0', { NetworkInterfaceId: 'eni-sink' }),
        ),
    ],
    [
      'B01',
      'VPC Block Public Access closes the internet gateway, whatever the route tables say.',
      'fail',
      'VPC Block Public Access is "block-bidirectional"',
      (s) => blocked(s, 'block-bidirectional'),
    ],
    [
      'V10',
      'IPv6 is led to the firewall, whose subnet has no route for it.',
      'fail',
      '% of IPv6 is routed into nothing: to 2000::',
      (s) => addRoutes(withIpv6(s), 'rtb-studio', route('::/0', FIREWALL)),
    ],
    [
      'V11',
      'NAT64 is led into a blackhole, and is a grain of IPv6.',
      'fail',
      '100 % of IPv4 by NAT64',
      (s) => addRoutes(withIpv6(s), 'rtb-studio', route('64:ff9b::/96', GONE)),
    ],
  ];
}

function backward(): readonly Sketch[] {
  return [
    [
      'R63',
      'The edge route to the NAT subnet is a blackhole.',
      'fail',
      'what is answered to 10.2.2.5 does not come back',
      (s) => blackhole(s, 'rtb-edge', '10.2.2.0/24'),
    ],
    [
      'R64',
      'The way back leads in a circle.',
      'fail',
      'what is answered to 10.2.2.5 does not come back: the way leads in a circle',
      (s) => addRoutes(s, 'rtb-firewall', route('10.2.2.0/24', FIREWALL)),
    ],
    [
      'R65',
      'Behind a firewall before the NAT gateway, answers to half of the Studio subnet are dropped.',
      'fail',
      'what is answered to 10.2.3.128 does not come back',
      (s) => addRoutes(firewallBeforeNatDoneRight(s), 'rtb-nat', route('10.2.3.128/25', GONE)),
    ],
  ];
}

function undecided(): readonly Sketch[] {
  const everything =
    (target: Partial<Route>): Mutant['mutate'] =>
    (s) =>
      replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', target));
  return [
    [
      'R45',
      'The default route leads to an Outposts local gateway.',
      'unknown',
      'Outposts local gateway lgw-a',
      everything({ LocalGatewayId: 'lgw-a' }),
    ],
    [
      'R48',
      'What comes back by a carrier gateway is not known.',
      'unknown',
      'what comes back by cagw-a',
      everything({ CarrierGatewayId: 'cagw-a' }),
    ],
    [
      'B02',
      'VPC Block Public Access is on, and the subnets do not say so.',
      'unknown',
      'VPC Block Public Access',
      (s) =>
        change(s, 'vpcBlockPublicAccess', (value) => ({
          ...value,
          InternetGatewayBlockMode: 'block-bidirectional',
          State: 'update-complete',
        })),
    ],
    [
      'R66',
      'The NAT gateway is still being made.',
      'unknown',
      'nat-a is in state "pending"',
      (s) => natGateway(s, { State: 'pending' }),
    ],
    [
      'R67',
      'AWS did not return the addresses of the NAT gateway, and a part of its subnet is not reached.',
      'unknown',
      'did not return the private addresses',
      (s) => addRoutes(natGateway(s, { NatGatewayAddresses: [] }), 'rtb-edge', route('10.2.2.128/25', GONE)),
    ],
  ];
}

function natGateway(snapshot: Snapshot, members: Partial<NatGateway>): Snapshot {
  return change(snapshot, 'natGateways', (list) =>
    edited(
      list,
      ({ NatGatewayId: id }) => id === 'nat-a',
      (nat) => ({ ...nat, ...members }),
    ),
  );
}

/** VPC Block Public Access in a mode, everywhere in the VPC and without an exclusion. */
export function blocked(snapshot: Snapshot, mode: 'block-bidirectional' | 'block-ingress'): Snapshot {
  const states = { BlockPublicAccessStates: { InternetGatewayBlockMode: mode } };
  const options = change(snapshot, 'vpcBlockPublicAccess', (value) => ({
    ...value,
    InternetGatewayBlockMode: mode,
    State: 'update-complete',
  }));
  const vpc = change(options, 'vpc', (value) => ({ ...value, ...states }));
  return change(vpc, 'subnets', (list) => list.map((subnet) => ({ ...subnet, ...states })));
}

/** A route whose target is not there any more. */
function blackhole(snapshot: Snapshot, tableId: string, destination: string): Snapshot {
  return changeTable(snapshot, tableId, (table) => ({
    ...table,
    Routes: edited(
      table.Routes ?? [],
      ({ DestinationCidrBlock: block }) => block === destination,
      (one) => ({ ...one, State: 'blackhole' as const }),
    ),
  }));
}
