/** The first thing in the report: the verdict, what it is about, the counts, and where to go on reading. */
import type { Evidence } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { capital, verdictOf } from './verdict';

export function verdictHeader(evidence: Evidence): SafeHtml {
  const verdict = verdictOf(evidence);
  const { target, endedEarly, finishedAt } = evidence.run;
  return html`<header class="verdict v${verdict.exitCode}">
    <p class="product">Studio Egress Verifier</p>
    <h1>${capital(verdict.word)}</h1>
    <p class="sentence">${verdict.sentence}</p>
    <p class="claim">
      Whether the internet traffic of the SageMaker Studio
      domain${target.domainId === null ? '' : ` ${target.domainId}`} in
      ${target.vpcId ?? (target.stack === null ? 'a VPC that was not found' : `the stack ${target.stack}`)}
      goes through its AWS Network Firewall, and whether that lets through what it should and nothing else.
    </p>
    <p class="where">
      ${[target.account === null ? 'Account not known' : `Account ${target.account}`, target.region, finishedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')].join(' · ')}
    </p>
    ${target.kind === 'aws' ? nothing : html`<p class="kind">${NOT_AWS[target.kind]}</p>`}
    ${endedEarly === null ? nothing : html`<p class="early"><strong>The run ended early:</strong> ${endedEarly}</p>`}
    ${tiles(evidence)}
  </header>`;
}

const NOT_AWS: Readonly<Record<'lab' | 'snapshot', string>> = {
  lab: 'This was the lab: the same configuration raised on one machine, not a network in AWS.',
  snapshot: 'This was a saved snapshot: what it says was true when it was taken.',
};

function tiles({ summary }: Evidence): SafeHtml {
  const { pass, fail, unknown, notApplicable, waived } = summary;
  const tile = (standing: string, n: number, word: string): SafeHtml =>
    html`<li class="tile ${n === 0 ? 'none' : `of-${standing}`}"><b>${n}</b> ${word}</li>`;
  return html`<ul class="tiles" aria-label="Findings by outcome">
    ${[
      tile('fail', fail, 'violated'),
      tile('unknown', unknown, 'could not be verified'),
      tile('pass', pass, 'hold'),
      tile('waived', waived, 'waived'),
      tile('not-applicable', notApplicable, 'not applicable'),
    ]}
  </ul>`;
}

export interface Entry {
  readonly id: string;
  readonly text: string;
}

export function contents(entries: readonly Entry[]): SafeHtml {
  return html`<nav aria-label="Contents">
    <ul>
      ${entries.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li> `)}
    </ul>
  </nav>`;
}
