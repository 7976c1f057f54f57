/** Faults of symmetry: what comes back crosses other endpoints than it went out by. Ids are those of the mutation catalogue. */
import { withIpv6 } from './address-changes';
import type { Mutant, Sketch } from './mutant';
import { mutantsOf } from './mutant';
import { firewallBeforeNat, secondStudioSubnet } from './mutants-return';
import { route } from './reference-network';
import { addRoutes, associate, replaceRoute } from './route-changes';
import { twoZones } from './two-zones';

const IGW = { GatewayId: 'igw-a' };
const FIREWALL = { GatewayId: 'vpce-firewall' };

/** What routing/path-is-symmetric must notice. */
export function symmetryMutants(): readonly Mutant[] {
  return mutantsOf(
    'routing/path-is-symmetric',
    [...otherEndpoint(), ...oneWayOnly()],
    ['vpc', 'subnets', 'routeTables', 'natGateways', 'firewalls', 'domains'],
  );
}

/** The way back crosses the firewall, elsewhere than the way out. */
function otherEndpoint(): readonly Sketch[] {
  return [
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
  ];
}

/** Only one of the two directions crosses the firewall, or the way back cannot be followed. */
function oneWayOnly(): readonly Sketch[] {
  return [
    [
      'R20',
      'The internet gateway has no edge route table.',
      'fail',
      'comes back past the firewall where it went out by vpce-firewall',
      (s) => associate(s, 'rtb-edge', 'none'),
    ],
    [
      'R20b',
      'The way out goes round the firewall, and the way back through it.',
      'fail',
      'comes back by vpce-firewall where it went out past the firewall',
      (s) => replaceRoute(s, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', IGW)),
    ],
    [
      'R34',
      'The firewall stands before the NAT gateway, whose subnet routes straight back.',
      'fail',
      '10.2.0.0/16 -> local of rtb-nat',
      firewallBeforeNat,
    ],
    [
      'R39',
      'A Studio subnet of a secondary prefix has no edge route.',
      'fail',
      'For subnet-studio-2',
      secondStudioSubnet,
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
  ];
}
