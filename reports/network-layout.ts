/**
 * Where everything of the drawing stands: Eclipse's layered layout (elkjs), which routes lines at right angles around
 * frames. The same graph gives the same places: its seed is fixed, and boxes come in the graph's order.
 */
import type { ELK, ElkExtendedEdge, ElkLabel, ElkNode, ElkPoint } from 'elkjs/lib/elk-api';
import type { Box, Frame, Line, NetworkGraph } from './network-graph';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLine {
  readonly line: Line;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Where its words stand; null where it has none. */
  readonly words: Place | null;
}

export interface PlacedNetwork {
  readonly width: number;
  readonly height: number;
  readonly vpc: Place;
  readonly boxes: readonly { readonly box: Box; readonly place: Place }[];
  readonly frames: readonly { readonly frame: Frame; readonly place: Place }[];
  readonly lines: readonly PlacedLine[];
}

export const LINE_HEIGHT = 15;
const CHARACTER_WIDTH = 7.3;
const SMALL_CHARACTER_WIDTH = 6.4;
const BOX_PADDING = 10;
/** Of the word "violation". */
const FLAG_WIDTH = 72;
/** A mark's circle and the space beside it. */
export const MARK_WIDTH = 22;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.spacing.nodeNode': '26',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '14',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.randomSeed': '1',
};

const VPC = 'the VPC';
const OUTSIDE: readonly Box['kind'][] = ['internet', 'other-target'];

export async function placedNetwork(graph: NetworkGraph): Promise<PlacedNetwork> {
  const elk = newLayout();
  const root = await elk.layout({
    id: 'root',
    layoutOptions: OPTIONS,
    children: [
      { id: VPC, layoutOptions: paddingBelow(1), children: insideVpc(graph) },
      ...graph.boxes.filter(({ kind }) => OUTSIDE.includes(kind)).map(outsideBox),
    ],
    edges: graph.lines.map(edgeOf),
  });
  return placed(graph, root);
}

function newLayout(): ELK {
  // Loaded when something is drawn: it is 1.6 MB of compiled Java.
  const { default: Elk }: typeof import('elkjs/lib/elk.bundled.js') = require('elkjs/lib/elk.bundled.js');
  return new Elk();
}

function insideVpc({ boxes, frames }: NetworkGraph): ElkNode[] {
  const free = boxes.filter(({ frame, kind }) => frame === null && !OUTSIDE.includes(kind));
  const framed = frames.map(({ id, lines }) => ({
    id,
    layoutOptions: paddingBelow(lines.length),
    // A frame is as wide as what stands in it, so that has to be as wide as the frame's words.
    children: boxes
      .filter(({ frame }) => frame === id)
      .map((box) => ({ ...sizedBox(box), width: widthOf([...box.lines, ...lines]) })),
  }));
  return [...free.map(sizedBox), ...framed];
}

/** Room for a frame's words above what stands in it. */
const paddingBelow = (lines: number) => ({
  'elk.padding': `[top=${14 + lines * LINE_HEIGHT},left=14,bottom=14,right=14]`,
});

const longest = (lines: readonly string[]): number => Math.max(0, ...lines.map((line) => line.length));
const widthOf = (lines: readonly string[]): number =>
  Math.ceil(longest(lines) * CHARACTER_WIDTH) + 2 * BOX_PADDING;

const sizedBox = ({ id, lines }: Box): ElkNode => ({
  id,
  width: widthOf(lines),
  height: lines.length * LINE_HEIGHT + 2 * BOX_PADDING,
});

/** The internet stands at the end of all ways, at the bottom. */
const outsideBox = (box: Box): ElkNode => ({
  ...sizedBox(box),
  ...(box.kind === 'internet' ? { layoutOptions: { 'elk.layered.layering.layerConstraint': 'LAST' } } : {}),
});

function edgeOf({ from, to, lines, marks }: Line, index: number): ElkExtendedEdge {
  const flag = marks.some(({ way }) => way === 'violating') ? FLAG_WIDTH : 0;
  const width = Math.max(longest(lines) * SMALL_CHARACTER_WIDTH, marks.length * MARK_WIDTH + flag);
  const height = lines.length * LINE_HEIGHT + (marks.length > 0 ? MARK_WIDTH : 0);
  return {
    id: `line-${index}`,
    sources: [from],
    targets: [to],
    labels: width === 0 ? [] : [{ text: lines.join(' '), width: Math.ceil(width) + 8, height }],
  };
}

function placed(graph: NetworkGraph, root: ElkNode): PlacedNetwork {
  const places = new Map<string, Place>();
  const walk = ({ id, x = 0, y = 0, width = 0, height = 0, children = [] }: ElkNode): void => {
    places.set(id, { x, y, width, height });
    children.forEach(walk);
  };
  walk(root);
  const placeOf = (id: string): Place => places.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  return {
    width: Math.ceil(root.width ?? 0),
    height: Math.ceil(root.height ?? 0),
    vpc: placeOf(VPC),
    boxes: graph.boxes.map((box) => ({ box, place: placeOf(box.id) })),
    frames: graph.frames.map((frame) => ({ frame, place: placeOf(frame.id) })),
    lines: graph.lines.map((line, index) => placedLine(line, root.edges?.[index])),
  };
}

function placedLine(line: Line, edge: ElkExtendedEdge | undefined): PlacedLine {
  const section = edge?.sections?.[0];
  const points =
    section === undefined ? [] : [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
  const label = edge?.labels?.[0];
  return {
    line,
    points: points.map(({ x, y }) => ({ x, y })),
    words: label === undefined ? null : wordsPlace(label, points),
  };
}

/** ELK leaves words of a line that crosses the VPC's border where they were; they go beside the middle of the line. */
function wordsPlace({ x = 0, y = 0, width = 0, height = 0 }: ElkLabel, points: readonly ElkPoint[]): Place {
  const middle = points[Math.floor((points.length - 1) / 2)];
  const next = points[Math.floor((points.length - 1) / 2) + 1];
  if (x !== 0 || y !== 0 || middle === undefined || next === undefined) return { x, y, width, height };
  return { x: (middle.x + next.x) / 2 + 6, y: (middle.y + next.y) / 2 - height / 2, width, height };
}
