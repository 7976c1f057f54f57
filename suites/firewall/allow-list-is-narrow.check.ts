/**
 * Every entry of the firewall's allow list names one owner's hosts: no public suffix, and no suffix of shared hosting.
 *
 * What
 *   Each rule that passes TLS or HTTP, from domain lists and from Suricata text, keeps to names of one owner. Too broad
 *   are: all below a public suffix (.com, .co.uk), below a suffix where a provider's customers get names (.github.io,
 *   .s3.amazonaws.com, .azurecr.io), or below a name under which such a suffix lies (.amazonaws.com, .windows.net); a
 *   text that is not bound to a whole name (content without endswith, or without a dot before it); a rule without a name;
 *   and hosts that serve everybody's storage by path (s3.amazonaws.com). A single host that is itself a suffix is one
 *   host. What another rule blocks first, or does not hold for Studio, is no fault. A rule with a condition that is not
 *   evaluated is unknown, unless its name is narrow anyway. Ports and addresses are judged by
 *   firewall/unlisted-is-dropped. With a declared intent, no entry allows a destination that it denies; that every entry
 *   is one that the intent allows is not claimed, because an intent names probes and not all hosts. Domains that hand
 *   out names and stand in no list are not seen.
 *
 * Why
 *   Whoever wants data out of Studio registers a name below the suffix: a bucket, an API, a page. The firewall passes it
 *   as listed. .amazonaws.com, which the published stack allows, opens every account's buckets, APIs and machines.
 *
 * Fix
 *   AWS::NetworkFirewall::RuleGroup `RulesSourceList.Targets` (or the rules' text) with the hosts by name; for AWS's own
 *   services AWS::EC2::VPCEndpoint instead.
 *   aws network-firewall update-rule-group --rule-group-arn … --update-token … --rule-group file://rule-group.json
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateful-rule-groups-domain-names.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_RulesSourceList.html
 *   https://publicsuffix.org/learn/
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
import type { BroadEntry } from '../../infra/model/firewall/broad-entries';
import { broadEntries, countEntries, entryVerdict } from '../../infra/model/firewall/broad-entries';
import type { EnforcedPolicy } from '../../infra/model/firewall/firewall-policy';
import { enforcedPolicy } from '../../infra/model/firewall/firewall-policy';
import { possibleSources } from '../../infra/model/firewall/possible-sources';
import { ask } from '../../infra/model/known';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { eachFirewall } from './each-firewall';
import { allowedDenials } from './intended-denials';

/** Entries that are followed through the firewall and reported one by one. */
const MOST_ENTRIES = 25;
const FIX =
  'Fix: AWS::NetworkFirewall::RuleGroup RulesSourceList.Targets with the hosts by name, and AWS::EC2::VPCEndpoint for services of AWS (aws network-firewall update-rule-group --rule-group-arn … --update-token … --rule-group file://rule-group.json).';

export default {
  id: 'firewall/allow-list-is-narrow',
  statement:
    "Every entry of the firewall's allow list names one owner's hosts: no public suffix, and no suffix of shared hosting.",
  severity: 'high',
  controls: ['NIST-800-53r5:SC-7(5)', 'PCI-DSS-4.0.1:1.3.2', 'AWS-WellArchitected-ML:MLSEC03-BP02'],
  judge({ snapshot, intent }) {
    const entries = eachFirewall(snapshot, (firewall) => {
      const policy = enforcedPolicy(snapshot, firewall);
      const broad = [...broadEntries(policy).values()];
      const found = broad.slice(0, MOST_ENTRIES).flatMap((rules) => worst(snapshot, policy, rules));
      if (broad.length > MOST_ENTRIES) found.push(unexamined(policy, broad.length - MOST_ENTRIES));
      return found.length > 0 ? found : [narrow(policy)];
    });
    return [...entries, ...allowedDenials(snapshot, intent)];
  },
} satisfies Check;

/** One judgement for an entry, of those of its rules. */
function worst(
  snapshot: Snapshot,
  policy: EnforcedPolicy,
  rules: readonly BroadEntry[],
): readonly Judgement[] {
  const found = rules.flatMap((entry) => judged(snapshot, policy, entry));
  const first = found.find(({ outcome }) => outcome === 'fail') ?? found[0];
  return first === undefined ? [] : [first];
}

/** What one rule of an entry comes to; nothing for one that opens nothing for Studio. */
function judged(snapshot: Snapshot, policy: EnforcedPolicy, entry: BroadEntry): readonly Judgement[] {
  const { label, breadth, example } = entry;
  const subject = `${policy.policyArn} ${label}`;
  const undecided = (because: string): readonly Judgement[] => [
    {
      outcome: 'unknown',
      subject,
      because: `Whether the allow list of ${policy.policyArn} is narrow cannot be told: ${because}.`,
    },
  ];
  // A rule that is not understood says so itself.
  if (example === null)
    return undecided(breadth.because.includes(label) ? breadth.because : `${label}, ${breadth.because}`);
  const answer = ask(() => entryVerdict(policy, possibleSources(snapshot), { ...entry, example }));
  if (!answer.known) return undecided(`${label}, ${answer.because}`);
  const verdict = answer.value;
  switch (verdict.outcome) {
    case 'stopped':
      return [];
    case 'undecided':
      return undecided(`${label}, ${verdict.because}`);
    case 'through': {
      const because = `${label} is too broad in ${policy.policyArn}: ${breadth.because}. It lets through ${verdict.flow}. ${FIX}`;
      return [{ outcome: 'fail', subject, because, proof: { witness: verdict.witness, hops: [] } }];
    }
  }
  return verdict satisfies never;
}

const unexamined = (policy: EnforcedPolicy, count: number): Judgement => ({
  outcome: 'unknown',
  subject: policy.policyArn,
  because: `${count} more entries of ${policy.policyArn} may be too broad; no more than ${MOST_ENTRIES} are followed.`,
});

function narrow({ policyArn, rules }: EnforcedPolicy): Judgement {
  const count = countEntries(rules);
  const because =
    count === 0
      ? `No rule of ${policyArn} passes TLS or HTTP by name.`
      : `Of ${count} ${count === 1 ? 'entry' : 'entries'} of ${policyArn} that pass TLS or HTTP, none is broader than one owner's names.`;
  return { outcome: 'pass', subject: policyArn, because };
}
