/** The findings counted by severity and by framework requirement. Each row leads to its findings. */
import type { Evidence, Finding } from '../suites/evidence';
import { byCode } from './html-filter';
import { filterOf } from './html-population';
import { html, nothing, type SafeHtml } from './safe-html';
import { count, SEVERITIES, STANDINGS, standingOf, type Standing } from './verdict';

const HEADINGS: Readonly<Record<Standing, string>> = {
  fail: 'Violated',
  unknown: 'Not verified',
  waived: 'Waived',
  pass: 'Hold',
  'not-applicable': 'Not applicable',
};

/** Written by the checks as `FRAMEWORK:ID`. */
const FRAMEWORKS: ReadonlyMap<string, string> = new Map([
  ['NIST-800-53r5', 'NIST SP 800-53 Rev. 5'],
  ['PCI-DSS-4.0.1', 'PCI DSS 4.0.1'],
  ['AWS-SecurityHub', 'AWS Security Hub'],
  ['AWS-Config', 'AWS Config managed rules'],
  ['AWS-WellArchitected-ML', 'AWS Well-Architected, machine learning lens'],
]);

type Counts = Readonly<Record<Standing, number>>;

export interface ControlView {
  /** As in the finding: `NIST-800-53r5:SC-7`. */
  readonly control: string;
  readonly id: string;
  readonly framework: string;
  readonly checks: readonly string[];
  readonly counts: Counts;
}

function countsOf(findings: readonly Finding[]): Counts {
  const counts = { fail: 0, unknown: 0, waived: 0, pass: 0, 'not-applicable': 0 };
  for (const finding of findings) counts[standingOf(finding)] += 1;
  return counts;
}

/** Every requirement that a finding names, frameworks in the order above, then the others. */
export function controlViews(findings: readonly Finding[]): readonly ControlView[] {
  const byControl = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const control of new Set(finding.controls)) {
      const known = byControl.get(control);
      if (known === undefined) byControl.set(control, [finding]);
      else known.push(finding);
    }
  }
  const order = [...FRAMEWORKS.values()];
  const place = ({ framework }: ControlView): number => {
    const index = order.indexOf(framework);
    return index === -1 ? order.length : index;
  };
  return [...byControl]
    .map(([control, found]): ControlView => {
      const [prefix = '', ...rest] = control.split(':');
      const framework = FRAMEWORKS.get(prefix) ?? (rest.length === 0 ? 'Other' : prefix);
      const checks = [...new Set(found.map(({ check }) => check))];
      return { control, id: rest.join(':') || control, framework, checks, counts: countsOf(found) };
    })
    .toSorted(
      (a, b) => place(a) - place(b) || byCode(a.framework, b.framework) || byCode(a.control, b.control),
    );
}

const cells = (counts: Counts): readonly SafeHtml[] =>
  STANDINGS.map(
    (standing) =>
      html`<td class="n ${counts[standing] === 0 ? 'zero' : `of-${standing}`}">${counts[standing]}</td>`,
  );

const heads = (): readonly SafeHtml[] =>
  STANDINGS.map((standing) => html`<th scope="col" class="n">${HEADINGS[standing]}</th>`);

export function severitySection({ findings }: Evidence): SafeHtml {
  if (findings.length === 0) return nothing;
  return html`<section id="severities" aria-labelledby="severities-h">
    <h2 id="severities-h">By severity</h2>
    <div class="wide" role="group" aria-label="Findings by severity" tabindex="0">
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            ${heads()}
          </tr>
        </thead>
        <tbody>
          ${SEVERITIES.map(
            (severity) =>
              html`<tr>
                <th scope="row">
                  <a href="#findings" data-filter="${filterOf('severity', severity)}">${severity}</a>
                </th>
                ${cells(countsOf(findings.filter((finding) => finding.severity === severity)))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

export function controlSection({ findings }: Evidence): SafeHtml {
  const views = controlViews(findings);
  if (views.length === 0) return nothing;
  const frameworks = [...new Set(views.map(({ framework }) => framework))];
  return html`<section id="controls" aria-labelledby="controls-h">
    <h2 id="controls-h">
      By framework requirement <span class="count">${count(views.length, 'requirement')}</span>
    </h2>
    <p>
      A requirement is listed where a check truly serves it; that its checks hold does not by itself fulfil
      it.
    </p>
    ${frameworks.map((framework) =>
      frameworkTable(
        framework,
        views.filter((view) => view.framework === framework),
      ),
    )}
  </section>`;
}

function frameworkTable(framework: string, views: readonly ControlView[]): SafeHtml {
  return html`<div class="wide" role="group" aria-label="${framework}" tabindex="0">
    <table class="counts">
      <caption>
        ${framework}
      </caption>
      <thead>
        <tr>
          <th scope="col">Requirement</th>
          <th scope="col">Checks</th>
          ${heads()}
        </tr>
      </thead>
      <tbody>
        ${views.map(
          ({ control, id, checks, counts }) =>
            html`<tr>
              <th scope="row">
                <a href="#findings" data-filter="${filterOf('control', control)}">${id}</a>
              </th>
              <td class="checks">${checks.join(', ')}</td>
              ${cells(counts)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}
