/** What the probes saw and what the firewall recorded, side by side: the two witnesses of the same attempt. */
import type { ClientResult, FirewallRecord, Observation, TiedRecord } from '../probes/probe';
import type { Evidence, Finding } from '../suites/evidence';
import { duration } from './html-scope';
import { html, nothing, type SafeHtml } from './safe-html';
import { count } from './verdict';

export interface DistinctObservation {
  readonly id: string;
  readonly observation: Observation;
  /** The findings that rest on it; several checks judge the same attempt. */
  readonly findings: readonly Finding[];
}

/** Each attempt once, in the order of the findings. */
export function distinctObservations(findings: readonly Finding[]): readonly DistinctObservation[] {
  const found = new Map<string, { observation: Observation; findings: Finding[] }>();
  for (const finding of findings) {
    for (const observation of finding.observations) {
      const { probe, vantage, host, nonce, startedAt } = observation;
      const key = JSON.stringify([probe, vantage, host, nonce, startedAt]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { observation, findings: [finding] });
      else known.findings.push(finding);
    }
  }
  return [...found.values()].map((entry, index) => ({ id: `probe-${index + 1}`, ...entry }));
}

const RESULTS: Readonly<Record<ClientResult['kind'], string>> = {
  succeeded: 'succeeded',
  'timed-out': 'timed out',
  reset: 'was reset',
  refused: 'was refused',
  'no-route': 'had no route',
  'dns-failed': 'failed in DNS',
  'rejected-by-target': 'was rejected by the target',
  inconclusive: 'was inconclusive',
};

export const resultText = (result: ClientResult): string =>
  result.kind === 'timed-out' && result.stage !== 'unknown'
    ? `timed out at ${result.stage.toUpperCase()}`
    : RESULTS[result.kind];

export function observationsSection({ findings, firewallLog }: Evidence): SafeHtml {
  const observations = distinctObservations(findings);
  if (observations.length === 0) {
    return firewallLog === null
      ? html`<section id="observations" aria-labelledby="observations-h">
          <h2 id="observations-h">Observations</h2>
          <p>No probe ran: what is said here rests on the configuration alone.</p>
        </section>`
      : nothing;
  }
  return html`<section id="observations" aria-labelledby="observations-h">
    <h2 id="observations-h">
      Observations <span class="count">${count(observations.length, 'attempt')}</span>
    </h2>
    ${firewallLog !== null && firewallLog.status === 'incomplete' ? html`<p class="early"><strong>The firewall’s log is incomplete:</strong> ${firewallLog.because}. A missing record proves nothing.</p>` : nothing}
    ${matrix(observations)} ${attempts(observations, attemptHomes(observations))}
  </section>`;
}

/** More than these are folded away: the tables above have the gist of each. */
const MOST_IN_FULL = 20;

function attempts(
  observations: readonly DistinctObservation[],
  homes: ReadonlyMap<string, Finding>,
): SafeHtml {
  const here = observations.filter(({ id }) => !homes.has(id));
  const all = here.map((one) => attempt(one, { inFinding: false }));
  if (here.length <= MOST_IN_FULL) return html`${all}`;
  return html`<details class="attempts">
    <summary>Every other attempt in full, with commands, output and records</summary>
    ${all}
  </details>`;
}

/** An attempt that a violated or open finding rests on is shown there, where it is asked for. */
export function attemptHomes(all: readonly DistinctObservation[]): ReadonlyMap<string, Finding> {
  const homes = new Map<string, Finding>();
  for (const { id, findings } of all) {
    const home = findings.find(
      ({ outcome, waiver }) => waiver === null && (outcome === 'fail' || outcome === 'unknown'),
    );
    if (home !== undefined) homes.set(id, home);
  }
  return homes;
}

