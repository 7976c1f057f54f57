/**
 * The path, drawn: each proof's hops as numbered boxes, the way out and the way back. A violating step differs by its
 * dashes and its label, not by colour alone. The hop tables beside the findings say the same in words.
 */
import type { Evidence, Finding, Hop } from '../suites/evidence';
import { witnessText } from './html-proof';
import { html, nothing, type SafeHtml } from './safe-html';
import { areaOf, count, standingOf } from './verdict';

const BOX_WIDTH = 232;
const GAP = 30;
const PER_ROW = 4;
const MARGIN = 6;
const LINE_HEIGHT = 15;
/** Characters of the fixed-width font that fit into a box. */
const BOX_CHARACTERS = 33;
const DRAWING_WIDTH = PER_ROW * BOX_WIDTH + (PER_ROW - 1) * GAP + 2 * MARGIN;

export interface Lane {
  readonly finding: Finding;
  readonly hops: readonly Hop[];
  readonly direction: 'out' | 'back';
}

/** More are not drawn: nobody looks at hundreds of drawings, and they would be most of a large report. */
export const MOST_DRAWINGS = 6;

/** Open violations first, then the proofs of routing, then what was accepted; and how many were left out. */
export function chosenDrawings(findings: readonly Finding[]): {
  readonly drawings: readonly (readonly Lane[])[];
  readonly leftOut: number;
} {
  const all = drawingsOf(findings);
  const rank = (lanes: readonly Lane[]): number => {
    if (lanes.some(({ finding }) => standingOf(finding) === 'fail')) return 0;
    if (lanes.some(({ finding }) => areaOf(finding.check) === 'routing')) return 1;
    return lanes.some((lane) => violatingHop(lane) !== null) ? 2 : 3;
  };
  const drawings = all.toSorted((one, other) => rank(one) - rank(other)).slice(0, MOST_DRAWINGS);
  return { drawings, leftOut: all.length - drawings.length };
}

/** Proofs with hops, those about the same subject in one drawing, the way out first. */
export function drawingsOf(findings: readonly Finding[]): readonly (readonly Lane[])[] {
  const bySubject = new Map<string, Lane[]>();
  for (const finding of findings) {
    if (finding.proof === null || finding.proof.hops.length === 0) continue;
    const direction = comesBack(finding.check, finding.proof.hops) ? 'back' : 'out';
    const lane: Lane = { finding, hops: finding.proof.hops, direction };
    bySubject.set(finding.subject, [...(bySubject.get(finding.subject) ?? []), lane]);
  }
  const order = (lane: Lane) => (lane.direction === 'out' ? 0 : 1);
  return [...bySubject.values()].map((lanes) => lanes.toSorted((a, b) => order(a) - order(b)));
}

/** What begins at an internet gateway comes from the internet. */
const comesBack = (check: string, hops: readonly Hop[]): boolean =>
  /\/return-/.test(check) || hops[0]?.at.startsWith('igw-') === true;

export function pathSection({ findings }: Evidence): SafeHtml {
  const { drawings, leftOut } = chosenDrawings(findings);
  if (drawings.length === 0) return nothing;
  return html`<section id="path" aria-labelledby="path-h">
    <h2 id="path-h">The path</h2>
    <p>
      Each box is a place the packet comes to; the route table that decides there, its route and the target
      stand in
      it.${leftOut === 0 ? '' : ` Of ${count(drawings.length + leftOut, 'subject')} ${MOST_DRAWINGS} are drawn, those with a violation first; the ways of all stand with the findings.`}
    </p>
    ${drawings.map((lanes, index) => figure(lanes, index + 1))}
  </section>`;
}

function figure(lanes: readonly Lane[], number: number): SafeHtml {
  const id = `path-${number}`;
  const drawn: SafeHtml[] = [];
  let y = MARGIN;
  for (const lane of lanes) {
    const { markup, height } = drawLane(lane, y);
    drawn.push(markup);
    y += height;
  }
  return html`<figure>
    <svg
      role="img"
      aria-labelledby="${id}-t ${id}-d"
      viewBox="0 0 ${DRAWING_WIDTH} ${y + MARGIN}"
      class="drawing"
    >
      <title id="${id}-t">The way of packets of ${lanes[0]?.finding.subject ?? ''}</title>
      <desc id="${id}-d">${lanes.map(description).join(' ')}</desc>
      ${drawn}
    </svg>
  </figure>`;
}

const heading = ({ finding, direction }: Lane): string =>
  `${direction === 'out' ? 'Way out' : 'Way back'}: ${finding.check}, ${standingOf(finding)}`;

function description(lane: Lane): string {
  const steps = lane.hops.map(
    ({ at, route, target, note }, index) =>
      `${index + 1}: ${at}${route === null ? '' : `, ${route} to ${target}`}${note === '' ? '' : ` (${note})`}`,
  );
  const violating = violatingHop(lane);
  return `${heading(lane)}. ${steps.join('; ')}.${violating === null ? '' : ` The violation is at hop ${violating + 1}.`}`;
}

