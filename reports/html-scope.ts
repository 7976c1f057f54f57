/** Scope and intent: what the run was about, and what was expected of the network. */
import type { Evidence } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { count } from './verdict';

const KINDS: Readonly<Record<Evidence['run']['target']['kind'], string>> = {
  aws: 'deployed in AWS',
  lab: 'lab on one machine, not AWS',
  snapshot: 'saved snapshot',
};

export function scopeSection({ run, firewallLog, flowLog, intent }: Evidence): SafeHtml {
  const { target, vantage } = run;
  const rows: readonly (readonly [string, string])[] = [
    ['Target', KINDS[target.kind]],
    ['Account', target.account ?? 'not known'],
    ['Region', target.region],
    ['VPC', target.vpcId ?? 'not found'],
    ['Stack', target.stack ?? 'not named'],
    ['Domain', target.domainId ?? 'not named'],
    ['Read by', run.identity ?? 'not known'],
    ['Started', run.startedAt],
    ['Finished', `${run.finishedAt} (${duration(run.startedAt, run.finishedAt)})`],
    ['Probes from', firewallLog === null ? 'no probe ran' : vantageText(vantage)],
    ...(run.flowFlushes ?? []).map(flushRow),
    ['Firewall log', logText(firewallLog)],
    ['Flow log', flowLog === undefined ? 'not recorded' : logText(flowLog)],
    ['Intent', intent.source === 'declared' ? declaredBy(intent) : 'derived from the deployed allow list'],
  ];
  return html`<section id="scope" aria-labelledby="scope-h">
    <h2 id="scope-h">Scope</h2>
    <dl class="facts">
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div> `,
      )}
    </dl>
  </section>`;
}

const flushRow = ({
  firewallArn,
  scope,
  sources,
  status,
  because,
}: NonNullable<Evidence['run']['flowFlushes']>[number]): readonly [string, string] => [
  'Flow flush',
  status === 'COMPLETED'
    ? `before the probes, ${firewallArn} (${scope}) forgot the flows of ${sources.join(', ')}`
    : `asked for and not done at ${firewallArn} (${scope ?? 'no endpoint known'}): ${because}`,
];

function vantageText(vantage: Evidence['run']['vantage']): string {
  if (vantage === undefined || vantage === null) return 'not recorded';
  return vantage === 'probe-host'
    ? 'a probe host in the Studio subnet'
    : 'a SageMaker processing job in the domain’s subnets';
}

function logText(log: Evidence['firewallLog']): string {
  if (log === null) return 'no probe ran';
  const waited = `after ${seconds(log.waitedMs)}`;
  if (log.status === 'incomplete') return `incomplete ${waited}: ${log.because}`;
  const { sentinelNonce, sentinelsAtMs } = log;
  const when = sentinelsAtMs === undefined ? '' : ` after ${seconds(sentinelsAtMs)}`;
  return `complete ${waited} (sentinel ${sentinelNonce} arrived${when})`;
}

/** Which file, and what it left to be derived. */
function declaredBy({ file, sha256, derivedSections }: Evidence['intent']): string {
  const by = `declared by the owner in ${file ?? 'a file not named'} (SHA-256 ${sha256 ?? 'not known'})`;
  return derivedSections.length === 0
    ? by
    : `${by}; derived, for it leaves them out: ${derivedSections.join(', ')}`;
}

function approvals({
  approvedExits,
  acceptedInspection,
  approvedSecurityGroups,
}: Evidence['intent']): string {
  const exits = approvedExits.map(
    ({ target, destinations, because }) =>
      `${target} for ${destinations.join(', ') || 'nothing'} (${because})`,
  );
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['Approved exits past the firewall', exits],
    ['Accepted inspection by other vendors', acceptedInspection],
    ['Approved Studio security groups', approvedSecurityGroups],
  ];
  return named
    .map(([what, items]) => `${what}: ${items.length === 0 ? 'none' : items.join('; ')}.`)
    .join(' ');
}

export function intentSection({ intent }: Evidence): SafeHtml {
  if (intent.destinations.length === 0) return nothing;
  return html`<section id="intent" aria-labelledby="intent-h">
    <h2 id="intent-h">Intent</h2>
    <p>
      ${!intent.derivedSections.includes('destinations') ? 'Declared by the owner.' : 'Not declared: derived from the deployed allow list, so a name that is on the list by mistake counts as intended.'}
      Required endpoints:
      ${intent.requiredEndpoints.length === 0 ? 'none' : intent.requiredEndpoints.join(', ')}. Logs are to be
      kept for at least ${count(intent.logRetentionDays, 'day')}. ${approvals(intent)}
    </p>
    <div class="wide" role="group" aria-label="Intent" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Probe</th>
            <th scope="col">Expected</th>
            <th scope="col">Because</th>
          </tr>
        </thead>
        <tbody>
          ${intent.destinations.map(
            ({ probe, expect, because }) =>
              html`<tr>
                <th scope="row"><code>${probe}</code></th>
                <td>${expect}</td>
                <td>${because}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Between two times, or that it is not known when one of them is not a time. */
export function duration(from: string, to: string): string {
  const milliseconds = Date.parse(to) - Date.parse(from);
  return Number.isFinite(milliseconds) ? seconds(milliseconds) : 'duration not known';
}
