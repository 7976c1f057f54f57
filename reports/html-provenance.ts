/** Where every statement comes from: who ran what, when, with which versions, and every API call with AWS's request ids. */
import type { ApiCall } from '../infra/snapshot/snapshot';
import type { Evidence, SectionReading } from '../suites/evidence';
import { html, type SafeHtml } from './safe-html';
import { count } from './verdict';

export function provenanceSection({ run }: Evidence): SafeHtml {
  const { environment } = run;
  const rows: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['Caller', run.identity ?? 'not known'],
    ['From', `${run.startedAt} to ${run.finishedAt}`],
    ['Invocation', run.invocation],
    ['Program', `${run.tool.name} ${run.tool.version}`],
    ['Commit', environment === undefined ? 'not recorded' : (environment.commit ?? 'not known')],
    [
      'Lock file SHA-256',
      environment === undefined ? 'not recorded' : (environment.lockSha256 ?? 'not known'),
    ],
    [
      'Node.js',
      environment === undefined ? 'not recorded' : `${environment.node} on ${environment.platform}`,
    ],
    [
      'Started by',
      environment === undefined
        ? 'not recorded'
        : (environment.ci ?? 'a person, or a scheduler that does not say so'),
    ],
    ['Snapshot SHA-256', run.snapshotSha256 ?? 'no snapshot was taken'],
  ];
  return html`<section id="provenance" aria-labelledby="provenance-h">
    <h2 id="provenance-h">Provenance</h2>
    <dl class="facts">
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div> `,
      )}
    </dl>
    ${reading(run.reading)}
  </section>`;
}

function reading(sections: readonly SectionReading[] | undefined): SafeHtml {
  if (sections === undefined || sections.length === 0) {
    return html`<p class="quiet">
      Which API calls the configuration was read by is not recorded in this evidence; snapshot.json has them.
    </p>`;
  }
  const unread = sections.filter(({ status }) => status === 'unread');
  const calls = sections.reduce((sum, section) => sum + section.calls.length, 0);
  const pages = sections.reduce(
    (sum, section) => sum + section.calls.reduce((all, call) => all + call.pages, 0),
    0,
  );
  return html`<p>
      ${count(sections.length, 'section')} of the configuration, by ${count(calls, 'call')} and
      ${count(pages, 'page')}; all pages were asked for.
      ${unread.length === 0 ? 'All sections were read.' : html`<strong>${count(unread.length, 'section')} could not be read.</strong>`}
    </p>
    <details class="reading">
      <summary>Every section with its calls, AWS’s request ids and the hashes of the answers</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Section</th>
            <th scope="col">Read at</th>
            <th scope="col">Calls</th>
          </tr>
        </thead>
        <tbody>
          ${sections.map(section)}
        </tbody>
      </table>
    </details>`;
}

const section = ({ name, status, at, because, calls }: SectionReading): SafeHtml =>
  html`<tr class="${status}">
    <th scope="row"><code>${name}</code></th>
    <td class="when">${at}</td>
    <td>
      ${because === null ? '' : html`<p><strong>Not read:</strong> ${because}</p>`}
      ${
        calls.length === 0 && because === null
          ? 'none was needed'
          : html`<ul>
              ${calls.map(callOf)}
            </ul>`
      }
    </td>
  </tr> `;

/** Of each page: the request id and the SHA-256 of the answer's body, as AWS sent it; none in files of older versions. */
interface Answered extends ApiCall {
  readonly responses?: readonly { readonly requestId: string | null; readonly sha256: string | null }[];
}

function callOf(call: Answered): SafeHtml {
  const { operation, parameters, pages, responses = [] } = call;
  return html`<li>
    <code>${operation}</code> <code class="parameters">${JSON.stringify(parameters ?? {})}</code>
    ${count(pages, 'page')}${responses.map(
      ({ requestId, sha256 }) =>
        html`<br /><span class="quiet"
            >request ${requestId ?? 'without an id'}, SHA-256 ${sha256 ?? 'not taken'}</span
          >`,
    )}
  </li> `;
}