function matrix(observations: readonly DistinctObservation[]): SafeHtml {
  return html`<div class="wide" role="group" aria-label="Attempts" tabindex="0">
    <table>
      <caption>
        Each attempt, as the client saw it and as the firewall recorded it
      </caption>
      <thead>
        <tr>
          <th scope="col">Probe</th>
          <th scope="col">From</th>
          <th scope="col">The client</th>
          <th scope="col">The firewall</th>
        </tr>
      </thead>
      <tbody>
        ${observations.map(
          ({ id, observation }) =>
            html`<tr>
              <th scope="row"><a href="#${id}">${observation.probe}</a></th>
              <td>${from(observation)}</td>
              <td>${resultText(observation.result)}</td>
              <td>${firewallGist(observation)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

const from = ({ vantage }: Observation): string =>
  vantage === 'studio' ? 'Studio subnet' : 'outside the firewall (control)';

function firewallGist({ vantage, firewallRecords }: Observation): string {
  if (vantage === 'control') return 'not on the way';
  if (firewallRecords.length === 0) return 'no record';
  const said = firewallRecords.map(({ record }) => recordGist(record));
  return [...new Set(said)].join('; ');
}

const recordGist = ({ eventType, verdict, action }: FirewallRecord): string =>
  eventType === 'netflow' ? 'flow seen' : `${eventType}: ${verdict ?? action ?? 'no verdict'}`;

/** Client and firewall side by side. Inside a finding its headings are a rank lower. */
export function attempt(
  { id, observation }: DistinctObservation,
  { inFinding }: { readonly inFinding: boolean },
): SafeHtml {
  const title = html`${observation.title} <span class="count">${from(observation)}</span>`;
  const side = (text: string): SafeHtml => (inFinding ? html`<h6>${text}</h6>` : html`<h4>${text}</h4>`);
  return html`<article class="attempt" id="${id}">
    ${inFinding ? html`<h5>${title}</h5>` : html`<h3>${title}</h3>`}
    <div class="witnesses">
      <div>
        ${side(`The client: ${resultText(observation.result)}`)}
        <p>${observation.result.detail}</p>
        <dl class="facts">
          <div>
            <dt>Probe</dt>
            <dd><code>${observation.probe}</code></dd>
          </div>
          <div>
            <dt>Names</dt>
            <dd>${observation.names.join(', ')}</dd>
          </div>
          <div>
            <dt>Host</dt>
            <dd><code>${observation.host}</code></dd>
          </div>
          <div>
            <dt>Nonce</dt>
            <dd><code>${observation.nonce}</code></dd>
          </div>
          <div>
            <dt>When</dt>
            <dd>${observation.startedAt}, for ${duration(observation.startedAt, observation.finishedAt)}</dd>
          </div>
          <div>
            <dt>Delivery</dt>
            <dd>${count(observation.deliveryAttempts, 'attempt')}</dd>
          </div>
        </dl>
        ${output('Command', observation.command)} ${output('Standard output', observation.output.stdout)}
        ${output('Standard error', observation.output.stderr)}
        <p class="exit">Exit code: ${observation.output.exitCode ?? 'none, it did not end by itself'}</p>
      </div>
      <div>
        ${side(`The firewall: ${observation.vantage === 'control' ? 'not on the way' : count(observation.firewallRecords.length, 'record')}`)}
        ${observation.firewallRecords.map(firewallRecord)}
      </div>
    </div>
  </article> `;
}

const TIES: Readonly<Record<TiedRecord['by'], string>> = {
  nonce: 'nonce, beyond doubt',
  'name-and-time': 'name and time',
  'destination-and-time': 'destination and time',
};

const output = (name: string, text: string): SafeHtml =>
  text === ''
    ? nothing
    : html`<p class="label">${name}</p>
        <pre tabindex="0">${text}</pre>`;

function firewallRecord({ by, record }: TiedRecord): SafeHtml {
  const rows: readonly (readonly [string, string | null])[] = [
    ['At', record.at],
    ['Event', record.eventType],
    ['Verdict', record.verdict],
    ['Action', record.action],
    [
      'Signature',
      record.signature === null ? null : `${record.signature} (${record.signatureId ?? 'no id'})`,
    ],
    ['SNI', record.sni],
    ['Host', record.httpHost],
    [
      'Flow',
      `${record.protocol} ${endOf(record.sourceIp, record.sourcePort)} → ${endOf(record.destinationIp, record.destinationPort)}`,
    ],
    ['Firewall', `${record.firewallName}, ${record.availabilityZone}`],
    ['Delivered', record.ingestedAt],
    ['Tied by', TIES[by]],
  ];
  return html`<dl class="facts record">
      ${rows
        .filter(([, value]) => value !== null)
        .map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value ?? ''}</dd>
            </div> `,
        )}
    </dl>
    <details>
      <summary>As it came</summary>
      <pre tabindex="0">${record.raw}</pre>
    </details>`;
}

const endOf = (ip: string, port: number | null): string => (port === null ? ip : `${ip}:${port}`);
