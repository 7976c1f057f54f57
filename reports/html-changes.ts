/** What changed since the run before, and what changed while this one was on. */
import type { ChangedFinding, EarlierRun, Evidence, SinceEarlier } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { count } from './verdict';

/** More would not be read; the history file has them all. */
const MOST_RUNS = 14;

const KINDS = [
  {
    heading: 'Newly violated',
    is: ({ before, now }: ChangedFinding) => now === 'fail' && before !== 'fail' && before !== null,
  },
  {
    heading: 'New, and violated',
    is: ({ before, now }: ChangedFinding) => now === 'fail' && before === null,
  },
  {
    heading: 'No longer verified',
    is: ({ before, now }: ChangedFinding) => now === 'unknown' && before !== 'unknown',
  },
  {
    heading: 'Mended',
    is: ({ before, now }: ChangedFinding) => before === 'fail' && now === 'pass',
  },
  { heading: 'No longer there', is: ({ now }: ChangedFinding) => now === null },
  { heading: 'Otherwise changed', is: () => true },
] as const;

/** Each change under the first heading that fits it, so that none is counted twice and none is left out. */
export function changesByKind(
  changed: readonly ChangedFinding[],
): readonly { readonly heading: string; readonly changes: readonly ChangedFinding[] }[] {
  return KINDS.map(({ heading }) => ({
    heading,
    changes: changed.filter((one) => KINDS.find(({ is }) => is(one))?.heading === heading),
  })).filter(({ changes }) => changes.length > 0);
}

export function sinceSection({ since }: Evidence): SafeHtml {
  return html`<section id="since" aria-labelledby="since-h">
    <h2 id="since-h">Since the last run</h2>
    ${since === null || since === undefined ? html`<p class="quiet">Not recorded: there was no earlier run of this target in the history when this one ended.</p>` : html`${compared(since)} ${runs(since.runs)}`}
  </section>`;
}

function compared({ runs: earlier, unchanged, changed }: SinceEarlier): SafeHtml {
  const previous = earlier.at(-1);
  if (previous === undefined) return nothing;
  return html`<p>
      Compared with run ${previous.id}, which ended ${previous.finishedAt}:
      ${count(changed.length, 'change')}, ${count(unchanged, 'finding')} as before.
    </p>
    ${changesByKind(changed).map(
      ({ heading, changes }) =>
        html`<h3>${heading} <span class="count">${count(changes.length, 'finding')}</span></h3>
          <ul>
            ${changes.map(
              ({ check, subject, before, now }) =>
                html`<li>
                  <code>${check}</code> ${subject}: ${before ?? 'not there'} → ${now ?? 'not there'}
                </li> `,
            )}
          </ul> `,
    )}`;
}

/** The latest last. */
function runs(trend: readonly EarlierRun[]): SafeHtml {
  const verified = trend.filter(({ verdict }) => verdict === 'verified').length;
  return html`<div class="wide" role="group" aria-label="Runs before this one" tabindex="0">
    <table class="counts">
      <caption>
        ${count(trend.length, 'run')} of this target before this one, ${verified} of them
        verified${trend.length > MOST_RUNS ? html`; the last ${MOST_RUNS}` : nothing}
      </caption>
      <thead>
        <tr>
          <th scope="col">Started</th>
          <th scope="col">Run</th>
          <th scope="col">Verdict</th>
          <th scope="col" class="n">Violated</th>
          <th scope="col" class="n">Not verified</th>
        </tr>
      </thead>
      <tbody>
        ${trend.slice(-MOST_RUNS).map(
          ({ id, startedAt, verdict, fail, unknown }) =>
            html`<tr>
              <th scope="row" class="when">${startedAt}</th>
              <td><code>${id}</code></td>
              <td>${verdict}</td>
              <td class="n ${fail === 0 ? 'zero' : 'of-fail'}">${fail}</td>
              <td class="n ${unknown === 0 ? 'zero' : 'of-unknown'}">${unknown}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Loud, because what was read is then not what was probed. */
export function changedMeanwhile({ run }: Evidence): SafeHtml {
  const changes = run.changes ?? [];
  if (changes.length === 0) return nothing;
  return html`<section id="meanwhile" class="loud" aria-labelledby="meanwhile-h">
    <h2 id="meanwhile-h">
      The network changed while the run was on <span class="count">${count(changes.length, 'change')}</span>
    </h2>
    <p>
      What was read at the start is not what was there at the end. Run it again when nothing is being changed.
    </p>
    <ul>
      ${changes.map(({ section, because }) => html`<li><b>${section}</b>: ${because}</li> `)}
    </ul>
  </section>`;
}
