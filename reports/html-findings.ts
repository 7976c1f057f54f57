/** The findings: what is violated or open in full, what holds in short, each with its proof and its observations. */
import type { Evidence, Finding, FindingProof } from '../suites/evidence';
import { distinctObservations, resultText, type DistinctObservation } from './html-observations';
import { html, nothing, type SafeHtml } from './safe-html';
import { count, findingsOf, standingOf, type Standing } from './verdict';

const SECTIONS: readonly {
  readonly standing: Standing;
  readonly heading: string;
  readonly word: string;
  readonly open: boolean;
}[] = [
  { standing: 'fail', heading: 'Violated', word: 'violated', open: true },
  { standing: 'unknown', heading: 'Could not be verified', word: 'unknown', open: true },
  { standing: 'waived', heading: 'Waived', word: 'waived', open: true },
  { standing: 'pass', heading: 'Hold', word: 'holds', open: false },
  { standing: 'not-applicable', heading: 'Not applicable', word: 'n/a', open: false },
];

export function findingsSections(evidence: Evidence): SafeHtml {
  const observations = distinctObservations(evidence.findings);
  const sections = SECTIONS.map((section): SafeHtml => {
    const findings = findingsOf(evidence.findings, section.standing);
    if (findings.length === 0) return nothing;
    return html`<section id="${section.standing}" aria-labelledby="${section.standing}-h">
      <h2 id="${section.standing}-h">
        ${section.heading} <span class="count">${count(findings.length, 'finding')}</span>
      </h2>
      ${findings.map((finding) =>
        section.open ? fullFinding(finding, section.word, observations) : shortFinding(finding, observations),
      )}
    </section> `;
  });
  return html`<div id="findings">${sections}</div>`;
}

function fullFinding(finding: Finding, word: string, observations: readonly DistinctObservation[]): SafeHtml {
  return html`<article class="finding ${standingOf(finding)}">
    <h3>
      <span class="badge">${word}</span> <code>${finding.check}</code>
      <span class="severity ${finding.severity}">${finding.severity}</span>
    </h3>
    <p class="because">${finding.because}</p>
    ${waiver(finding)}${findingBody(finding, observations)}
  </article> `;
}

function shortFinding(finding: Finding, observations: readonly DistinctObservation[]): SafeHtml {
  return html`<details class="finding ${standingOf(finding)}">
    <summary>
      <code>${finding.check}</code> <span class="severity ${finding.severity}">${finding.severity}</span>
      <span class="gist">${finding.because}</span>
    </summary>
    ${findingBody(finding, observations)}
  </details> `;
}

function waiver({ waiver: given, outcome }: Finding): SafeHtml {
  if (given === null) return nothing;
  return html`<p class="waiver">
    Accepted by <b>${given.owner}</b> until <b>${given.expires}</b>: ${given.reason.replace(/\.$/, '')}.
    Without the waiver the outcome is ${outcome}.
  </p>`;
}

function findingBody(finding: Finding, observations: readonly DistinctObservation[]): SafeHtml {
  return html`<dl class="facts">
      <div>
        <dt>Subject</dt>
        <dd><code>${finding.subject}</code></dd>
      </div>
      ${
        finding.controls.length === 0
          ? nothing
          : html`<div>
              <dt>Controls</dt>
              <dd>${finding.controls.join(', ')}</dd>
            </div>`
      }
      ${witness(finding.proof)} ${certificate(finding.proof)}
    </dl>
    ${hopsTable(finding.proof)} ${observationLinks(finding, observations)}`;
}

function witness(proof: FindingProof | null): SafeHtml {
  if (proof === null || proof.witness === null) return nothing;
  return html`<div>
    <dt>Packet</dt>
    <dd><code>${witnessText(proof.witness)}</code></dd>
  </div>`;
}

/** The second opinion on a pass: a checker that shares no code with the prover. */
function certificate(proof: FindingProof | null): SafeHtml {
  if (proof === null || proof.certificate === null) return nothing;
  const { claim, states, verdict, because } = proof.certificate;
  return html`<div>
    <dt>Certificate</dt>
    <dd>${verdict} by the independent checker (${count(states, 'state')}): ${claim} ${because}</dd>
  </div>`;
}

export function witnessText({
  protocol,
  source,
  destination,
  port,
}: NonNullable<FindingProof['witness']>): string {
  return `${protocol} ${source} → ${destination}${port === null ? '' : ` port ${port}`}`;
}

/** What the drawing shows, as auditors quote it. */
function hopsTable(proof: FindingProof | null): SafeHtml {
  if (proof === null || proof.hops.length === 0) return nothing;
  return html`<div class="wide">
    <table class="hops">
      <caption>
        The packet’s way, hop by hop
      </caption>
      <thead>
        <tr>
          <th scope="col" class="n">Hop</th>
          <th scope="col">At</th>
          <th scope="col">Route table</th>
          <th scope="col">Route</th>
          <th scope="col">Target</th>
          <th scope="col">What happens</th>
        </tr>
      </thead>
      <tbody>
        ${proof.hops.map(
          (hop, index) =>
            html`<tr>
              <th scope="row" class="n">${index + 1}</th>
              <td><code>${hop.at}</code></td>
              <td><code>${hop.routeTable ?? '–'}</code></td>
              <td><code>${hop.route ?? '–'}</code></td>
              <td><code>${hop.target ?? '–'}</code></td>
              <td>${hop.note}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function observationLinks(finding: Finding, observations: readonly DistinctObservation[]): SafeHtml {
  const mine = observations.filter(({ findings }) => findings.includes(finding));
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