/** In a failed proof the last route decides that the packet gets out where it must not. */
export function violatingHop({ finding, hops }: Lane): number | null {
  if (finding.outcome !== 'fail') return null;
  const deciding = hops.findLastIndex(({ route }) => route !== null);
  return deciding >= 0 ? deciding : hops.length - 1;
}

interface Box {
  readonly lines: readonly { readonly text: string; readonly kind: 'at' | 'route' | 'note' }[];
}

function boxOf({ at, routeTable, route, target, note }: Hop): Box {
  const lines = (text: string, kind: 'at' | 'route' | 'note', width = BOX_CHARACTERS) =>
    wrapped(text, width).map((line) => ({ text: line, kind }));
  return {
    lines: [
      // The first line shares its row with the hop's number.
      ...lines(at, 'at', BOX_CHARACTERS - 4),
      ...(routeTable === null ? [] : lines(routeTable, 'route')),
      ...(route === null ? [] : lines(`${route} → ${target ?? 'no target'}`, 'route')),
      ...(note === '' ? [] : lines(note, 'note')),
    ],
  };
}

function drawLane(lane: Lane, top: number): { readonly markup: SafeHtml; readonly height: number } {
  const boxes = lane.hops.map(boxOf);
  const violating = violatingHop(lane);
  const packet = lane.finding.proof?.witness ?? null;
  const parts: SafeHtml[] = [
    html`<text class="lane" x="${MARGIN}" y="${top + 14}"
      >${heading(lane)}${packet === null ? '' : ` — ${witnessText(packet)}`}</text
    > `,
  ];
  let y = top + 32;
  for (let first = 0; first < boxes.length; first += PER_ROW) {
    const row = boxes.slice(first, first + PER_ROW);
    const height = 16 + LINE_HEIGHT * Math.max(...row.map(({ lines }) => lines.length));
    row.forEach((box, column) => {
      const hop = first + column;
      const x = MARGIN + column * (BOX_WIDTH + GAP);
      if (hop > 0) parts.push(arrow({ x, y, height, column, bad: violating === hop - 1 }));
      parts.push(drawBox(box, { x, y, height, number: hop + 1, bad: violating === hop }));
    });
    y += height + GAP;
  }
  return { markup: html`<g>${parts}</g>`, height: y - top };
}

interface BoxPlace {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly number: number;
  readonly bad: boolean;
}

function drawBox({ lines }: Box, { x, y, height, number, bad }: BoxPlace): SafeHtml {
  let atLines = 0;
  return html`<g
    ><rect
      class="${bad ? 'box bad' : 'box'}"
      x="${x}"
      y="${y}"
      width="${BOX_WIDTH}"
      height="${height}"
      rx="5"
    />
    <circle class="${bad ? 'badge-dot bad' : 'badge-dot'}" cx="${x + 15}" cy="${y + 15}" r="9" /><text
      class="badge-number"
      x="${x + 15}"
      y="${y + 19}"
      >${number}</text
    >
    ${lines.map(({ text, kind }, index) => {
      if (kind === 'at') atLines = index + 1;
      return html`<text
        class="${kind}"
        x="${x + (index < atLines ? 30 : 8)}"
        y="${y + 20 + index * LINE_HEIGHT}"
        >${text}</text
      > `;
    })}${bad ? html`<rect class="flag" x="${x + BOX_WIDTH - 82}" y="${y - 9}" width="74" height="18" rx="3" /><text class="flag-text" x="${x + BOX_WIDTH - 45}" y="${y + 4}">violation</text>` : nothing}</g
  > `;
}

interface ArrowPlace {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly column: number;
  readonly bad: boolean;
}

/** From the box before: beside it, or at the end of the row above. */
function arrow({ x, y, height, column, bad }: ArrowPlace): SafeHtml {
  const kind = bad ? 'step bad' : 'step';
  const head = bad ? 'head bad' : 'head';
  if (column > 0) {
    const middle = y + Math.round(height / 2);
    return html`<path class="${kind}" d="M${x - GAP} ${middle}H${x - 6}" /><path
        class="${head}"
        d="M${x - 1} ${middle}l-8 -5v10z"
      /> `;
  }
  const start = MARGIN + (PER_ROW - 1) * (BOX_WIDTH + GAP) + BOX_WIDTH / 2;
  const end = x + BOX_WIDTH / 2;
  return html`<path class="${kind}" d="M${start} ${y - GAP}V${y - GAP / 2}H${end}V${y - 6}" /><path
      class="${head}"
      d="M${end} ${y - 1}l-5 -8h10z"
    /> `;
}

/** At blanks, and inside words that are longer than a line. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
      continue;
    }
    for (let from = 0; from < word.length; from += width) lines.push(word.slice(from, from + width));
  }
  return lines;
}
