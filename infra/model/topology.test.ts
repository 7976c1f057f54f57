import { change, unread } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { topologyOf, type Topology } from './topology';

function drawn(): Topology {
  const topology = topologyOf(referenceSnapshot());
  if (topology === null) throw new Error('the reference network can be drawn');
  return topology;
}

test('every end of a route is a node, and every node stands in one', () => {
  const { nodes, edges } = drawn();
  const ids = new Set(nodes.map(({ id }) => id));
  expect(ids.size).toBe(nodes.length);
  for (const { from, to } of edges)
    expect([from, ids.has(from), to, ids.has(to)]).toEqual([from, true, to, true]);
  for (const { within } of nodes) expect(within === null || ids.has(within)).toBe(true);
});

test('the way out can be followed in it: Studio, NAT gateway, firewall, internet gateway', () => {
  const { nodes, edges } = drawn();
  const kind = (id: string | null) => nodes.find((node) => node.id === id)?.kind;
  const defaultOf = (from: string | null) =>
    edges.find((edge) => edge.from === from && edge.destinations.includes('0.0.0.0/0'))?.to ?? null;
  const within = (id: string | null) => nodes.find((node) => node.id === id)?.within ?? null;
  const studio = nodes.find(({ role }) => role === 'studio')?.id ?? null;
  const nat = defaultOf(studio);
  const firewall = defaultOf(within(nat));
  const exit = defaultOf(within(firewall));
  expect([nat, firewall, exit].map(kind)).toEqual(['nat-gateway', 'firewall-endpoint', 'internet-gateway']);
  // And the way back: the gateway's own table leads to the firewall.
  expect(edges.filter((edge) => edge.from === exit).map(({ to }) => to)).toContain(firewall);
});

test('what cannot be read is left out, and without routes nothing is drawn', () => {
  const { nodes, edges } = drawn();
  const without = topologyOf(unread(referenceSnapshot(), 'natGateways'));
  expect(without?.edges).toEqual(edges);
  expect(without?.nodes.filter(({ kind }) => kind === 'nat-gateway')).toEqual([]);
  expect(without?.nodes.some(({ kind }) => kind === 'other-target')).toBe(true);
  expect(nodes.some(({ kind }) => kind === 'other-target')).toBe(false);
  expect(topologyOf(unread(referenceSnapshot(), 'routeTables'))).toBeNull();
});

test('a blackhole route does not look like a way', () => {
  const holed = change(referenceSnapshot(), 'routeTables', (tables) =>
    tables.map((table) => ({
      ...table,
      Routes: (table.Routes ?? []).map((route) =>
        route.NatGatewayId === undefined ? route : { ...route, State: 'blackhole' as const },
      ),
    })),
  );
  const targets = topologyOf(holed)?.edges.map(({ to }) => to) ?? [];
  expect(targets.some((to) => to.endsWith('(blackhole)'))).toBe(true);
  expect(targets.some((to) => /^nat-\w+$/.test(to))).toBe(false);
});
