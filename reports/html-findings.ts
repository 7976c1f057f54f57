/** The findings: what is violated or open in full, what holds folded away, each with its proof and its observations. */
import type { Evidence, Finding } from '../suites/evidence';
import { checkGroups, statementOf, type CheckGroup, type NumberedFinding } from './check-groups';
import { filterBar } from './html-filter';
import {
  attempt,
  attemptHomes,
  distinctObservations,
  resultText,
  type DistinctObservation,
} from './html-observations';
import { certificateText, hopsTable, packet } from './html-proof';
import { checkDocumentation, commandsFor } from './html-reperform';
import { html, nothing, type SafeHtml } from './safe-html';
import { count, type Standing } from './verdict';

export const WORDS: Readonly<Record<Standing, { readonly heading: string; readonly word: string }>> = {
  fail: { heading: 'Violated', word: 'violated' },
  unknown: { heading: 'Could not be verified', word: 'unknown' },
  waived: { heading: 'Waived', word: 'waived' },
  pass: { heading: 'Hold', word: 'holds' },
  'not-applicable': { heading: 'Not applicable', word: 'n/a' },
};

const ORDER: readonly Standing[] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'];

/** What the parts of a finding need of the document around it. */
interface Around {
  readonly evidence: Evidence;
  readonly observations: ReadonlyMap<Finding, readonly DistinctObservation[]>;
  /** The finding in which an attempt is shown in full; those that are not here are in the section of observations. */
  readonly homes: ReadonlyMap<string, Finding>;
}

export function findingsSections(evidence: Evidence): SafeHtml {
  const all = distinctObservations(evidence.findings);
  const around: Around = { evidence, observations: byFinding(all), homes: attemptHomes(all) };
  const sections = ORDER.map((standing): SafeHtml => {
    const groups = checkGroups(evidence, standing);
    if (groups.length === 0) return nothing;
    const number = groups.reduce((sum, { findings }) => sum + findings.length, 0);
    return html`<section id="${standing}" aria-labelledby="${standing}-h">
      <h2 id="${standing}-h">
        ${WORDS[standing].heading} <span class="count">${count(number, 'finding')}</span>
      </h2>
      ${groups.map((group) => (isOpen(group) ? fullGroup(group, around) : foldedGroup(group, around)))}
    </section> `;
  });
  return html`<div id="findings">${filterBar(evidence)}${sections}</div>`;
}

const isOpen = ({ standing }: Pick<CheckGroup, 'standing'>): boolean =>
  standing === 'fail' || standing === 'unknown' || standing === 'waived';

function byFinding(all: readonly DistinctObservation[]): Around['observations'] {
  const found = new Map<Finding, DistinctObservation[]>();
  for (const one of all) {
    for (const finding of one.findings) found.set(finding, [...(found.get(finding) ?? []), one]);
  }
  return found;
}

function fullGroup(group: CheckGroup, around: Around): SafeHtml {
  const { standing } = group;
  return html`<section
    class="check ${standing}"
    aria-labelledby="${group.findings[0]?.id ?? ''}-h"
    data-outcome="${standing}"
    data-severity="${group.severity}"
    data-area="${group.area}"
    data-control="${group.controls.join('|')}"
    data-count="${group.findings.length}"
    data-words="${wordsOf(group)}"
  >
    <h3 id="${group.findings[0]?.id ?? ''}-h">
      <span class="badge">${WORDS[standing].word}</span> ${statementOf(group)}
    </h3>
    ${meta(group)} ${group.findings.map((numbered) => fullFinding(numbered, around))}
    ${checkDocumentation(group, around.evidence)}
  </section> `;
}

const wordsOf = (group: CheckGroup): string => `${group.check} ${statementOf(group)}`;

function meta({ check, severity, controls, documentation }: CheckGroup): SafeHtml {
  return html`<p class="meta">
    <span class="severity ${severity}">${severity}</span>
    ${documentation === null ? nothing : html`<code>${check}</code>`}
    ${controls.length === 0 ? nothing : html`<span class="controls">${controls.join(', ')}</span>`}
  </p>`;
}

function fullFinding({ finding, id }: NumberedFinding, around: Around): SafeHtml {
  return html`<article class="finding" id="${id}" data-finding="">
    <h4><code>${finding.subject}</code></h4>
    <p class="because">${finding.because}</p>
    ${waiver(finding)} ${packet(finding.proof)} ${hopsTable(finding.proof)} ${attemptsOf(finding, around)}
    ${commandsFor(finding, around.evidence)}
  </article> `;
}

function waiver({ waiver: given, outcome }: Finding): SafeHtml {
  if (given === null) return nothing;
  return html`<p class="waiver">
    Accepted by <b>${given.owner}</b> until <b>${given.expires}</b>: ${given.reason.replace(/\.$/, '')}.
    Without the waiver the outcome is ${outcome}.
  </p>`;
}

function foldedGroup(group: CheckGroup, around: Around): SafeHtml {
  const { standing } = group;
  return html`<details
    class="check ${standing}"
    data-outcome="${standing}"
    data-severity="${group.severity}"
    data-area="${group.area}"
    data-control="${group.controls.join('|')}"
    data-count="${group.findings.length}"
    data-words="${wordsOf(group)}"
  >
    <summary>
      <span class="statement">${statementOf(group)}</span>
      <span class="count">${count(group.findings.length, 'subject')}</span>
    </summary>
    ${meta(group)}
    <table>
      <thead>
        <tr>
          <th scope="col">Subject</th>
          <th scope="col">Because</th>
        </tr>
      </thead>
      <tbody>
        ${group.findings.map((numbered) => row(numbered, around))}
      </tbody>
    </table>
    ${checkDocumentation(group, around.evidence)}
  </details> `;
}

function row({ finding, id }: NumberedFinding, around: Around): SafeHtml {
  return html`<tr id="${id}" data-finding="">
    <th scope="row"><code>${finding.subject}</code></th>
    <td>${finding.because}${certificateText(finding.proof)}${wayOf(finding)}${links(finding, around)}</td>
  </tr> `;
}

/** The hops of a pass, a line each; the drawing has them as boxes. */
function wayOf({ proof }: Finding): SafeHtml {
  if (proof === null || proof.hops.length === 0) return nothing;
  return html`<details class="way">
    <summary>The way, ${count(proof.hops.length, 'hop')}</summary>
    <ol>
      ${proof.hops.map(
        ({ at, routeTable, route, target, note }) =>
          html`<li>
            ${at}${route === null ? '' : `: ${route} → ${target ?? 'no target'}`}${routeTable === null ? '' : ` by ${routeTable}`}${note === '' ? '' : ` (${note})`}
          </li> `,
      )}
    </ol>
  </details>`;
}

/** In full those that are at home here, and where the others are. */
function attemptsOf(finding: Finding, around: Around): SafeHtml {
  const own = around.observations.get(finding) ?? [];
  const here = own.filter(({ id }) => around.homes.get(id) === finding);
  if (own.length === 0) return nothing;
  return html`${links(finding, around)}${here.map((one) => attempt(one, { inFinding: true }))}`;
}

function links(finding: Finding, { observations }: Around): SafeHtml {
  const mine = observations.get(finding) ?? [];
  if (mine.length === 0) return nothing;
  return html`<p class="links">
    Observed:
    ${mine.map(
      ({ id, observation }, index) =>
        html`${index === 0 ? '' : '; '}<a href="#${id}"
            >${observation.probe} from
            ${observation.vantage === 'studio' ? 'the Studio subnet' : 'outside the firewall'}</a
          >
          ${resultText(observation.result)}`,
    )}.
  </p>`;
}
