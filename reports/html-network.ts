/**
 * The network, drawn from what was read: subnets, gateways, the firewall's endpoints, and the routes between them, with
 * the proven ways numbered out and back. A violating step differs by its dashes and its word, not by colour alone; the
 * table below the drawing says the same in words.
 */
import type { Evidence } from '../suites/evidence';
import { networkGraph, type Line, type NetworkGraph, type StepMark } from './network-graph';
import {
  LINE_HEIGHT,
  MARK_WIDTH,
  placedNetwork,
  type Place,
  type PlacedLine,
  type PlacedNetwork,
} from './network-layout';
import { html, nothing, type SafeHtml } from './safe-html';

const MARGIN = 8;

/** The section "The network"; null where the evidence has nothing to draw. */
export async function networkSection(evidence: Evidence): Promise<SafeHtml | null> {
  const graph = networkGraph(evidence);
  if (graph === null) return null;
  return html`<section id="network" aria-labelledby="network-h">
    <h2 id="network-h">The network</h2>
    <p>
      As it was read: ${graph.vpcId}, its routes, and the ways that were followed. Full circles number the
      proven way out, open ones the proven way
      back.${isViolated(graph) ? ' Dashed lines are the way of a packet that breaks the claim.' : ''}${graph.leftOut === 0 ? '' : ` ${graph.leftOut} more Studio subnets are not drawn; the findings name them.`}
    </p>
    ${await drawn(graph)} ${routesTable(graph)}
  </section>`;
}

/** The words below say the same, so a drawing that the layout fails at costs nothing but itself. */
async function drawn(graph: NetworkGraph): Promise<SafeHtml> {
  try {
    return html`<figure class="wide">${drawing(graph, await placedNetwork(graph))}</figure>`;
  } catch {
    return html`<p>It could not be drawn.</p>`;
  }
}

const isViolated = ({ lines }: NetworkGraph): boolean =>
  lines.some(({ marks }) => marks.some(({ way }) => way === 'violating'));

