/**
 * HOME_NET of every stateful rule group that uses it covers the addresses that Studio's traffic comes from.
 *
 * What
 *   Domain lists, and other rules that say $HOME_NET, look only at traffic from HOME_NET to EXTERNAL_NET. HOME_NET
 *   (the group's own, else the policy's, else the prefix of the firewall's VPC) must hold every address by which
 *   Studio's packets reach the firewall: the NAT gateway's private address behind a NAT gateway, else the Studio
 *   subnet's prefix, IPv4 and IPv6. EXTERNAL_NET must hold the internet.
 *
 * Why
 *   Traffic from an address outside HOME_NET is not filtered by the list at all: in action order it passes, under a
 *   drop default even allowed names are blocked. A new subnet, a secondary prefix or IPv6 opens such a gap unseen.
 *
 * Fix
 *   AWS::NetworkFirewall::FirewallPolicy `PolicyVariables.RuleVariables.HOME_NET.Definition`, or the rule group's
 *   `RuleVariables.IPSets.HOME_NET.Definition`: all prefixes of the VPC.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateful-rule-groups-domain-names.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-limitations-caveats.html
 */
import type { GroupNets } from '../../infra/model/firewall/group-nets';
import { groupNets } from '../../infra/model/firewall/group-nets';
import type { InspectedSources } from '../../infra/model/firewall/inspected-sources';
import { inspectedSources } from '../../infra/model/firewall/inspected-sources';
import type { UncertainSet } from '../../infra/model/firewall/uncertain-set';
import type { AddressSet, Interval } from '../../infra/model/address-set';
import { covers, subtract } from '../../infra/model/address-set';
import type { Family } from '../../infra/model/cidr';
import { FAMILIES } from '../../infra/model/cidr';
import { globalAddresses } from '../../infra/model/global-address';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { eachFirewall } from './each-firewall';

export default {
  id: 'firewall/home-net-covers-studio',
  statement:
    "HOME_NET of every stateful rule group that uses it covers the addresses that Studio's traffic comes from.",
  severity: 'critical',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:SC-7'],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall, arn) => {
      const inspected = inspectedSources(snapshot);
      const groups = groupNets(snapshot, firewall).filter(({ usesNets }) => usesNets);
      if (groups.length === 0) {
        const because = `No stateful rule group of ${arn} uses HOME_NET or EXTERNAL_NET.`;
        return [{ outcome: 'not-applicable', subject: arn, because }];
      }
      return groups.flatMap((group) => judged(group, inspected));
    });
  },
} satisfies Check;

function judged(nets: GroupNets, inspected: InspectedSources): readonly Judgement[] {
  const found = [
    ...inspected.owners.flatMap((owner) => sourceGap(nets, owner)),
    ...internetGaps(nets, inspected),
  ];
  if (found.length > 0) return found;
  const because = `HOME_NET of ${nets.arn} covers ${inspected.owners.map(({ text }) => text).join(', ')}.`;
  return [{ outcome: 'pass', subject: nets.arn, because }];
}

function sourceGap(
  { arn: subject, homeNet }: GroupNets,
  owner: InspectedSources['owners'][number],
): readonly Judgement[] {
  const covered = coverage(homeNet[owner.family], [owner.interval]);
  if (covered === 'whole') return [];
  if (covered === 'not known') {
    const because = `Whether HOME_NET of ${subject} covers ${owner.text} is not known.`;
    return [{ outcome: 'unknown', subject, because }];
  }
  const because = `HOME_NET of ${subject} does not cover ${owner.text}: its rules do not filter what comes from there. Fix: add it (RuleVariables.IPSets.HOME_NET of the rule group, or PolicyVariables of the policy).`;
  return [{ outcome: 'fail', subject, because }];
}

function internetGaps(nets: GroupNets, { sources, inside }: InspectedSources): readonly Judgement[] {
  return FAMILIES.filter((family) => sources[family].length > 0).flatMap((family) =>
    internetGap(nets, family, inside[family]),
  );
}

function internetGap(
  { arn: subject, externalNet }: GroupNets,
  family: Family,
  inside: AddressSet,
): readonly Judgement[] {
  const word = family === 'ipv4' ? 'IPv4' : 'IPv6';
  const covered = coverage(externalNet[family], subtract(globalAddresses(family), inside));
  if (covered === 'whole') return [];
  if (covered === 'not known') {
    const because = `Whether EXTERNAL_NET of ${subject} covers the ${word} internet is not known.`;
    return [{ outcome: 'unknown', subject, because }];
  }
  const because = `EXTERNAL_NET of ${subject} does not cover the whole ${word} internet: its rules do not filter what goes to the rest. Fix: leave EXTERNAL_NET to be what HOME_NET is not, and HOME_NET to be the VPC.`;
  return [{ outcome: 'fail', subject, because }];
}

function coverage(set: UncertainSet, of: readonly Interval[]): 'whole' | 'part' | 'not known' {
  if (covers(set.sure, of)) return 'whole';
  return covers(set.possible, of) ? 'not known' : 'part';
}
