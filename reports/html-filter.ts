/** The bar above the findings. It shows where the script runs; the tables before it answer the same without one. */
import type { Evidence } from '../suites/evidence';
import { html, type SafeHtml } from './safe-html';
import { areaOf, SEVERITIES, STANDINGS, standingOf, type Standing } from './verdict';

const OUTCOMES: Readonly<Record<Standing, string>> = {
  fail: 'violated',
  unknown: 'could not be verified',
  waived: 'waived',
  pass: 'hold',
  'not-applicable': 'not applicable',
};

type Option = readonly [value: string, text: string];

export function filterBar({ findings }: Evidence): SafeHtml {
  const standings = new Set(findings.map(standingOf));
  const severities = new Set(findings.map(({ severity }) => severity));
  const areas = [...new Set(findings.map(({ check }) => areaOf(check)))];
  const controls = [...new Set(findings.flatMap((finding) => finding.controls))].toSorted(byCode);
  return html`<div id="filter" role="search" aria-label="Findings" data-total="${findings.length}">
    <div class="field grow">
      <label for="filter-q">Search the findings</label>
      <input type="search" id="filter-q" autocomplete="off" spellcheck="false" />
    </div>
    ${[
      select(
        'outcome',
        'Outcome',
        STANDINGS.filter((one) => standings.has(one)).map((one): Option => [one, OUTCOMES[one]]),
      ),
      select(
        'severity',
        'Severity',
        SEVERITIES.filter((one) => severities.has(one)).map((one): Option => [one, one]),
      ),
      select(
        'area',
        'Area',
        areas.map((one): Option => [one, one]),
      ),
      select(
        'control',
        'Control',
        controls.map((one): Option => [one, one]),
      ),
    ]}
    <button type="button" id="filter-clear">Clear</button>
    <p id="filter-status" role="status"></p>
  </div>`;
}

const select = (name: string, label: string, options: readonly Option[]): SafeHtml =>
  html`<div class="field">
    <label for="filter-${name}">${label}</label>
    <select id="filter-${name}">
      <option value="">all</option>
      ${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
    </select>
  </div> `;

/** By code units: the same order in every locale. */
export const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
