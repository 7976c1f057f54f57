/**
 * Each allowed destination really works from inside the Studio subnet.
 *
 * What: the client that a user would run (wget, git clone, pip install) is run on the probe host, and ends with its
 * product: the page, the commit, the package.
 *
 * Why: a firewall that stops what it should let through makes people look for a way around it, and a blocked allowed
 * name is often silent: large or segmented TLS hellos can be dropped without a log line.
 *
 * Fix: look at who stopped it (firewall, DNS, security group, route). If the firewall did, add the name to the domain
 * list: AWS::NetworkFirewall::RuleGroup RulesSource.RulesSourceList.Targets, or
 * `aws network-firewall update-rule-group --type STATEFUL --rule-group-name … --update-token … --rule-group …`.
 *
 * References:
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateful-rule-groups-domain-names.html
 */
import { saysBlocked } from '../../probes/firewall-record-verdict';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { bothSides, inWords, seenDestinations, type SeenDestination } from './destinations';

export default {
  id: 'egress/allowed-connect',
  statement: 'Each allowed destination really works from inside the Studio subnet.',
  severity: 'high',
  controls: [],
  judge: (input) => seenDestinations(input, 'allowed').map(judged),
} satisfies Check;

function judged(seen: SeenDestination): Judgement {
  const { studio, control, intended } = seen;
  const command = `\`${studio.title}\``;
  const base = { subject: studio.host, observations: bothSides(seen) };
  if (studio.result.kind === 'succeeded') {
    return {
      ...base,
      outcome: 'pass',
      because: `${command} worked from ${studio.host} (${intended.because}).`,
    };
  }
  if (studio.result.kind === 'inconclusive') {
    return { ...base, outcome: 'unknown', because: `${command} on ${studio.host}: ${inWords(studio)}.` };
  }
  const block = studio.firewallRecords.find(({ record }) => saysBlocked(record))?.record;
  if (block !== undefined) {
    const rule = block.signature ?? `signature ${block.signatureId ?? 'unknown'}`;
    return {
      ...base,
      outcome: 'fail',
      because: `${command} is allowed (${intended.because}) but ${inWords(studio)}: the firewall ${block.firewallName} dropped it by "${rule}"; pass the name in a rule that comes before.`,
    };
  }
  if (control?.result.kind !== 'succeeded') {
    const outside = control === null ? 'no control run was made' : `from ${control.host} ${inWords(control)}`;
    return {
      ...base,
      outcome: 'unknown',
      because: `${command} did not work: ${inWords(studio)}; but ${outside} too, so the target may be down.`,
    };
  }
  return {
    ...base,
    outcome: 'fail',
    because: `${command} is allowed (${intended.because}) but ${inWords(studio)}, while it worked from ${control.host}; the firewall's log shows no block, so look at routes, security groups, network ACLs and the firewall's state.`,
  };
}
