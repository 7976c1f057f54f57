/** What a run does not prove. A report that leaves this out claims more than was shown. */
import type { Evidence } from '../suites/evidence';
import { html, type SafeHtml } from './safe-html';
import { count } from './verdict';

/** One sentence per limit; those that depend on the run come first. */
export function limitsOf(evidence: Evidence): readonly string[] {
  const { run, intent, firewallLog, summary, excluded, negativeControls } = evidence;
  const ofThisRun: readonly (readonly [boolean, string])[] = [
    [
      run.target.kind === 'lab',
      `The network was a lab on one machine, deployed from a template${firewallLog === null ? '' : ', with a real Suricata'}; it is not a network in AWS.`,
    ],
    [
      run.target.kind === 'snapshot',
      'The configuration was read from a saved snapshot. Whatever changed since then is not in it.',
    ],
    [
      firewallLog === null,
      'No probe ran: nothing here was observed on the wire, and nothing says that the firewall logs what it drops.',
    ],
    [
      firewallLog !== null && firewallLog.status === 'incomplete',
      'The firewall’s log was not complete when the run ended: the absence of a record proves nothing.',
    ],
    [
      intent.derivedSections.includes('destinations'),
      'What must and must not be reachable was derived from the deployed allow list: a name that is on the list by mistake counts as intended.',
    ],
    [
      (run.changes ?? []).length > 0,
      'The network was changed while the run was on: what was read is not what was there at the end.',
    ],
    [
      (run.flowFlushes ?? []).some(({ status }) => status !== 'COMPLETED'),
      'Flows were to be flushed before the probes and were not: a connection from before the last change of the rules may still be open.',
    ],
    [
      firewallLog !== null && run.flowFlushes === undefined,
      'Probes open new connections: one that was open before the last change of the rules may go on, unless flows are flushed (--flush-flows).',
    ],
    [
      (excluded ?? []).length > 0,
      `${count((excluded ?? []).length, 'check')} of this version ${(excluded ?? []).length === 1 ? 'was' : 'were'} left out on purpose; about what they check nothing is said.`,
    ],
    [
      (negativeControls ?? []).length === 0,
      'No negative control was made: that the checks would have noticed a fault was not shown in this run.',
    ],
    [
      (negativeControls ?? []).some(({ caught }) => !caught),
      'A negative control went unnoticed: the check that should have seen it proves nothing here.',
    ],
    [
      firewallLog !== null && run.vantage !== 'processing-job',
      'The probes ran on a host with the subnet, routes and security groups of Studio, not inside a Studio app, and tried single names, not every name.',
    ],
    [
      firewallLog !== null && run.vantage === 'processing-job',
      'The probes ran in a processing job with the subnets and security groups of the domain, not inside a Studio app, and tried single names, not every name.',
    ],
    [summary.waived > 0, 'Waived findings are faults that somebody accepted, not faults that are gone.'],
    [summary.unknown > 0, 'What could not be verified may be violated.'],
  ];
  return [
    ...ofThisRun.filter(([applies]) => applies).map(([, sentence]) => sentence),
    `It speaks of one moment (${run.startedAt} to ${run.finishedAt}). Routes, policies and the domain can be changed at any time after it.`,
    'The firewall judges TLS by the name that the client sends. A client that sends an allowed name to another server (SNI spoofing), or hides behind an allowed one (domain fronting), needs TLS inspection to be stopped.',
    'Queries to the Amazon resolver never cross the firewall; only Route 53 Resolver DNS Firewall can stop data that leaves in them.',
    'Traffic through VPC endpoints does not cross the firewall either; it is limited by endpoint policies alone.',
    'Jobs and notebooks that run in another VPC of the account, or in none, are looked at only as far as roles and the domain allow them.',
    'Flows that were open before a change of the policy stay open until they end.',
  ];
}

export function limitsSection(evidence: Evidence): SafeHtml {
  return html`<section id="limits" aria-labelledby="limits-h">
    <h2 id="limits-h">What this run does not prove</h2>
    <ul>
      ${limitsOf(evidence).map((sentence) => html`<li>${sentence}</li> `)}
    </ul>
  </section>`;
}
