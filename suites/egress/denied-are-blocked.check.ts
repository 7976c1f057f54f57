/**
 * Each denied destination is blocked, and by the firewall.
 *
 * What
 *   The client that a user would run is run on the probe host for names that are not allowed. It must be stopped,
 *   and the firewall's own records must say that the firewall did it: one of the name itself in the time of the
 *   command, and one of a connection beside it whose server name holds a nonce, so that both cannot be somebody
 *   else's. Not DNS, a security group, a missing route or a dead server: a control run from outside the firewall
 *   tells a dead target from a blocked one.
 *
 * Why
 *   This is what the firewall is for. A TCP connection is no verdict, since the handshake completes before a name
 *   is seen; and a route around the firewall lets everything through while the firewall's log stays silent.
 *
 * Fix
 *   If it got through, look at routing/egress-crosses-firewall and routing/return-crosses-firewall first, then
 *   give the policy a default drop: AWS::NetworkFirewall::FirewallPolicy StatefulEngineOptions.RuleOrder
 *   STRICT_ORDER with StatefulDefaultActions [aws:drop_established, aws:alert_established].
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
 */
import type { FirewallRecord, LogCompleteness } from '../../probes/probe';
import { reachedTarget } from '../../probes/reached-target';
import type { Check, CheckInput } from '../check';
import {
  blockOf,
  controlInWords,
  inWords,
  judgeDestinations,
  ruleOf,
  stoppedBeforeItsName,
  targetIsUp,
  type Decision,
  type SeenDestination,
} from './destinations';

export default {
  id: 'egress/denied-are-blocked',
  statement: 'Each denied destination is blocked, and by the firewall.',
  severity: 'critical',
  controls: ['NIST-800-53r5:SC-7(5)'],
  judge: (input) => judgeDestinations(input, 'denied', (seen) => decide(seen, logOf(input))),
} satisfies Check;

const logOf = ({ live }: CheckInput): LogCompleteness =>
  live.status === 'run' ? live.log : { status: 'incomplete', waitedMs: 0, because: live.because };

function decide(seen: SeenDestination, log: LogCompleteness): Decision {
  const { studio, intended } = seen;
  const command = `\`${studio.title}\``;
  if (reachedTarget(studio)) {
    return {
      outcome: 'fail',
      because: `${command} is denied (${intended.because}) but reached its target from ${studio.host}: ${inWords(studio)}. Fix: see that the routes lead through the firewall both ways, then give its policy a default drop.`,
    };
  }
  if (studio.result.kind === 'inconclusive') {
    return { outcome: 'unknown', because: `${command} on ${studio.host}: ${inWords(studio)}.` };
  }
  const stopped = `${command} was stopped on ${studio.host} (${inWords(studio)})`;
  // The client's own block, and one that is beyond doubt this run's.
  const [own, marked] = [blockOf(studio, 'name-and-time'), blockOf(studio, 'nonce')];
  const early = stoppedBeforeItsName(studio);
  if (early === null && own !== null && marked !== null) {
    return {
      outcome: 'pass',
      because: `${stopped}, and the firewall says that it dropped ${nameOf(own)} and ${nameOf(marked)} by ${ruleOf(own)}.`,
    };
  }
  return { outcome: 'unknown', because: `${stopped}, but ${doubt({ seen, log, early })}.` };
}

const nameOf = ({ sni, httpHost }: FirewallRecord): string => sni ?? httpHost ?? 'it';

interface Doubt {
  readonly seen: SeenDestination;
  readonly log: LogCompleteness;
  readonly early: string | null;
}

/** Why it is not shown that the firewall stopped it. */
function doubt({ seen, log, early }: Doubt): string {
  if (early !== null) return `${early}; what the firewall would have done is not known`;
  if (!targetIsUp(seen)) return `${controlInWords(seen)} too, so the target may be down`;
  if (blockOf(seen.studio, 'nonce') !== null) {
    return "the firewall's log has the block of the marker beside it and not of the name itself";
  }
  const silence =
    log.status === 'complete'
      ? 'the firewall has no record of it'
      : `the firewall's log is not complete: ${log.because}`;
  if (blockOf(seen.studio, 'name-and-time') !== null) {
    return `nothing ties it to the firewall's record of the name at that time, which may be somebody else's: ${silence}`;
  }
  return `the target is up and nothing shows that the firewall did it: ${silence}`;
}
