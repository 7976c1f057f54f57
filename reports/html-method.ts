/** How it was tested, counted from the evidence, and what the words for outcomes mean: for a reader who knows nothing of this program. */
import type { Evidence } from '../suites/evidence';
import { distinctObservations } from './html-observations';
import { html, type SafeHtml } from './safe-html';
import { count } from './verdict';

export function methodSection(evidence: Evidence): SafeHtml {
  return html`<section id="method" aria-labelledby="method-h">
    <h2 id="method-h">How it was tested</h2>
    <dl class="method">
      ${methodOf(evidence).map(
        ([question, answer]) =>
          html`<dt>${question}</dt>
            <dd>${answer}</dd> `,
      )}
    </dl>
    <p class="quiet">
      A statement is one check about one subject (a subnet, an endpoint, a name), so a check with three
      subjects makes three. It <b>holds</b> when it was decided and nothing speaks against it; it is
      <b>violated</b> when something was shown that breaks it. What could not be read, seen or decided is
      <b>not verified</b>, never a pass. <b>Waived</b> is a violation that somebody accepted by name until a
      date. <b>Not applicable</b> is a statement about what is not there.
    </p>
  </section>`;
}

/** What was intended, what the configuration implies, what the network did: three answers, made apart and compared. */
export function methodOf(evidence: Evidence): readonly (readonly [question: string, answer: string])[] {
  return [
    ['What should be', shouldBe(evidence)],
    ['What the configuration implies', implied(evidence)],
    ['What the network does', done(evidence)],
  ];
}

function shouldBe({ intent }: Evidence): string {
  const destinations = `${count(intent.destinations.length, 'destination')} must or must not be reached`;
  return intent.source === 'declared'
    ? `${destinations}, by the owner’s file${intent.derivedSections.length === 0 ? '' : '; what it leaves out was derived from what is deployed'}.`
    : `${destinations}. The owner declared nothing: this was derived from the deployed allow list.`;
}

function implied({ run, findings }: Evidence): string {
  const calls = (run.reading ?? []).reduce((sum, section) => sum + section.calls.length, 0);
  const by =
    run.reading === undefined
      ? ''
      : ` by ${count(calls, 'API call')} that only ${calls === 1 ? 'reads' : 'read'}`;
  const certificates = findings.flatMap(({ proof }) => proof?.certificate ?? []);
  const accepted = certificates.filter(({ verdict }) => verdict === 'accepted').length;
  const proofs =
    certificates.length === 0
      ? ''
      : ` For ${count(certificates.length, 'claim')} about every packet a certificate was made, which a second program that shares no code with the prover checked: ${accepted} accepted, ${certificates.length - accepted} refused.`;
  return `The account’s configuration was read${by}, and worked out for every destination address: route tables, gateways, firewall policy, security groups and network ACLs. No packet was sent for this.${proofs}`;
}

function done({ findings, firewallLog }: Evidence): string {
  if (firewallLog === null) return 'Not tried: no probe was sent in this run.';
  const observations = distinctObservations(findings).map(({ observation }) => observation);
  const inside = observations.filter(({ vantage }) => vantage === 'studio');
  const recorded = inside.filter(({ firewallRecords }) => firewallRecords.length > 0).length;
  return `${count(inside.length, 'attempt')} from the Studio subnet, each with its commands and output below, and ${count(observations.length - inside.length, 'control run')} from outside to show that the targets live. The firewall’s own log was read as a second witness: it has records of ${recorded} of the attempts.`;
}
