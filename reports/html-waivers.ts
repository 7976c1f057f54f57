/** What somebody accepted: residual risks of the intent and waivers of the file of accepted findings. */
import type { Evidence, WaiverEntry } from '../suites/evidence';
import { html, type SafeHtml } from './safe-html';
import { count } from './verdict';

const STATUS: Readonly<Record<WaiverEntry['status'], string>> = {
  used: 'in use',
  unused: 'not used: no finding of this run needs it',
  expired: 'expired: it accepts nothing any more',
};

export function waiversSection(evidence: Evidence): SafeHtml {
  return html`<section id="accepted" aria-labelledby="accepted-h">
    <h2 id="accepted-h">Residual risks and waivers</h2>
    ${risks(evidence)} ${waivers(evidence)}
  </section>`;
}

function risks({ intent }: Evidence): SafeHtml {
  if (intent.acceptedRisks.length === 0) return html`<p>The intent accepts no residual risk.</p>`;
  return html`<div class="wide" role="group" aria-label="Residual risks" tabindex="0">
    <table>
      <caption>
        Residual risks that the intent accepts: techniques that get through
      </caption>
      <thead>
        <tr>
          <th scope="col">Technique</th>
          <th scope="col">Reason</th>
          <th scope="col">Owner</th>
          <th scope="col">Until</th>
        </tr>
      </thead>
      <tbody>
        ${intent.acceptedRisks.map(
          ({ technique, reason, owner, expires }) =>
            html`<tr>
              <th scope="row"><code>${technique}</code></th>
              <td>${reason}</td>
              <td>${owner}</td>
              <td class="when">${expires}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function waivers({ waivers: given, summary }: Evidence): SafeHtml {
  if (given === undefined) {
    return html`<p class="quiet">
      Whether there was a file of accepted findings is not recorded in this evidence;
      ${count(summary.waived, 'finding')} of it ${summary.waived === 1 ? 'is' : 'are'} waived.
    </p>`;
  }
  if (given === null) return html`<p>There was no file of accepted findings.</p>`;
  if (given.entries.length === 0)
    return html`<p>The file of accepted findings, ${given.file}, accepts nothing.</p>`;
  return html`<div class="wide" role="group" aria-label="Waivers" tabindex="0">
    <table>
      <caption>
        Waivers of ${given.file} (SHA-256 ${given.sha256})
      </caption>
      <thead>
        <tr>
          <th scope="col">Check and subject</th>
          <th scope="col">Reason</th>
          <th scope="col">Owner</th>
          <th scope="col">Until</th>
          <th scope="col">In this run</th>
          <th scope="col" class="n">Line</th>
        </tr>
      </thead>
      <tbody>
        ${given.entries.map(
          ({ check, subject, reason, owner, expires, status, line }) =>
            html`<tr class="waiver-${status}">
              <th scope="row"><code>${check}</code><br /><code>${subject}</code></th>
              <td>${reason}</td>
              <td>${owner}</td>
              <td class="when">${expires}</td>
              <td>${STATUS[status]}</td>
              <td class="n">${line}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
