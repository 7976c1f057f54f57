import * as fc from 'fast-check';
import { parseCidr } from './cidr';
import { distinctWays } from './distinct-ways';
import { beyond, destinationsOf, exitsOf } from './exits';
import { networkOf } from './network';
import type { TinyNetwork } from './routing-oracle.fixture';
import { tinyPaths } from './routing-oracle.fixture';
import { SHIFT, snapshotOf, tinyNetwork } from './tiny-network.fixture';

const ACCEPTED = new Set(['vpce-other-0', 'eni-0', 'nat-0']);

/** The exits and doubts of every single address, walked one by one. */
function walked(tiny: TinyNetwork): { readonly exits: readonly string[]; readonly open: boolean } {
  const exits = new Set<string>();
  let open = false;
  for (let address = 0; address < 64; address++) {
    for (const { vias, end } of tinyPaths(tiny, { subnet: 0 }, address)) {
      const inspected = vias.findIndex((via) => via.startsWith('vpce-fw-') || via === 'vpce-other-0');
      const before = inspected === -1 ? vias : vias.slice(0, inspected);
      for (const via of before)
        if (via.startsWith('eni-') || via.startsWith('vpce-other-')) exits.add(`${via} ${address}`);
      if (inspected !== -1) continue;
      if (end === 'tgw') exits.add(`tgw-a ${address}`);
      if (end === 'unknown') open = true;
    }
  }
  return { exits: [...exits].sort(), open };
}

test('the exits, address by address, are those of the brute-force walker', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const { exits, doubts } = exitsOf(distinctWays(networkOf(snapshotOf(tiny)), 'subnet-0'), ACCEPTED);
      const said = exits.flatMap((exit) =>
        destinationsOf(exit, 'ipv4').flatMap(({ first, last }) =>
          Array.from(
            { length: Number((last - first + 1n) >> SHIFT) },
            (_, index) => `${exit.target} ${Number(first >> SHIFT) + index}`,
          ),
        ),
      );
      const right = walked(tiny);
      expect(said.sort()).toEqual(right.exits);
      expect(doubts.length > 0).toBe(right.open);
      exits.forEach(({ target }) => seen.add(target));
    }),
    { numRuns: 400 },
  );
  expect([...seen].sort()).toEqual(['eni-0', 'eni-1', 'tgw-a', 'vpce-other-1']);
});

test('what is not approved is shown by an address that really leaves by the exit and is in no approval', () => {
  const approval = fc.record({ base: fc.nat(63), length: fc.nat(6) });
  fc.assert(
    fc.property(tinyNetwork, fc.array(approval, { maxLength: 3 }), (tiny, approvals) => {
      const cidrs = approvals.map(({ base, length }) => {
        const octet = ((base >> (6 - length)) << (6 - length)) * 4;
        return parseCidr(`${octet}.0.0.0/${length}`);
      });
      const network = networkOf(snapshotOf(tiny));
      const { exits } = exitsOf(distinctWays(networkOf(snapshotOf(tiny)), 'subnet-0'), ACCEPTED);
      const holds = (address: number) =>
        approvals.some(({ base, length }) => address >> (6 - length) === base >> (6 - length));
      for (const exit of exits) {
        const all = walked(tiny)
          .exits.filter((one) => one.startsWith(`${exit.target} `))
          .map((one) => Number(one.split(' ')[1]));
        const shown = beyond(network, 'subnet-0', { exit, approved: cidrs });
        expect(shown !== null).toBe(all.some((address) => !holds(address)));
        if (shown === null) continue;
        const octet = Number(shown.address.split('.')[0]);
        expect(all).toContain(octet >> 2);
        expect(holds(octet >> 2)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});
