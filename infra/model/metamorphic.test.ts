/** Changes of a network after which the verdicts must be what they were, or no worse; they need no oracle. */
import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import type { Snapshot } from '../snapshot/snapshot';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { egressProof } from './routing';
import type { TinyNetwork, TinyPrefix, TinyRoute } from './routing-oracle.fixture';
import { symmetryProof } from './symmetry';
import { snapshotOf, tinyNetwork } from './tiny-network.fixture';

const RUNS = { numRuns: 150 };

function verdictsOn(snapshot: Snapshot, subnet = 'subnet-0'): readonly string[] {
  const network = networkOf(snapshot);
  return [egressProof, returnProof, symmetryProof].map((proof) => proof(network, subnet).status);
}

const verdictsOf = (tiny: TinyNetwork): readonly string[] => verdictsOn(snapshotOf(tiny));

const withTable = (tiny: TinyNetwork, number: number, routes: readonly TinyRoute[]): TinyNetwork => ({
  ...tiny,
  tables: tiny.tables.map((all, index) => (index === number ? routes : all)),
});

test('the order of tables and routes and the names of things do not matter', () => {
  fc.assert(
    fc.property(tinyNetwork, fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }), (tiny, dice) => {
      const snapshot = snapshotOf(tiny);
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item, at) => [dice[at % dice.length] ?? 0, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item);
      const mixed = change(snapshot, 'routeTables', (list) =>
        shuffled(list).map((table) => ({ ...table, Routes: shuffled(table.Routes ?? []) })),
      );
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same snapshot with other names
      const renamed = JSON.parse(
        JSON.stringify(mixed).replaceAll(/"(nat|eni|rtb|pl|vpce-fw|vpce-other)-(\d)"/g, '"$1-9$2"'),
      ) as Snapshot;
      const expected = verdictsOn(snapshot);
      expect([verdictsOn(mixed), verdictsOn(renamed)]).toEqual([expected, expected]);
    }),
    RUNS,
  );
});

test('a route, or the entry of a prefix list, that is there twice changes nothing', () => {
  fc.assert(
    fc.property(tinyNetwork, fc.nat(4), fc.nat(4), (tiny, inTable, which) => {
      const routes = tiny.tables[inTable] ?? [];
      const again = routes[which % Math.max(routes.length, 1)];
      if (again === undefined) return;
      const lists = tiny.lists.map((entries) => entries && [...entries, ...entries]);
      const expected = verdictsOf(tiny);
      expect([
        verdictsOf(withTable(tiny, inTable, [...routes, again])),
        verdictsOf({ ...tiny, lists }),
      ]).toEqual([expected, expected]);
    }),
    RUNS,
  );
});

const WORSE = ['holds', 'undecided', 'violated'];

test('a dead route that is more specific than any makes nothing worse', () => {
  const seen = new Set<string>();
  const prefix = fc.record({ base: fc.nat(63), length: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(tinyNetwork, fc.nat(4), prefix, (tiny, inTable, to) => {
      const dead: TinyRoute = { to, target: { kind: 'blackhole' }, origin: 'static' };
      const before = verdictsOf(tiny);
      const after = verdictsOf(withTable(tiny, inTable, [...(tiny.tables[inTable] ?? []), dead]));
      after.forEach((verdict, claim) =>
        expect(WORSE.indexOf(verdict)).toBeLessThanOrEqual(WORSE.indexOf(before[claim] ?? '')),
      );
      seen.add(before.join());
    }),
    RUNS,
  );
  expect(seen.size).toBeGreaterThan(3);
});

const half = ({ base, length }: TinyPrefix, which: 0 | 1): TinyPrefix => ({
  base: ((base >> (6 - length)) << (6 - length)) | (which << (5 - length)),
  length: length + 1,
});

/** The halves of a route; null where something else stands at their length or the route's own, or a list overlaps. */
function inHalves(tiny: TinyNetwork, inTable: number, which: number): TinyNetwork | null {
  const routes = tiny.tables[inTable] ?? [];
  const found = routes[which % Math.max(routes.length, 1)];
  if (found === undefined || 'list' in found.to || found.to.length > 5) return null;
  const { to } = found;
  const others = routes.filter((one) => one !== found);
  const inTheWay = others.some(
    ({ to: other }) => 'list' in other || other.length === to.length || other.length === to.length + 1,
  );
  // The VPC's own route has the length 2.
  if (inTheWay || (to.length > 0 && to.length < 3)) return null;
  const halves = ([0, 1] as const).map((side) => ({ ...found, to: half(to, side) }));
  return withTable(tiny, inTable, [...others, ...halves]);
}

test('a route that is split into its halves decides as before', () => {
  let split = 0;
  fc.assert(
    fc.property(tinyNetwork, fc.nat(4), fc.nat(4), (tiny, inTable, which) => {
      const halved = inHalves(tiny, inTable, which);
      if (halved === null) return;
      split += 1;
      expect(verdictsOf(halved)).toEqual(verdictsOf(tiny));
    }),
    { numRuns: 300 },
  );
  expect(split).toBeGreaterThan(20);
});

test('the entries of a prefix list, as routes of their own, decide as the list does', () => {
  let replaced = 0;
  fc.assert(
    fc.property(tinyNetwork, fc.nat(4), (tiny, inTable) => {
      const routes = tiny.tables[inTable] ?? [];
      const [listed, more] = routes.filter(({ to }) => 'list' in to);
      if (listed === undefined || more !== undefined || !('list' in listed.to)) return;
      const entries = tiny.lists[listed.to.list] ?? [];
      const lengths = new Set([2, ...routes.flatMap(({ to }) => ('list' in to ? [] : [to.length]))]);
      // Where a static or propagated route of the same length stands, a list has a rank of its own.
      if (tiny.lists[listed.to.list] === null || entries.some(({ length }) => lengths.has(length))) return;
      replaced += 1;
      const spelled = entries.map((to) => ({ ...listed, to, origin: 'static' as const }));
      const others = routes.filter((one) => one !== listed);
      expect(verdictsOf(withTable(tiny, inTable, [...others, ...spelled]))).toEqual(verdictsOf(tiny));
    }),
    { numRuns: 300 },
  );
  expect(replaced).toBeGreaterThan(5);
});
