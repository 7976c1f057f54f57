import * as fc from 'fast-check';
import { networkOf } from './network';
import { returnProof } from './return-path';
import type { TinyNetwork, TinyRoute } from './routing-oracle.fixture';
import { tinyReturn, tinySymmetry } from './routing-oracle.fixture';
import { symmetryProof } from './symmetry';
import { snapshotOf, tinyNetwork } from './tiny-network.fixture';

const proofOf = (tiny: TinyNetwork) => symmetryProof(networkOf(snapshotOf(tiny)), 'subnet-0');

test('the verdict on symmetry is that of the brute-force walker', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const proof = proofOf(tiny);
      expect(proof.status).toBe(tinySymmetry(tiny, 0));
      seen.add(proof.status);
    }),
    { numRuns: 400 },
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
});

const everywhere = (which: number): TinyRoute => ({
  to: { base: 0, length: 0 },
  target: { kind: 'firewall', index: which },
  origin: 'static',
});
const toSubnet = (which: number, firewall: number): TinyRoute => ({
  to: { base: which * 4, length: 4 },
  target: { kind: 'firewall', index: firewall },
  origin: 'static',
});
const out: TinyRoute = { to: { base: 0, length: 0 }, target: { kind: 'igw' }, origin: 'static' };

test('two firewall endpoints in a row are crossed back in the opposite order', () => {
  const once: TinyNetwork = {
    tables: [[everywhere(0)], [everywhere(1)], [out], [toSubnet(0, 1)], []],
    subnetTables: [0, 1, 2, 4],
    nats: [0, 0],
    firewalls: [1, 2],
    others: [0, 0],
    appliances: [0, 0],
    edgeTable: 3,
    lists: [[], [], []],
  };
  const both: TinyNetwork = {
    ...once,
    tables: once.tables.map((routes, which) => (which === 2 ? [...routes, toSubnet(0, 0)] : routes)),
  };
  const sameOrder: TinyNetwork = {
    ...once,
    tables: [[everywhere(0)], [everywhere(1), toSubnet(0, 1)], [out], [toSubnet(0, 0)], []],
  };
  const verdicts = [once, both, sameOrder].map((tiny) => {
    expect(proofOf(tiny).status).toBe(tinySymmetry(tiny, 0));
    return [proofOf(tiny).status, returnProof(networkOf(snapshotOf(tiny)), 'subnet-0').status];
  });
  expect(verdicts).toEqual([
    ['violated', 'holds'],
    ['holds', 'holds'],
    ['violated', 'holds'],
  ]);
  expect(tinyReturn(once, 0)).toBe('holds');
});
