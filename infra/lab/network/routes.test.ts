import type * as ec2 from '@aws-sdk/client-ec2';
import * as fc from 'fast-check';
import { containsAddress, parseAddress, parseBlock } from './ipv4';
import type { KernelRoute } from './plan';
import { kernelTable, type RouteTableSurroundings } from './routes';

const surroundings: RouteTableSurroundings = {
  table: 7,
  nextHops: new Map([
    ['nat-1', { device: 'nat', via: '169.254.200.2' }],
    ['igw-1', { device: 'igw', via: '169.254.200.2' }],
    ['vpce-1', { device: 'vpce', via: '169.254.200.2' }],
  ]),
  uncarried: new Map([['eni-9', 'a network interface whose further traffic this network cannot follow']]),
  prefixLists: new Map([
    ['pl-a', ['10.0.0.4/30', '10.0.0.12/31']],
    ['pl-b', ['10.0.0.0/29']],
  ]),
};

/** What the kernel does with a packet: longest prefix, then lowest metric; `throw` hands the lookup on. */
function kernelSends(routes: readonly KernelRoute[], address: string): string {
  const length = (route: KernelRoute): number => parseBlock(route.destination).prefixLength;
  const [best] = routes
    .filter((route) => containsAddress(parseBlock(route.destination), parseAddress(address)))
    .sort((a, b) => length(b) - length(a) || a.metric - b.metric);
  if (best?.type === 'throw') return 'local';
  return best?.device ?? 'drop';
}

/** What AWS's documents say: longest prefix, then static, prefix list, propagated; null where AWS chooses at random. */
function awsSends(routes: readonly ec2.Route[], address: string): string | null {
  const rank = (route: ec2.Route): number =>
    route.Origin === 'EnableVgwRoutePropagation' ? 2 : route.DestinationPrefixListId ? 1 : 0;
  const candidates = routes.flatMap((route) =>
    (route.DestinationCidrBlock
      ? [route.DestinationCidrBlock]
      : [...(surroundings.prefixLists.get(route.DestinationPrefixListId ?? '') ?? [])]
    ).map((block) => ({ block: parseBlock(block), route })),
  );
  const matching = candidates.filter(({ block }) => containsAddress(block, parseAddress(address)));
  const lists = matching.filter(({ route }) => rank(route) === 1);
  if (new Set(lists.map(({ route }) => route.GatewayId ?? route.NatGatewayId)).size > 1) return null;
  const longest = Math.max(...matching.map(({ block }) => block.prefixLength));
  const [best] = matching
    .filter(({ block }) => block.prefixLength === longest)
    .sort((a, b) => rank(a.route) - rank(b.route));
  if (best === undefined || best.route.State === 'blackhole') return 'drop';
  const id = best.route.GatewayId ?? best.route.NatGatewayId ?? '';
  return id === 'local' ? 'local' : (surroundings.nextHops.get(id)?.device ?? 'drop');
}

const anyTarget = fc.constantFrom<Partial<ec2.Route>>(
  { GatewayId: 'local' },
  { NatGatewayId: 'nat-1' },
  { GatewayId: 'igw-1' },
  { GatewayId: 'vpce-1' },
  { NatGatewayId: 'nat-gone' },
  { NatGatewayId: 'nat-1', State: 'blackhole' },
  { GatewayId: 'vgw-1', Origin: 'EnableVgwRoutePropagation' },
);
const anyDestination = fc.oneof(
  fc.constant<Partial<ec2.Route>>({ DestinationCidrBlock: '0.0.0.0/0' }),
  fc.constantFrom<Partial<ec2.Route>>(
    { DestinationPrefixListId: 'pl-a' },
    { DestinationPrefixListId: 'pl-b' },
  ),
  fc
    .record({ first: fc.integer({ min: 0, max: 15 }), length: fc.integer({ min: 28, max: 32 }) })
    .map(({ first, length }) => {
      const size = 2 ** (32 - length);
      return { DestinationCidrBlock: `10.0.0.${first - (first % size)}/${length}` };
    }),
);
const anyRoutes = fc
  .array(fc.record({ destination: anyDestination, target: anyTarget }), { maxLength: 8 })
  .map((pairs) => pairs.map(({ destination, target }): ec2.Route => ({ ...destination, ...target })))
  // AWS refuses a second route to a destination of the same kind.
  .map((routes) => [...new Map(routes.map((route) => [destinationKey(route), route])).values()]);

function destinationKey(route: ec2.Route): string {
  return `${route.DestinationCidrBlock ?? route.DestinationPrefixListId} ${route.Origin === 'EnableVgwRoutePropagation'}`;
}

test('the kernel sends every packet where AWS would, or the table is called unfaithful', () => {
  const addresses = [...Array.from({ length: 16 }, (_, last) => `10.0.0.${last}`), '198.51.100.1'];
  fc.assert(
    fc.property(anyRoutes, (Routes) => {
      const { routes, unfaithful } = kernelTable({ RouteTableId: 'rtb-1', Routes }, surroundings);
      for (const address of addresses) {
        const expected = awsSends(Routes, address);
        if (expected === null) expect(unfaithful.join()).toContain('AWS chooses one at random');
        else expect([address, kernelSends(routes, address)]).toEqual([address, expected]);
      }
    }),
    { numRuns: 500 },
  );
});

test('the kernel can tell all routes of a table apart', () => {
  fc.assert(
    fc.property(anyRoutes, (Routes) => {
      const { routes } = kernelTable({ RouteTableId: 'rtb-1', Routes }, surroundings);
      const keys = routes.map((route) => `${route.destination} ${route.metric}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test.each<[string, ec2.Route]>([
  ['tgw-1', { TransitGatewayId: 'tgw-1' }],
  ['pcx-1', { VpcPeeringConnectionId: 'pcx-1' }],
  ['vgw-1', { GatewayId: 'vgw-1' }],
  ['cagw-1', { CarrierGatewayId: 'cagw-1' }],
  ['10.0.0.9', { IpAddress: '10.0.0.9' }],
  ['eni-9', { NetworkInterfaceId: 'eni-9' }],
])('a route to %s drops and is called unfaithful', (target, route) => {
  const Routes = [{ DestinationCidrBlock: '0.0.0.0/0', ...route }];
  const { routes, unfaithful } = kernelTable({ RouteTableId: 'rtb-1', Routes }, surroundings);
  expect(kernelSends(routes, '198.51.100.1')).toBe('drop');
  expect(unfaithful).toEqual([expect.stringContaining(`rtb-1: the route to 0.0.0.0/0 leads to ${target}, `)]);
});

test('a prefix list that the account does not have is called unfaithful', () => {
  const Routes = [{ DestinationPrefixListId: 'pl-gone', NatGatewayId: 'nat-1' }];
  expect(kernelTable({ RouteTableId: 'rtb-1', Routes }, surroundings).unfaithful).toEqual([
    "rtb-1: the entries of prefix list pl-gone are not in the lab's account",
  ]);
});

test('text that is no block never reaches the kernel', () => {
  const Routes = [{ DestinationCidrBlock: '0.0.0.0/0 table main', NatGatewayId: 'nat-1' }];
  expect(() => kernelTable({ RouteTableId: 'rtb-1', Routes }, surroundings)).toThrow(/not an IPv4 block/);
});
