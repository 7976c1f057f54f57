import { evidenceFixture } from './evidence.fixture';
import { networkSection } from './html-network';
import { networkGraph } from './network-graph';
import { topologyFixture } from './provenance.fixture';
import { toText } from './safe-html';
import type { Evidence, Finding, Hop, TopologyNode } from '../suites/evidence';

const hop = (at: string): Hop => ({ at, routeTable: null, route: null, target: null, note: '' });

function proven(check: string, outcome: Finding['outcome'], places: readonly string[]): Finding {
  return {
    check: `routing/${check}`,
    severity: 'critical',
    outcome,
    waiver: null,
    subject: 'subnet-0s',
    because: 'b',
    controls: [],
    proof: { witness: null, hops: places.map(hop), certificate: null },
    observations: [],
  };
}

const OUT = proven('egress-crosses-firewall', 'pass', ['subnet-0s', 'nat-0a', 'vpce-0f', 'igw-0a']);
const BACK = proven('return-crosses-firewall', 'pass', ['igw-0a', 'vpce-0f', 'subnet-0n']);
const PAST = proven('egress-crosses-firewall', 'fail', ['subnet-0s', 'igw-0a']);

const evidence = (findings: readonly Finding[], change: Partial<Evidence> = {}): Evidence => ({
  ...evidenceFixture({ findings: [...findings] }),
  topology: topologyFixture,
  ...change,
});

const markup = async (given: Evidence): Promise<string> => {
  const section = await networkSection(given);
  if (section === null) throw new Error('nothing was drawn');
  return toText(section);
};

function marksOf(given: Evidence): readonly string[] {
  return (networkGraph(given)?.lines ?? []).flatMap(({ from, to, marks }) =>
    marks.map(({ way, number }) => `${way} ${number}: ${from} > ${to}`),
  );
}

test('the ways are numbered along the lines they take, out and back', () => {
  expect([...marksOf(evidence([OUT, BACK]))].sort()).toEqual([
    'back 1: igw-0a > internet',
    'back 2: igw-0a > vpce-0f',
    'back 3: nat-0a > vpce-0f',
    'out 1: subnet-0s > nat-0a',
    'out 2: nat-0a > vpce-0f',
    'out 3: vpce-0f > igw-0a',
    'out 4: igw-0a > internet',
  ]);
});

test('a violating way is dashed, named, and said in words', async () => {
  const text = await markup(evidence([PAST, BACK]));
  expect(marksOf(evidence([PAST]))).toEqual([
    'violating 1: subnet-0s > igw-0a',
    'violating 2: igw-0a > internet',
  ]);
  expect(text).toContain('class="net-line net-violating"');
  expect(text).toContain('>violation</text');
  expect(text).toContain('violation 1: subnet-0s to igw-0a.');
  expect(await markup(evidence([OUT, BACK]))).not.toContain('violati');
});

test('what cannot be decided is not drawn as proven', () => {
  expect(marksOf(evidence([{ ...OUT, outcome: 'unknown' }]))).toEqual([]);
});

test('every box and frame is inside the drawing, and no two boxes overlap', async () => {
  const text = await markup(evidence([OUT, BACK]));
  const [, , width = 0, height = 0] = (/viewBox="([^"]+)"/.exec(text)?.[1] ?? '').split(' ').map(Number);
  const rectangles = [
    ...text.matchAll(
      /<rect\s+class="([^"]+)"\s+x="([^"]+)"\s+y="([^"]+)"\s+width="([^"]+)"\s+height="([^"]+)"/g,
    ),
  ].map(([, name = '', ...numbers]) => ({ name, at: numbers.map(Number) }));
  expect(rectangles).toHaveLength(1 + 2 + 5);
  for (const {
    at: [x = -99, y = -99, w = 0, h = 0],
  } of rectangles) {
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(-8);
    expect(x + w).toBeLessThanOrEqual(width);
    expect(y + h).toBeLessThanOrEqual(height);
  }
  const boxes = rectangles.filter(({ name }) => name.startsWith('net-box')).map(({ at }) => at);
  for (const [index, [x = 0, y = 0, w = 0, h = 0]] of boxes.entries())
    for (const [otherX = 0, otherY = 0, otherW = 0, otherH = 0] of boxes.slice(index + 1))
      expect(x < otherX + otherW && otherX < x + w && y < otherY + otherH && otherY < y + h).toBe(false);
});

test('the same evidence gives the same bytes, and a name cannot be markup', async () => {
  const given = evidence([OUT, BACK]);
  const text = await markup(given);
  const again: Evidence = JSON.parse(JSON.stringify(given));
  expect(await markup(again)).toBe(text);
  expect(text).toContain('Studio &#60;b&#62;subnet');
  expect(text).not.toContain('<b>');
});

test('a large network is drawn in part, those with a violation first, and it says so', async () => {
  const more = Array.from({ length: 9 }, (_, index): TopologyNode => ({
    id: `subnet-1${index}`,
    kind: 'subnet',
    name: null,
    within: null,
    details: [],
    role: 'studio',
  }));
  const topology = { ...topologyFixture, nodes: [...more, ...topologyFixture.nodes] };
  const graph = networkGraph(evidence([PAST], { topology }));
  expect(graph?.leftOut).toBe(7);
  expect(graph?.boxes.map(({ id }) => id)).toContain('subnet-0s');
  expect(await markup(evidence([PAST], { topology }))).toContain('7 more Studio subnets are not drawn');
});

test('a way that leaves what was read goes on to a box of its own, and a drawing that fails costs no report', async () => {
  const away = proven('egress-crosses-firewall', 'fail', [
    'subnet-0s',
    'tgw-0a',
    'subnet-elsewhere',
    'igw-0b',
  ]);
  expect(marksOf(evidence([away]))).toContain('violating 2: tgw-0a > subnet-elsewhere');
  expect(await markup(evidence([away]))).toContain('>subnet-elsewhere</text');
  const edges = [{ from: 'subnet-0s', to: 'nat-0a', routeTable: null, destinations: [] }];
  const nodes = topologyFixture.nodes.map((node) =>
    node.id === 'subnet-0n' ? { ...node, within: 'subnet-0n' } : node,
  );
  expect(await markup(evidence([], { topology: { vpcId: 'v', nodes, edges } }))).toMatch(
    /could not be drawn|<svg/,
  );
});

test('without a topology, or without Studio in it, nothing is drawn', async () => {
  expect(await networkSection(evidence([], { topology: null }))).toBeNull();
  const nodes = topologyFixture.nodes.filter(({ role }) => role !== 'studio');
  expect(await networkSection(evidence([], { topology: { ...topologyFixture, nodes } }))).toBeNull();
});
