/** Where what the configuration implies and what the network did are not the same: before anything else in the report. */
import type { Evidence, Finding } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { count, isDisagreement } from './verdict';

/** Nothing where model and probes agree, or were not compared. */
export function disagreementSection({ findings }: Evidence): SafeHtml {
  const loud = findings.filter(isDisagreement);
  if (loud.length === 0) return nothing;
  return html`<section id="disagreement" class="disagreement" aria-labelledby="disagreement-h">
    <h2 id="disagreement-h">
      The model and the network disagree <span class="count">${count(loud.length, 'flow')}</span>
    </h2>
    <p>
      One of the two is wrong: the configuration that was read is not the one in force, something on the way
      is not what it is taken for, or this program's model is mistaken. Until it is known which, nothing below
      should be relied on for these flows.
    </p>
    <ul>
      ${loud.map(argument)}
    </ul>
  </section>`;
}

const argument = ({ subject, because }: Finding): SafeHtml => html`<li><b>${subject}</b>: ${because}</li> `;