function drawing(graph: NetworkGraph, { width, height, vpc, boxes, frames, lines }: PlacedNetwork): SafeHtml {
  const box = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`;
  return html`<svg
    role="img"
    aria-labelledby="net-t net-d"
    viewBox="${box}"
    width="${width + 2 * MARGIN}"
    class="drawing network"
  >
    <title id="net-t">The network of ${graph.vpcId}</title>
    <desc id="net-d">${graph.lines.filter(({ marks }) => marks.length > 0).map(stepsInWords)}</desc>
    ${rectangle('net-vpc', vpc)}${words([graph.vpcId], { place: vpc, name: 'net-small' })}
    ${frames.map(({ place }) => rectangle('net-frame', place))} ${lines.map(drawnLine)}
    ${frames.map(({ frame, place }) => words(frame.lines, { place, name: 'net-small net-over' }))}
    ${boxes.map(({ box: { kind, lines: said }, place }) => html`${rectangle(`net-box net-${kind}`, place)}${words(said, { place, name: 'net-word' })} `)}
  </svg>`;
}

const rectangle = (name: string, { x, y, width, height }: Place): SafeHtml =>
  html`<rect
    class="${name}"
    x="${round(x)}"
    y="${round(y)}"
    width="${round(width)}"
    height="${round(height)}"
    rx="6"
  />`;

const round = (value: number): number => Math.round(value * 10) / 10;

const words = (
  lines: readonly string[],
  { place, name }: { readonly place: Place; readonly name: string },
): SafeHtml =>
  html`${lines.map((line, index) => html`<text class="${index === 0 ? `${name} net-first` : name}" x="${round(place.x + 10)}" y="${round(place.y + 20 + index * LINE_HEIGHT)}">${line}</text> `)}`;

function drawnLine({ line, points, words: place }: PlacedLine): SafeHtml {
  const [first, ...rest] = points;
  if (first === undefined) return nothing;
  const name = `net-line ${classOf(line)}`;
  const path = `M${round(first.x)} ${round(first.y)}${rest.map(({ x, y }) => `L${round(x)} ${round(y)}`).join('')}`;
  return html`<path class="${name}" d="${path}" />${head(points, classOf(line))}${
      line.bothWays ? head(points.toReversed(), classOf(line)) : nothing
    }${place === null ? nothing : lineWords(line, place)} `;
}

/** The worst that is said of a line. */
function classOf({ marks }: Line): string {
  if (marks.some(({ way }) => way === 'violating')) return 'net-violating';
  return marks.length > 0 ? 'net-proven' : 'net-plain';
}

/** An arrow's head, which points the way of the last stretch. */
function head(points: PlacedLine['points'], name: string): SafeHtml {
  const [before, end] = points.slice(-2);
  if (before === undefined || end === undefined) return nothing;
  // The layout's numbers are not exact.
  const [dx, dy] = [Math.sign(Math.round(end.x - before.x)), Math.sign(Math.round(end.y - before.y))];
  const [x, y] = [round(end.x), round(end.y)];
  return html`<path
    class="net-head ${name}"
    d="M${x} ${y}L${round(x - 8 * dx - 4.5 * dy)} ${round(y - 8 * dy - 4.5 * dx)}L${round(x - 8 * dx + 4.5 * dy)} ${round(y - 8 * dy + 4.5 * dx)}z"
  />`;
}

function lineWords({ lines, marks }: Line, { x, y }: Place): SafeHtml {
  const top = y + (marks.length > 0 ? MARK_WIDTH : 0);
  const flag = marks.some(({ way }) => way === 'violating')
    ? html`<text class="net-flag" x="${round(x + 4 + marks.length * MARK_WIDTH)}" y="${round(y + 14)}"
        >violation</text
      > `
    : nothing;
  return html`${marks.map((mark, index) => badge(mark, { x: x + 12 + index * MARK_WIDTH, y: y + 10 }))}${flag}${lines.map((line, index) => html`<text class="net-small" x="${round(x + 2)}" y="${round(top + 11 + index * LINE_HEIGHT)}">${line}</text> `)}`;
}

function badge({ way, number }: StepMark, { x, y }: { readonly x: number; readonly y: number }): SafeHtml {
  return html`<circle class="net-mark net-${way}" cx="${round(x)}" cy="${round(y)}" r="9" /><text
      class="net-number net-${way}"
      x="${round(x)}"
      y="${round(y + 4)}"
      >${number}</text
    > `;
}

const WAYS: Readonly<Record<StepMark['way'], string>> = {
  out: 'way out',
  back: 'way back',
  violating: 'violation',
};

const stepsInWords = ({ from, to, marks }: Line): SafeHtml =>
  html`${marks.map(({ way, number, against }) => html`${WAYS[way]} ${number}: ${against ? to : from} to ${against ? from : to}. `)}`;

function routesTable({ lines }: NetworkGraph): SafeHtml {
  return html`<details>
    <summary>The drawing in words</summary>
    <div class="wide">
      <table>
        <caption>
          Each line of the drawing
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Destinations and route table</th>
            <th scope="col">Followed as</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map(routeRow)}
        </tbody>
      </table>
    </div>
  </details>`;
}

const routeRow = ({ from, to, lines, marks }: Line): SafeHtml =>
  html`<tr>
    <td>${from}</td>
    <td>${to}</td>
    <td>${lines.join(' · ')}</td>
    <td>
      ${marks.map(({ way, number, against }) => `${WAYS[way]} ${number}${against ? ' (the other way)' : ''}`).join(', ')}
    </td>
  </tr> `;

/** The section's part of the style sheet. */
export const NETWORK_STYLE = `
.network{display:block;max-width:100%;height:auto;margin:0 auto}
.net-vpc{fill:none;stroke:var(--mute);stroke-width:1.5}
.net-frame{fill:var(--panel);stroke:var(--mute);stroke-dasharray:3 3}
.net-box{fill:var(--page);stroke:var(--soft);stroke-width:1.2}
.net-firewall-endpoint{stroke:var(--pass);stroke-width:2.4}
.net-internet{fill:var(--panel)}
.network text{font-size:12px;fill:var(--ink)}
.network .net-small{font-size:10.5px;fill:var(--soft)}
.network .net-over{paint-order:stroke;stroke:var(--panel);stroke-width:5px;stroke-linejoin:round}
.network .net-first{font-weight:600;fill:var(--ink)}
.net-line{fill:none;stroke:var(--mute);stroke-width:1.3}
.net-line.net-proven{stroke:var(--pass);stroke-width:2.4}
.net-line.net-violating{stroke:var(--fail);stroke-width:2.6;stroke-dasharray:9 5}
.net-head{fill:var(--mute)}.net-head.net-proven{fill:var(--pass)}.net-head.net-violating{fill:var(--fail)}
.network .net-flag{font-size:11px;font-weight:700;fill:var(--fail)}
.net-mark{stroke-width:1.6}
.net-mark.net-out{fill:var(--pass);stroke:var(--pass)}
.net-mark.net-back{fill:var(--page);stroke:var(--pass)}
.net-mark.net-violating{fill:var(--fail);stroke:var(--fail)}
.network .net-number{font-size:11px;font-weight:700;text-anchor:middle;fill:var(--page)}
.network .net-number.net-back{fill:var(--pass)}
`;
