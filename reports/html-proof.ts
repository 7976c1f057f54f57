/** A proof in words: the packet, its way hop by hop as auditors quote it, the second program's opinion on a pass. */
import type { FindingProof } from '../suites/evidence';
import { html, nothing, type SafeHtml } from './safe-html';
import { count } from './verdict';

export function witnessText({
  protocol,
  source,
  destination,
  port,
}: NonNullable<FindingProof['witness']>): string {
  return `${protocol} ${source} → ${destination}${port === null ? '' : ` port ${port}`}`;
}

/** The packet that shows a violation, and what the checker said where there is a certificate. */
export function packet(proof: FindingProof | null): SafeHtml {
  if (proof === null || proof.witness === null) return certificateText(proof);
  return html`<p class="packet">Packet: <code>${witnessText(proof.witness)}</code></p>
    ${certificateText(proof)}`;
}

/** The second opinion on a pass: a checker that shares no code with the prover. */
export function certificateText(proof: FindingProof | null): SafeHtml {
  if (proof === null || proof.certificate === null) return nothing;
  const { claim, states, verdict, because } = proof.certificate;
  return html`<p class="certificate">
    Certificate ${verdict} by the independent checker (${count(states, 'state')}): ${claim} ${because}
  </p>`;
}

/** What the drawing shows, as auditors quote it. */
export function hopsTable(proof: FindingProof | null): SafeHtml {
  if (proof === null || proof.hops.length === 0) return nothing;
  return html`<div class="wide" role="group" aria-label="The way of the packet" tabindex="0">
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
