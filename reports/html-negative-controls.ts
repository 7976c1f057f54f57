/** What this run was shown to catch. A test that cannot fail proves nothing. */
import type { Evidence, NegativeControl } from '../suites/evidence';
import { html, type SafeHtml } from './safe-html';
import { count } from './verdict';

const KINDS: Readonly<Record<NegativeControl['kind'], string>> = {
  fault: 'fault made in a copy of what was read',
  'denied-name': 'name that had to be stopped',
};

export function negativeControlsSection({ negativeControls, plan }: Evidence): SafeHtml {
  const given = negativeControls ?? [];
  const missed = given.filter(({ caught }) => !caught);
  return html`<section id="negative-controls" aria-labelledby="negative-controls-h">
    <h2 id="negative-controls-h">
      Negative controls
      ${given.length === 0 ? '' : html`<span class="count">${given.length - missed.length} of ${given.length} caught</span>`}
    </h2>
    ${given.length === 0 ? none(negativeControls === undefined) : controls(given, missed, plan)}
  </section>`;
}

const none = (absent: boolean): SafeHtml =>
  absent
    ? html`<p class="quiet">Not recorded in this evidence: nothing here shows that these checks can fail.</p>`
    : html`<p>
        No negative control could be made in this run: nothing here shows that these checks can fail.
      </p>`;

function controls(
  given: readonly NegativeControl[],
  missed: readonly NegativeControl[],
  plan: readonly string[],
): SafeHtml {
  const ordered = [...missed, ...given.filter(({ caught }) => caught)];
  return html`<p>
      Each is something that the run had to notice: a fault put into a copy of the configuration that it read,
      or a name that the firewall had to stop. They try
      ${count(new Set(given.map(({ check }) => check)).size, 'check')} of ${plan.length}; of the others it was
      not shown in this run that they can fail.
      ${missed.length === 0 ? 'All were noticed.' : html`<strong>${count(missed.length, 'control')} went unnoticed: what the check below says elsewhere should not be relied on.</strong>`}
    </p>
    <div class="wide" role="group" aria-label="Negative controls" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Control</th>
            <th scope="col">What was done</th>
            <th scope="col">Must be noticed by</th>
            <th scope="col">Result</th>
            <th scope="col">What the check said</th>
          </tr>
        </thead>
        <tbody>
          ${ordered.map(
            ({ kind, id, what, check, caught, because }) =>
              html`<tr>
                <th scope="row"><code>${id}</code><br /><span class="quiet">${KINDS[kind]}</span></th>
                <td>${what}</td>
                <td><code>${check}</code></td>
                <td class="${caught ? 'of-pass' : 'of-fail'}">${caught ? 'caught' : 'missed'}</td>
                <td>${because}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}
