/** For which proofs no certificate is made, because the checker does not read what they rest on. */
import { centralInspection } from '../mutants/central-inspection';
import { change } from '../mutants/mutant';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, replaceRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import type { Certified } from './certificate';
import { networkOf } from './network';
import { egressProof } from './routing';

function certified(snapshot: Snapshot): Certified {
  const proof = egressProof(networkOf(snapshot), 'subnet-studio');
  if (proof.status !== 'holds') throw new Error(`the proof is ${proof.status}`);
  return proof.certificate();
}

const refused = (because: string) => ({ made: false, because: expect.stringContaining(because) });
const privateNat = (): Snapshot =>
  change(referenceSnapshot(), 'natGateways', (list) =>
    list.map((nat) => ({ ...nat, ConnectivityType: 'private' as const })),
  );

test('what a private NAT gateway sends is not certified, whether it leads to the firewall or to a closed gateway', () => {
  expect(certified(referenceSnapshot()).made).toBe(true);
  expect(certified(privateNat())).toMatchObject(refused('a private NAT gateway'));
  const closed = replaceRoute(
    privateNat(),
    'rtb-nat',
    '0.0.0.0/0',
    route('0.0.0.0/0', { GatewayId: 'igw-a' }),
  );
  expect(certified(closed)).toMatchObject(refused('igw-a drops what the private NAT gateway nat-a sends'));
});

test('a private connection is certified for destinations that cannot be on the internet, a followed one is not', () => {
  const inside = addRoutes(
    referenceSnapshot(),
    'rtb-studio',
    route('192.168.0.0/16', { VpcPeeringConnectionId: 'pcx-a' }),
  );
  expect(certified(inside).made).toBe(true);
  expect(certified(centralInspection(referenceSnapshot()))).toMatchObject(
    refused('it is for one VPC, and tgw-a leads on to others'),
  );
});

test('behind a cleared place, each place that a NAT gateway leads to has a state', () => {
  const answer = certified(referenceSnapshot());
  expect(answer.made && answer.certificate.states).toEqual([
    { place: 'subnet-studio', destinations: ['0.0.0.0/0', '::/0'] },
    { place: 'subnet-nat', destinations: ['0.0.0.0/0'] },
  ]);
});
