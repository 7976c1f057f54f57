/**
 * What the drawing of the network shows: boxes, subnets around them, and lines. A subnet with a NAT gateway or a firewall
 * endpoint is a frame around them, any other subnet is a box; the lines of proven ways carry their step's number.
 */
import type { Evidence, Finding, Topology, TopologyEdge, TopologyNode } from '../suites/evidence';

export interface Box {
  readonly id: string;
  readonly frame: string | null;
  readonly kind: TopologyNode['kind'];
  readonly lines: readonly string[];
}

export interface Frame {
  readonly id: string;
  readonly lines: readonly string[];
}

/** One step of a way that was proven or that breaks the claim. */
export interface StepMark {
  readonly way: 'out' | 'back' | 'violating';
  readonly number: number;
  /** Taken against the line's direction. */
  readonly against: boolean;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  /** The destinations and the route table that sends them. */
  readonly lines: readonly string[];
  readonly marks: readonly StepMark[];
  /** Also taken the other way, by a step that no route of its own explains (what is local, what the internet sends). */
  readonly bothWays: boolean;
}

export interface NetworkGraph {
  readonly vpcId: string;
  readonly boxes: readonly Box[];
  readonly frames: readonly Frame[];
  readonly lines: readonly Line[];
  /** Studio subnets that are not drawn, so that the drawing stays one that people look at. */
  readonly leftOut: number;
}

/** Each stands for a zone in most networks. */
export const MOST_STUDIO_SUBNETS = 3;

/** Null where the evidence has no topology, or no Studio subnet in it. */
export function networkGraph({ topology, findings }: Evidence): NetworkGraph | null {
  if (topology === null || topology === undefined) return null;
  const studio = topology.nodes.filter(({ role }) => role === 'studio').map(({ id }) => id);
  if (studio.length === 0) return null;
  const chosen = chosenSubnets(studio, findings);
  const shown = reachedFrom(topology, chosen);
  const frames = framesOf(topology, shown);
  const boxes = topology.nodes
    .filter(({ id }) => shown.has(id) && !frames.has(id))
    .map((node) => boxOf(node, frames));
  const lines = linesOf({ topology, findings, shown, frames, chosen });
  return {
    vpcId: topology.vpcId,
    boxes: [...boxes, ...strangers(lines, new Set(boxes.map(({ id }) => id)))],
    frames: [...frames.values()],
    lines,
    leftOut: studio.length - chosen.length,
  };
}

/** Those with a violation first. */
function chosenSubnets(studio: readonly string[], findings: readonly Finding[]): readonly string[] {
  const failing = new Set(
    findings
      .filter(({ outcome, proof }) => outcome === 'fail' && proof !== null)
      .map(({ subject }) => subject),
  );
  const bad = studio.filter((id) => failing.has(id));
  return [...bad, ...studio.filter((id) => !failing.has(id))].slice(0, MOST_STUDIO_SUBNETS);
}

/** Whatever a packet of these subnets may come to by the routes that are drawn, and what stands where it comes by. */
function reachedFrom({ nodes, edges }: Topology, start: readonly string[]): ReadonlySet<string> {
  const within = new Map(nodes.map((node) => [node.id, node.within]));
  const shown = new Set<string>(['internet']);
  const open = [...start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (shown.has(id)) continue;
    shown.add(id);
    const subnet = within.get(id) ?? null;
    if (subnet !== null) open.push(subnet);
    for (const edge of edges) if (edge.from === id) open.push(edge.to);
  }
  return shown;
}

function framesOf({ nodes }: Topology, shown: ReadonlySet<string>): ReadonlyMap<string, Frame> {
  const holding = new Set(
    nodes.filter(({ id }) => shown.has(id)).flatMap(({ within }) => (within === null ? [] : [within])),
  );
  return new Map(
    nodes
      .filter(({ id }) => holding.has(id))
      .map((subnet) => [subnet.id, { id: subnet.id, lines: wordsOf(subnet) }]),
  );
}

const ROLES = { studio: 'Studio subnet', nat: 'NAT subnet', firewall: 'Firewall subnet' } as const;
const KINDS: Readonly<Record<TopologyNode['kind'], string>> = {
  internet: 'Internet',
  subnet: 'Subnet',
  'internet-gateway': 'Internet gateway',
  'nat-gateway': 'NAT gateway',
  'firewall-endpoint': 'Firewall endpoint',
  'vpc-endpoint': 'Gateway endpoint',
  'other-target': 'Other target',
};

