/** The population: whether everything that was planned was decided, by area, and what was left out on purpose. */
import type { Evidence, Finding } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { areaOf, areasOf, count } from './verdict';

export interface AreaPopulation {
  readonly area: string;
  /** Checks of this version: planned and left out. */
  readonly known: number;
  readonly excluded: number;
  readonly planned: number;
  readonly decided: number;
  readonly unknown: number;
  readonly notApplicable: number;
  /** Planned checks without any finding; must be none. */
  readonly missing: readonly string[];
  readonly findings: number;
}

/**
 * Checks by area: known = planned + excluded, planned = decided + unknown + not applicable (+ missing, which a reader
 * must see). A check with one unknown subject is unknown.
 */
export function populationOf(evidence: Evidence): readonly AreaPopulation[] {
  const excluded = evidence.excluded ?? [];
  return areasOf([...evidence.plan, ...excluded.map(({ check }) => check)]).map((area) => {
    const planned = evidence.plan.filter((check) => areaOf(check) === area);
    const left = excluded.filter(({ check }) => areaOf(check) === area).length;
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
      known: planned.length + left,
      excluded: left,
      planned: planned.length,
      unknown: unknown.length,
      notApplicable: notApplicable.length,
      decided: planned.length - unknown.length - notApplicable.length - missing.length,
      missing,
      findings: byCheck.reduce((sum, { found }) => sum + found.length, 0),
    };
  });
}

const COLUMNS = ['planned', 'decided', 'unknown', 'notApplicable', 'excluded', 'findings'] as const;

const HEADINGS: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  planned: 'Planned',
  decided: 'Decided',
  unknown: 'Not verifiable',
  notApplicable: 'Not applicable',
  excluded: 'Excluded',
  findings: 'Findings',
};

export function populationSection(evidence: Evidence): SafeHtml {
  const areas = populationOf(evidence);
  const missing = areas.flatMap((area) => area.missing);
  const sum = (key: 'known' | (typeof COLUMNS)[number]) =>
    areas.reduce((total, area) => total + area[key], 0);
  const cells = (value: (key: (typeof COLUMNS)[number]) => number): readonly SafeHtml[] =>
    COLUMNS.map((key) => html`<td class="${value(key) === 0 ? 'n zero' : 'n'}">${value(key)}</td>`);
  return html`<section id="population" aria-labelledby="population-h">
    <h2 id="population-h">Population</h2>
    <p>
      ${count(sum('known'), 'check')} = ${sum('planned')} planned before the run + ${sum('excluded')}
      excluded. Planned = decided + not verifiable + not applicable. A check may have several findings, one
      per subject.
    </p>
    ${
      missing.length === 0
        ? nothing
        : html`<p class="early">
            <strong>Does not reconcile:</strong> ${count(missing.length, 'planned check')} without any
            finding: ${missing.join(', ')}.
          </p>`
    }
    <div class="wide" role="group" aria-label="Population by area" tabindex="0">
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">Area</th>
            ${COLUMNS.map((key) => html`<th scope="col" class="n">${HEADINGS[key]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${areas.map(
            (area) =>
              html`<tr>
                <th scope="row">
                  <a href="#findings" data-filter="${filterOf('area', area.area)}">${area.area}</a>
                </th>
                ${cells((key) => area[key])}
              </tr> `,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            ${cells(sum)}
          </tr>
        </tfoot>
      </table>
    </div>
    ${exclusions(evidence)}
  </section>`;
}

function exclusions({ excluded }: Evidence): SafeHtml {
  if (excluded === undefined) {
    return html`<p class="quiet">What was excluded on purpose is not recorded in this evidence.</p>`;
  }
  if (excluded.length === 0) return html`<p class="quiet">No check was excluded.</p>`;
  return html`<details>
    <summary>${count(excluded.length, 'check')} excluded, each with its reason</summary>
    <ul>
      ${excluded.map(({ check, because }) => html`<li><code>${check}</code>: ${because}</li> `)}
    </ul>
  </details>`;
}

/** State of the findings' filter, as the script reads it. Lone surrogates, which no address can hold, are replaced. */
export const filterOf = (name: string, value: string): string =>
  `${name}=${encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))}`;
