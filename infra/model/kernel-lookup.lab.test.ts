/**
 * Our tables against the kernel's: random AWS route tables, compiled by the model and loaded into Linux, must choose
 * the same route for the start, middle and end of every segment and around every prefix. What only AWS has (random
 * choice between prefix lists, propagated routes inside the local route) has its tests against the walker.
 */
import * as fc from 'fast-check';
import { localRoute, prefixListRoute, route } from '../mutants/reference-network';
import type * as aws from '../snapshot/snapshot';
import type { Family } from './cidr';
import { FAMILIES, formatAddress, parseCidr, spaceOf } from './cidr';
import type { KernelAnswer, KernelLookupRoute, KernelTables } from './kernel-lookup.fixture';
import { openKernelTables } from './kernel-lookup.fixture';
import { aroundPrefix, askable, isOutside, LOCAL, prefixes } from './kernel-prefixes.fixture';
import { prefixListsOf } from './prefix-list';
import { segmentAt } from './route-selection';
import type { Candidate, RouteTable } from './route-table';
import { routeTableOf } from './route-table';

jest.setTimeout(60_000);

let kernel: KernelTables;
beforeAll(async () => {
  kernel = await openKernelTables();
});
afterAll(async () => kernel.close());

/** Equal for both: what a route is called, and the kernel's metric for it, in AWS's order of priority. */
const METRICS = { static: 1_000, 'prefix-list': 2_000, propagated: 3_000 } as const;
type Origin = keyof typeof METRICS;

interface TestRoute {
  readonly prefix: string;
  readonly origin: Origin;
  readonly blackhole: boolean;
}

/** AWS has one route for a destination and an origin; a list's entries are unique as well. */
function routesOf(family: Family): fc.Arbitrary<readonly TestRoute[]> {
  const one = fc.record({
    prefix: prefixes(family),
    origin: fc.constantFrom<Origin>('static', 'static', 'prefix-list', 'propagated'),
    blackhole: fc.nat(5).map((die) => die === 0),
  });
  return fc
    .uniqueArray(one, {
      minLength: 20,
      maxLength: 60,
      selector: ({ prefix, origin }) => `${prefix} ${origin}`,
    })
    .map((routes) =>
      routes.filter(
        // The local route is AWS's own; and no kernel has AWS's exception for what is propagated inside it.
        ({ prefix, origin }) =>
          prefix !== LOCAL[family] && (origin !== 'propagated' || isOutside(prefix, family)),
      ),
    );
}

/** With one prefix list, whose route is dead as a whole or not: between two that overlap, AWS chooses at random. */
function awsTable(
  routes: readonly TestRoute[],
  family: Family,
): { table: RouteTable; routes: readonly TestRoute[] } {
  const listed = routes.filter(({ origin }) => origin === 'prefix-list');
  const state = listed[0]?.blackhole === true ? 'blackhole' : 'active';
  const list: aws.ManagedPrefixList = {
    PrefixList: { PrefixListId: 'pl-a', State: 'create-complete' },
    Entries: listed.map(({ prefix }) => ({ Cidr: prefix })),
  };
  const others = routes.filter(({ origin }) => origin !== 'prefix-list');
  const table: aws.RouteTable = {
    RouteTableId: 'rtb-a',
    Routes: [
      localRoute(LOCAL[family]),
      { ...prefixListRoute('pl-a', 'vpce-s3'), State: state },
      ...others.map(({ prefix, origin, blackhole }) =>
        route(prefix, {
          NatGatewayId: 'nat-a',
          State: blackhole ? 'blackhole' : 'active',
          Origin: origin === 'propagated' ? 'EnableVgwRoutePropagation' : 'CreateRoute',
        }),
      ),
    ],
  };
  const context = {
    vpcCidrs: [parseCidr(LOCAL[family])],
    prefixLists: { known: true as const, value: prefixListsOf([list]) },
    isGatewayEndpoint: () => true,
  };
  const asLoaded = routes.map((one) =>
    one.origin === 'prefix-list' ? { ...one, blackhole: state === 'blackhole' } : one,
  );
  const own: TestRoute = { prefix: LOCAL[family], origin: 'static', blackhole: false };
  return { table: routeTableOf(table, context), routes: [own, ...asLoaded] };
}

