/**
 * Each denied destination is blocked, and by the firewall.
 *
 * What: the client that a user would run is run on the probe host for names that are not allowed. It must be stopped, and
 * the firewall's own record must say that the firewall did it: not DNS, a security group, a missing route or a dead
 * server. A control run from outside the firewall tells a dead target from a blocked one.
 *
 * Why: this is what the firewall is for. A TCP connection is no verdict, since the handshake completes before a name is
 * seen; and a route around the firewall lets everything through while the firewall's log stays silent.
 *
 * Fix: if it got through, look at routing/egress-crosses-firewall and routing/return-crosses-firewall first, then give the
 * policy a default drop: AWS::NetworkFirewall::FirewallPolicy StatefulEngineOptions.RuleOrder STRICT_ORDER with
 * StatefulDefaultActions [aws:drop_established, aws:alert_established].
 *
 * References:
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
 */
import { saysBlocked } from '../../probes/firewall-record-verdict';
import type { LogCompleteness, Observation } from '../../probes/probe';
import type { Check, CheckInput } from '../check';
import type { Judgement } from '../evidence';
import { bothSides, inWords, seenDestinations, type SeenDestination } from './destinations';

export default {
  id: 'egress/denied-are-blocked',
  statement: 'Each denied destination is blocked, and by the firewall.',
  severity: 'critical',
  controls: ['NIST-800-53r5:SC-7(5)'],
  judge: (input) => seenDestinations(input, 'denied').map((seen) => judged(seen, logOf(input))),
} satisfies Check;

const logOf = ({ live }: CheckInput): LogCompleteness =>
  live.status === 'run' ? live.log : { status: 'incomplete', waitedMs: 0, because: live.because };

function judged(seen: SeenDestination, log: LogCompleteness): Judgement {
  const { studio, control, intended } = seen;
  const command = `\`${studio.title}\``;
  const base = { subject: studio.host, observations: bothSides(seen) };
  if (studio.result.kind === 'succeeded' || studio.result.kind === 'rejected-by-target') {
    return {
      ...base,
      outcome: 'fail',
      because: `${command} is denied (${intended.because}) but reached its target from ${studio.host}: ${inWords(studio)}. Check the routes first, then the policy's default action.`,
    };
  }
  if (studio.result.kind === 'inconclusive') {
    return { ...base, outcome: 'unknown', because: `${command} on ${studio.host}: ${inWords(studio)}.` };
  }
  const block = studio.firewallRecords.find(({ record }) => saysBlocked(record));
  if (block !== undefined) {
    const { record, by } = block;
    return {
      ...base,
      outcome: 'pass',
      because: `${command} was stopped (${inWords(studio)}), and the firewall ${record.firewallName} says that it dropped ${record.sni ?? record.httpHost ?? 'it'} by "${record.signature ?? 'a rule without a message'}" (tied by ${by}).`,
    };
  }
  const other = otherThanFirewall(studio);
  if (other !== null) {
    return {
      ...base,
      outcome: 'unknown',
      because: `${command} was stopped by ${other}, so what the firewall would have done is not known.`,
    };
  }
  if (control?.result.kind !== 'succeeded') {
    return {
      ...base,
      outcome: 'unknown',
      because: `${command} was stopped (${inWords(studio)}), but the control run did not get through either, so the target may be down.`,
    };
  }
  const silence =
    log.status === 'complete'
      ? 'the firewall has no record of it'
      : `the firewall's log is not complete (${log.because})`;
  return {
    ...base,
    outcome: 'unknown',
    because: `${command} was stopped (${inWords(studio)}) and the target is up, but nothing shows that the firewall did it: ${silence}.`,
  };
}

/** Who stopped it, where the client's own words say so. */
function otherThanFirewall({ result }: Observation): string | null {
  switch (result.kind) {
    case 'dns-failed':
      return 'DNS';
    case 'no-route':
      return 'a missing route or a rule that answers unreachable';
    case 'refused':
      return 'a refusal, which neither a firewall drop nor a reset is';
    default:
      return null;
  }
}
