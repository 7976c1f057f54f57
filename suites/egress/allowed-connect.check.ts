/**
 * Each allowed destination really works from inside the Studio subnet.
 *
 * What
 *   The client that a user would run (wget, git clone, pip install) is run on the probe host, and ends with its
 *   product: the page, the commit, the package.
 *
 * Why
 *   A firewall that stops what it should let through makes people look for a way around it, and a blocked allowed
 *   name is often silent: large or segmented TLS hellos can be dropped without a log line.
 *
 * Fix
 *   Look at who stopped it (firewall, DNS, security group, route). If the firewall did, add the name to the domain
 *   list: AWS::NetworkFirewall::RuleGroup RulesSource.RulesSourceList.Targets, or `aws network-firewall
 *   update-rule-group --type STATEFUL --rule-group-name … --update-token … --rule-group …`.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateful-rule-groups-domain-names.html
 */
import type { Check, CheckInput } from '../check';
import {
  blockOf,
  controlInWords,
  inWords,
  judgeDestinations,
  ruleOf,
  targetIsUp,
  type Decision,
  type SeenDestination,
} from './destinations';

export default {
  id: 'egress/allowed-connect',
  statement: 'Each allowed destination really works from inside the Studio subnet.',
  severity: 'high',
  controls: [],
  judge: (input) => judgeDestinations(input, 'allowed', (seen) => decide(seen, logIsComplete(input))),
} satisfies Check;

const logIsComplete = ({ live }: CheckInput): boolean =>
  live.status === 'run' && live.log.status === 'complete';

function decide(seen: SeenDestination, logged: boolean): Decision {
  const { studio, intended } = seen;
  const command = `\`${studio.title}\``;
  if (studio.result.kind === 'succeeded') {
    return {
      outcome: 'pass',
      because: `${command} worked from ${studio.host} (${intended.because}).`,
    };
  }
  if (studio.result.kind === 'inconclusive') {
    return { outcome: 'unknown', because: `${command} on ${studio.host}: ${inWords(studio)}.` };
  }
  const failed = `${command} is allowed (${intended.because}) but failed on ${studio.host}: ${inWords(studio)}`;
  // The record of the name itself. The marker's does not count here: an entry without a leading dot does not cover it.
  const block = blockOf(studio, 'name-and-time');
  if (block !== null) {
    return {
      outcome: 'fail',
      because: `${failed}. The firewall dropped it by ${ruleOf(block)}. Fix: pass the name in a rule that comes before.`,
    };
  }
  if (!targetIsUp(seen)) {
    return {
      outcome: 'unknown',
      because: `${failed}. But ${controlInWords(seen)}, so the target may be down.`,
    };
  }
  return { outcome: 'fail', because: `${failed}, while it worked from outside. ${fixOf(seen, logged)}` };
}

function fixOf({ studio: { result } }: SeenDestination, logged: boolean): string {
  if (result.kind === 'rejected-by-target') {
    return 'Fix: the network let it through; see why the target turns the NAT gateway away.';
  }
  if (result.kind === 'dns-failed' || (result.kind === 'timed-out' && result.stage === 'dns')) {
    return "DNS stopped it, not the firewall. Fix: let the DNS Firewall answer for the name; else look at the VPC's DNS support and DHCP options.";
  }
  const record = logged
    ? "The firewall's log shows no block of the name."
    : "The firewall's log is not complete, so it does not tell.";
  return `${record} Fix: look at routes, security groups, network ACLs and the firewall's state.`;
}
