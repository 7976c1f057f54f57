/** Scope, population and intent: what the run was about, whether everything planned was decided, what was expected. */
import type { Evidence, Finding } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { areaOf, areasOf, count } from './verdict';

const KINDS: Readonly<Record<Evidence['run']['target']['kind'], string>> = {
  aws: 'deployed in AWS',
  lab: 'lab on one machine, not AWS',
  snapshot: 'saved snapshot',
};

export function scopeSection({ run, firewallLog, intent }: Evidence): SafeHtml {
  const { target } = run;
  const log =
    firewallLog === null
      ? 'no probe ran'
      : firewallLog.status === 'complete'
        ? `complete after ${seconds(firewallLog.waitedMs)} (sentinel ${firewallLog.sentinelNonce} arrived)`
        : `incomplete after ${seconds(firewallLog.waitedMs)}: ${firewallLog.because}`;
  const rows: readonly (readonly [string, string])[] = [
    ['Target', KINDS[target.kind]],
    ['Account', target.account ?? 'not known'],
    ['Region', target.region],
    ['VPC', target.vpcId],
    ['Stack', target.stack ?? 'not named'],
    ['Domain', target.domainId ?? 'not named'],
    ['Read by', run.identity ?? 'not known'],
    ['Started', run.startedAt],
    ['Finished', `${run.finishedAt} (${duration(run.startedAt, run.finishedAt)})`],
    ['Tool', `${run.tool.name} ${run.tool.version}`],
    ['Invocation', run.invocation],
    ['Snapshot SHA-256', run.snapshotSha256 ?? 'no snapshot was taken'],
    ['Firewall log', log],
    ['Intent', intent.source === 'declared' ? declaredBy(intent) : 'derived from the deployed allow list'],
    ['Run', run.id],
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

/** Which file, and what it left to be derived. */
function declaredBy({ file, sha256, derivedSections }: Evidence['intent']): string {
  const by = `declared by the owner in ${file ?? 'a file not named'} (SHA-256 ${sha256 ?? 'not known'})`;
  return derivedSections.length === 0
    ? by
    : `${by}; derived, for it leaves them out: ${derivedSections.join(', ')}`;
}

interface AreaPopulation {
  readonly area: string;
  readonly planned: number;
  readonly decided: number;
  readonly unknown: number;
  readonly notApplicable: number;
  /** Planned checks without any finding; must be none. */
  readonly missing: readonly string[];
  readonly findings: number;
}

/** Checks by area; planned = decided + unknown + not applicable (+ missing, which a reader must see). */
export function populationOf(evidence: Evidence): readonly AreaPopulation[] {
  return areasOf(evidence.plan).map((area) => {
    const planned = evidence.plan.filter((check) => areaOf(check) === area);
    const byCheck = planned.map((check) => ({
      check,
      found: evidence.findings.filter((finding) => finding.check === check),
    }));
    const some = (found: readonly Finding[], outcome: Finding['outcome']) =>
      found.some((finding) => finding.outcome === outcome);
    const unknown = byCheck.filter(({ found }) => some(found, 'unknown'));
    const notApplicable = byCheck.filter(
      ({ found }) => found.length > 0 && found.every(({ outcome }) => outcome === 'not-applicable'),
    );
    const missing = byCheck.filter(({ found }) => found.length === 0).map(({ check }) => check);
    return {
      area,
      planned: planned.length,
      unknown: unknown.length,
      notApplicable: notApplicable.length,
      decided: planned.length - unknown.length - notApplicable.length - missing.length,
      missing,
      findings: byCheck.reduce((sum, { found }) => sum + found.length, 0),
    };
  });
}

export function populationSection(evidence: Evidence): SafeHtml {
  const areas = populationOf(evidence);
  const sum = (key: 'planned' | 'decided' | 'unknown' | 'notApplicable' | 'findings') =>
    areas.reduce((total, area) => total + area[key], 0);
  const missing = areas.flatMap((area) => area.missing);
  const row = (name: SafeHtml, values: readonly number[]): SafeHtml =>
    html`<tr>
      ${name}${values.map((value) => html`<td class="n">${value}</td>`)}
    </tr> `;
  return html`<section id="population" aria-labelledby="population-h">
    <h2 id="population-h">Population</h2>
    <p>
      Checks planned before the run = decided + not verifiable + not applicable. A check may have several
      findings, one per subject.
    </p>
    ${
      missing.length === 0
        ? nothing
        : html`<p class="early">
            <strong>Does not reconcile:</strong> ${count(missing.length, 'planned check')} without any
            finding: ${missing.join(', ')}.
          </p>`
    }
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Area</th>
            <th scope="col" class="n">Planned</th>
            <th scope="col" class="n">Decided</th>
            <th scope="col" class="n">Not verifiable</th>
            <th scope="col" class="n">Not applicable</th>
            <th scope="col" class="n">Findings</th>
          </tr>
        </thead>
        <tbody>
          ${areas.map((area) =>
            row(html`<th scope="row">${area.area}</th>`, [
              area.planned,
              area.decided,
              area.unknown,
              area.notApplicable,
              area.findings,
            ]),
          )}
        </tbody>
        <tfoot>
          ${row(html`<th scope="row">All</th>`, [
            sum('planned'),
            sum('decided'),
            sum('unknown'),
            sum('notApplicable'),
            sum('findings'),
          ])}
        </tfoot>
      </table>
    </div>
  </section>`;
}

function approvals({
  approvedExits,
  acceptedInspection,
  approvedSecurityGroups,
  acceptedRisks,
}: Evidence['intent']): string {
  const exits = approvedExits.map(
    ({ target, destinations, because }) =>
      `${target} for ${destinations.join(', ') || 'nothing'} (${because})`,
  );
  const risks = acceptedRisks.map(
    ({ technique, reason, owner, expires }) => `${technique} until ${expires} by ${owner} (${reason})`,
  );
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['Approved exits past the firewall', exits],
    ['Accepted inspection by other vendors', acceptedInspection],
    ['Approved Studio security groups', approvedSecurityGroups],
    ['Accepted residual risks', risks],
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
    <div class="wide">
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