function wordsOf({ id, kind, name, details, role }: TopologyNode): readonly string[] {
  if (kind === 'internet') return ['Internet'];
  const heading = role === null ? KINDS[kind] : ROLES[role];
  const words = [heading, id, ...(name === null || name === '' ? [] : [name])];
  return details.length === 0 ? words : [...words, details.join(' · ')];
}

function boxOf(node: TopologyNode, frames: ReadonlyMap<string, Frame>): Box {
  const frame = node.within !== null && frames.has(node.within) ? node.within : null;
  return { id: node.id, frame, kind: node.kind, lines: wordsOf(node) };
}

/** Places that a proof's way comes by and that are not in the topology: another VPC's, or what was not read. */
function strangers(lines: readonly Line[], known: ReadonlySet<string>): readonly Box[] {
  const ends = new Set(lines.flatMap(({ from, to }) => [from, to]));
  return [...ends]
    .filter((id) => !known.has(id))
    .map((id) => ({ id, frame: null, kind: 'other-target', lines: [KINDS['other-target'], id] }));
}

interface LinesInput {
  readonly topology: Topology;
  readonly findings: readonly Finding[];
  readonly shown: ReadonlySet<string>;
  readonly frames: ReadonlyMap<string, Frame>;
  readonly chosen: readonly string[];
}

function linesOf({ topology, findings, shown, frames, chosen }: LinesInput): readonly Line[] {
  const edges = topology.edges.filter(({ from, to }) => shown.has(from) && shown.has(to));
  const standing = (subnet: string): readonly string[] =>
    frames.has(subnet)
      ? topology.nodes.filter(({ id, within }) => within === subnet && shown.has(id)).map(({ id }) => id)
      : [subnet];
  const lines = new Map<string, Line>();
  const add = (from: string, to: string, text: readonly string[]): void => {
    if (!lines.has(`${from} ${to}`))
      lines.set(`${from} ${to}`, { from, to, lines: text, marks: [], bothWays: false });
  };
  for (const edge of edges) for (const from of standing(edge.from)) add(from, edge.to, textOf(edge));
  for (const { id, kind } of topology.nodes)
    if (kind === 'internet-gateway' && shown.has(id)) add(id, 'internet', []);
  // A way that ends in a frame ends in what stands there.
  const placed = waysOf(findings, chosen).map((one) => ({
    ...one,
    places: one.places.map((id) => standing(id)[0] ?? id),
  }));
  mark(lines, placed);
  return [...lines.values()];
}

const MOST_DESTINATIONS = 2;

function textOf({ destinations, routeTable }: TopologyEdge): readonly string[] {
  const more = destinations.length - MOST_DESTINATIONS;
  const named = destinations.slice(0, MOST_DESTINATIONS).join(', ');
  return [more > 0 ? `${named} and ${more} more` : named, ...(routeTable === null ? [] : [routeTable])];
}

interface Way {
  readonly way: StepMark['way'];
  readonly places: readonly string[];
}

/** The hops of the proofs about the drawn subnets, as the ids that they come by. */
function waysOf(findings: readonly Finding[], chosen: readonly string[]): readonly Way[] {
  return findings.flatMap(({ check, outcome, proof, subject }): readonly Way[] => {
    if (proof === null || proof.hops.length === 0 || !chosen.includes(subject)) return [];
    if (check !== 'routing/egress-crosses-firewall' && check !== 'routing/return-crosses-firewall') return [];
    const back = check === 'routing/return-crosses-firewall';
    const hops = proof.hops.map(({ at }) => at);
    const places = back ? ['internet', ...hops] : leaves(hops) ? [...hops, 'internet'] : hops;
    if (outcome === 'fail') return [{ way: 'violating', places }];
    return outcome === 'pass' ? [{ way: back ? 'back' : 'out', places }] : [];
  });
}

const leaves = (hops: readonly string[]): boolean => /^(igw|eigw)-/.test(hops.at(-1) ?? '');

/** Numbers the lines that a way takes; a step that no route of the drawing explains gets a line of its own. */
function mark(lines: Map<string, Line>, ways: readonly Way[]): void {
  for (const { way, places } of ways) {
    places.slice(1).forEach((to, index) => {
      const from = places[index] ?? '';
      const forward = lines.get(`${from} ${to}`);
      const backward = lines.get(`${to} ${from}`);
      const line = forward ?? backward ?? { from, to, lines: [], marks: [], bothWays: false };
      const number = index + 1;
      if (line.marks.some((one) => one.way === way && one.number === number)) return;
      lines.set(`${line.from} ${line.to}`, {
        ...line,
        marks: [...line.marks, { way, number, against: forward === undefined && backward !== undefined }],
        bothWays: line.bothWays || (forward === undefined && backward !== undefined),
      });
    });
  }
}
