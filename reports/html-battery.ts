/** The evasion battery as one table: each technique, what client, server and firewall saw of it, and who stopped it. */
import type { Observation } from '../probes/probe';
import type { Evidence, Finding } from '../suites/evidence';
import { distinctObservations, resultText, type DistinctObservation } from './html-observations';
import { html, nothing, type SafeHtml } from './safe-html';
import { count, standingOf, type Standing } from './verdict';

const CHECK = 'egress/evasions-are-blocked';

const WORDS: Readonly<Record<Standing, string>> = {
  fail: 'gets through',
  unknown: 'not known',
  waived: 'accepted risk',
  pass: 'as it should be',
  'not-applicable': 'does not apply',
};

/** What still gets through stands first. */
const ORDER: readonly Standing[] = ['fail', 'waived', 'unknown', 'pass', 'not-applicable'];

/** Nothing where the run did not try any technique. */
export function batterySection({ findings }: Evidence): SafeHtml {
  const tried = findings.filter(({ check, observations }) => check === CHECK && observations.length > 0);
  if (tried.length === 0) return nothing;
  const all = findings.filter(({ check }) => check === CHECK);
  const rows = ORDER.flatMap((standing) => all.filter((finding) => standingOf(finding) === standing));
  const links = distinctObservations(findings);
  return html`<section id="battery" aria-labelledby="battery-h">
    <h2 id="battery-h">
      What a determined notebook would try <span class="count">${count(rows.length, 'technique')}</span>
    </h2>
    <div class="wide" role="group" aria-label="Techniques" tabindex="0">
      <table>
        <caption>
          Every technique at once from inside the Studio subnet, with a control run from outside
        </caption>
        <thead>
          <tr>
            <th scope="col">Technique</th>
            <th scope="col">Result</th>
            <th scope="col">The client</th>
            <th scope="col">The server</th>
            <th scope="col">The firewall</th>
            <th scope="col">Who stopped it, and why that is said</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((finding) => row(finding, links))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row(finding: Finding, links: readonly DistinctObservation[]): SafeHtml {
  const standing = standingOf(finding);
  const studio = finding.observations.find(({ vantage }) => vantage === 'studio') ?? null;
  const link = links.find(({ observation }) => isSame(observation, studio))?.id ?? null;
  const name = studio === null ? '' : html` <span class="count">${studio.title}</span>`;
  return html`<tr class="technique ${standing}">
    <th scope="row">
      ${link === null ? finding.subject : html`<a href="#${link}">${finding.subject}</a>`}${name}
    </th>
    <td><span class="badge">${WORDS[standing]}</span></td>
    <td>${studio === null ? '–' : resultText(studio.result)}</td>
    <td>${arrivalsGist(studio)}</td>
    <td>${recordsGist(studio)}</td>
    <td>${finding.because}</td>
  </tr> `;
}

const isSame = (one: Observation, other: Observation | null): boolean =>
  other !== null &&
  one.probe === other.probe &&
  one.vantage === other.vantage &&
  one.nonce === other.nonce &&
  one.startedAt === other.startedAt;

function arrivalsGist(seen: Observation | null): string {
  if (seen === null) return '–';
  if (seen.arrivals === null) return 'no witness there';
  if (seen.arrivals.length === 0) return 'saw nothing';
  const bytes = seen.arrivals.reduce((sum, arrival) => sum + arrival.bytes, 0);
  return `received ${count(bytes, 'byte')}`;
}

function recordsGist(seen: Observation | null): string {
  if (seen === null) return '–';
  const said = seen.firewallRecords.map(({ record }) =>
    record.eventType === 'netflow'
      ? 'flow seen'
      : `${record.verdict ?? record.action ?? 'no verdict'}: ${record.signature ?? 'no signature'}`,
  );
  return said.length === 0 ? 'no record' : [...new Set(said)].join('; ');
}
