/** Ways to an internet gateway that carry nothing, for nothing on them has a public IPv4 address. Ids go on after the mutation catalogue's. */
import type { Sketch } from './mutant';
import { change } from './mutant';
import { route } from './reference-network';
import { replaceRoute } from './route-changes';
import type { Snapshot } from '../snapshot/snapshot';

/** What routing/path-delivers must notice although every table leads on. */
export function unaddressedWays(): readonly Sketch[] {
  return [
    [
      'R68',
      'The Studio default route leads to the firewall, and no NAT gateway is on the way.',
      'fail',
      'no NAT gateway is on the way, by 0.0.0.0/0 -> igw-a of rtb-firewall',
      (s) => replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'vpce-firewall' })),
    ],
    [
      'R69',
      'The NAT gateway before the firewall is a private one.',
      'fail',
      'igw-a drops what the private NAT gateway nat-a sends',
      privateNat,
    ],
    [
      'R69b',
      'The NAT gateway is a private one and its subnet leads straight to the internet gateway.',
      'fail',
      'aws ec2 create-nat-gateway --connectivity-type public',
      (s) => replaceRoute(privateNat(s), 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' })),
    ],
  ];
}

function privateNat(snapshot: Snapshot): Snapshot {
  return change(snapshot, 'natGateways', (list) =>
    list.map((nat) => ({ ...nat, ConnectivityType: 'private' as const })),
  );
}
