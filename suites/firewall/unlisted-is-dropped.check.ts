/**
 * The firewall drops every flow that no allow rule names, whatever its protocol and port.
 *
 * What
 *   The deployed policy is evaluated, not pattern-matched: stateless rules and defaults, then all stateful rule groups
 *   in their order (domain lists, 5-tuple rules, Suricata text) and the default actions, for one flow of each kind that
 *   the rules can tell apart: TCP, UDP, ICMP and others, TLS and HTTP with and without a name, SSH, DNS, QUIC, every
 *   class of ports and destinations, from the addresses that the firewall sees. A rule that names a host or a narrow
 *   destination makes a flow listed; one that opens a port to everywhere names nobody, nor does one that opens a suffix
 *   below which anybody gets a name (.com, .co.uk, .github.io), or names that only begin or end like the one it means.
 *   A fail names a flow that gets through, the class that it stands for, and a rule that drops that class. A condition that is not understood makes undecided what it could affect.
 *
 * Why
 *   In action order, what no rule matches passes: a domain list then stops unlisted TLS and HTTP and nothing else. SSH,
 *   raw TCP, DNS to any server and QUIC leave without a trace in the log.
 *
 * Fix
 *   AWS::NetworkFirewall::FirewallPolicy `StatefulEngineOptions: {RuleOrder: STRICT_ORDER}` with
 *   `StatefulDefaultActions: [aws:drop_established, aws:alert_established]`, and rule groups of the same order.
 *   aws network-firewall update-firewall-policy --firewall-policy-arn … --update-token … --firewall-policy file://policy.json
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateful-rule-groups-domain-names.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-examples.html
 */
import { enforcedPolicy } from '../../infra/model/firewall/firewall-policy';
import { inspectedSources } from '../../infra/model/firewall/inspected-sources';
import type { UnlistedProof } from '../../infra/model/firewall/unlisted-proof';
import { unlistedProof } from '../../infra/model/firewall/unlisted-proof';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { eachFirewall } from './each-firewall';

/** Kinds of flow that a finding names before it counts. */
const MOST_KINDS = 4;

export default {
  id: 'firewall/unlisted-is-dropped',
  statement: 'The firewall drops every flow that no allow rule names, whatever its protocol and port.',
  severity: 'critical',
  controls: [
    'NIST-800-53r5:AC-4',
    'NIST-800-53r5:SC-7(5)',
    'PCI-DSS-4.0.1:1.3.2',
    'AWS-WellArchitected-ML:MLSEC03-BP02',
  ],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall) => {
      const policy = enforcedPolicy(snapshot, firewall);
      return [judged(policy.policyArn, unlistedProof(policy, inspectedSources(snapshot)))];
    });
  },
} satisfies Check;

function judged(subject: string, proof: UnlistedProof): Judgement {
  switch (proof.status) {
    case 'undecided':
      return { outcome: 'unknown', subject, because: `${proof.flow}: ${proof.because} (${subject}).` };
    case 'violated':
      return {
        outcome: 'fail',
        subject,
        because: `${proof.flow} gets through ${subject}: ${proof.by}. ${alsoThrough(proof.kinds)}${proof.opening.text} passes, and no rule names it. Fix: ${remedy(proof)}`,
        proof: { witness: proof.witness, hops: [] },
      };
    case 'holds':
      return {
        outcome: 'pass',
        subject,
        because: `Each of ${proof.flows} kinds of unlisted flow is blocked by ${subject}: ${proof.blockedBy.join('; ') || 'none was unlisted'}.`,
      };
  }
  return proof satisfies never;
}

/** What to change, from the witness's own reason to what closes the rest as well. */
function remedy({ by, byRule, opening }: Extract<UnlistedProof, { readonly status: 'violated' }>): string {
  const everything =
    'RuleOrder STRICT_ORDER with the default action aws:drop_established (AWS::NetworkFirewall::FirewallPolicy StatefulEngineOptions, StatefulDefaultActions), all traffic forwarded to the stateful engine, and no pass rule for every destination';
  const { rule } = opening;
  const first = byRule
    ? `narrow or delete ${by}${rule === null ? '' : `, or in strict order put before it ${rule}`}`
    : rule === null
      ? `let nothing past the stateful engine (${by})`
      : `for this class add ${rule}`;
  return `${first}. For every class: ${everything}.`;
}

function alsoThrough(kinds: readonly string[]): string {
  if (kinds.length <= 1) return '';
  const more = kinds.length - MOST_KINDS;
  const named = kinds.slice(0, MOST_KINDS).join('; ');
  return `Kinds that get through: ${named}${more > 0 ? `; and ${more} more` : ''}. `;
}