/** The metric is the priority and, within it, the number of the route. */
function kernelRoutes(routes: readonly TestRoute[]): readonly KernelLookupRoute[] {
  return routes.map(({ prefix, origin, blackhole }, index) => ({
    prefix,
    blackhole,
    metric: METRICS[origin] + index,
  }));
}

function kernelSaid(answer: KernelAnswer, routes: readonly TestRoute[]): string {
  if (typeof answer === 'string') return answer;
  const found = routes[answer % 1_000];
  return found ? `${found.origin} ${found.prefix}` : `a route of metric ${answer}`;
}

function modelSaid(deciding: readonly Candidate[]): string {
  const words = deciding.map(({ target, precedence, cidr }) =>
    target.kind === 'blackhole' ? 'blackhole' : `${precedence} ${cidr.text}`,
  );
  return words.length === 0 ? 'no route' : words.join(' or ');
}

/** Every segment's first, middle and last address, and for every prefix the same and its neighbours outside. */
function addressesOf(table: RouteTable, routes: readonly TestRoute[], family: Family): readonly bigint[] {
  const { last: end } = spaceOf(family);
  const segments = table.segments[family];
  const ofSegments = segments.flatMap(({ first }, index) => {
    const last = (segments[index + 1]?.first ?? end + 1n) - 1n;
    return [first, (first + last) / 2n, last];
  });
  return askable(family, [...ofSegments, ...routes.flatMap(({ prefix }) => aroundPrefix(prefix))]);
}

interface Comparison {
  readonly asked: number;
  readonly differences: readonly string[];
  readonly answers: ReadonlySet<string>;
}

/** Load tables into the kernel, ask both about every address, and say where they differ. */
async function compare(
  generated: readonly (readonly TestRoute[])[],
  family: Family,
  tamper: (routes: readonly KernelLookupRoute[]) => readonly KernelLookupRoute[] = (routes) => routes,
): Promise<Comparison> {
  const tables = generated.map((routes) => awsTable(routes, family));
  await kernel.load(
    family,
    tables.map(({ routes }) => tamper(kernelRoutes(routes))),
  );
  const questions = tables.flatMap(({ table, routes }, index) =>
    addressesOf(table, routes, family).map((value) => ({ table, routes, value, number: index + 1 })),
  );
  const answers = await kernel.lookUp(
    family,
    questions.map(({ value, number }) => ({ table: number, address: formatAddress(family, value) })),
  );
  const both = questions.map(({ table, routes, value }, index) => ({
    address: formatAddress(family, value),
    model: modelSaid(segmentAt(table.segments[family], value).deciding),
    kernel: kernelSaid(answers[index] ?? 'no route', routes),
  }));
  return {
    asked: both.length,
    differences: both
      .filter((said) => said.model !== said.kernel)
      .map((said) => `${said.address}: model ${said.model}, kernel ${said.kernel}`),
    answers: new Set(both.map((said) => said.kernel.split(' ')[0] ?? '')),
  };
}

test.each(FAMILIES)(
  'for tens of thousands of addresses, the %s route is the one that the kernel takes',
  async (family) => {
    let asked = 0;
    const answers = new Set<string>();
    const tables = fc.array(routesOf(family), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(tables, async (generated) => {
        const compared = await compare(generated, family);
        expect(compared.differences).toEqual([]);
        asked += compared.asked;
        for (const answer of compared.answers) answers.add(answer);
      }),
      // Shrinking asks the kernel again and again: not for longer than a reader would wait.
      { numRuns: 10, seed: 20_261_123, interruptAfterTimeLimit: 40_000 },
    );
    expect(asked).toBeGreaterThan(20_000);
    expect([...answers].sort()).toEqual(['blackhole', 'no', 'prefix-list', 'propagated', 'static']);
  },
);

test.each(FAMILIES)('a kernel that lacks one %s route is seen to differ', async (family) => {
  const [generated = []] = fc.sample(routesOf(family), { numRuns: 1, seed: 1 });
  const compared = await compare([generated], family, (routes) => routes.slice(1));
  expect(compared.differences.join('\n')).toContain(`model static ${LOCAL[family]}`);
});
