/** Faults of the way back. Ids are those of the mutation catalogue. */
import type { Snapshot } from '../snapshot/snapshot';
import { withIpv6, withSecondaryCidr } from './address-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { localRoute, route, routeTable, subnet } from './reference-network';
import { addRoutes, associate, removeRoute, replaceRoute } from './route-changes';

const IGW = { GatewayId: 'igw-a' };
const FIREWALL = { GatewayId: 'vpce-firewall' };

/** What routing/return-crosses-firewall must notice. */
export function returnMutants(): readonly Mutant[] {
  return mutantsOf('routing/return-crosses-firewall', comingBack(), [
    'vpc',
    'subnets',
    'routeTables',
    'natGateways',
    'firewalls',
    'domains',
  ]);
}

/** The same with the route back: Studio -> firewall -> NAT done right. */
export function firewallBeforeNatDoneRight(snapshot: Snapshot): Snapshot {
  return addRoutes(firewallBeforeNat(snapshot), 'rtb-nat', route('10.2.3.0/24', FIREWALL));
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

/** Studio -> firewall -> NAT -> internet gateway, without a route from the NAT subnet back to the firewall. */
export function firewallBeforeNat(snapshot: Snapshot): Snapshot {
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
export function secondStudioSubnet(snapshot: Snapshot): Snapshot {
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
