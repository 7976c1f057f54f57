/**
 * Route 53 Resolver DNS Firewall guards the VPC, blocks something, and fails closed.
 *
 * What
 *   A DNS Firewall rule group is associated with the VPC (`Status` COMPLETE), a BLOCK rule of it decides about some
 *   domain before any ALLOW or ALERT rule does (the first rule that matches decides, by the priorities of associations
 *   and rules), and `FirewallFailOpen` of the VPC is DISABLED.
 *
 * Why
 *   Queries to the Amazon resolver never cross Network Firewall, and the resolver asks any server in the world on the
 *   client's behalf: data can leave in the names that are asked for. DNS Firewall is the only control there.
 *
 * Fix
 *   AWS::Route53Resolver::FirewallRuleGroup with a rule of `Action: BLOCK`, and
 *   AWS::Route53Resolver::FirewallRuleGroupAssociation with the VPC.
 *   aws route53resolver update-firewall-config --resource-id vpc-… --firewall-fail-open DISABLED
 *
 * References
 *   https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall.html
 *   https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallConfig.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config.html
 */
import type { DnsAssociation } from '../../infra/model/firewall/dns-firewall';
import { dnsBlocking } from '../../infra/model/firewall/dns-firewall';
import type { ResolverFirewall } from '../../infra/snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'dns/resolver-is-guarded',
  statement: 'Route 53 Resolver DNS Firewall guards the VPC, blocks something, and fails closed.',
  severity: 'high',
  controls: ['NIST-800-53r5:SC-7(10)', 'NIST-800-53r5:SI-4'],
  judge({ snapshot }) {
    const subject = snapshot.target.vpcId;
    const firewall = sectionValue(snapshot, 'resolverFirewall');
    const found = [association(subject, firewall), failOpen(subject, firewall)];
    const open = found.filter(({ outcome }) => outcome !== 'pass');
    return open.length > 0
      ? open
      : [{ outcome: 'pass', subject, because: found.map(({ because }) => because).join(' ') }];
  },
} satisfies Check;

function association(subject: string, firewall: ResolverFirewall): Judgement {
  const associations = firewall.associations.filter(
    (one) => returned(one.VpcId, `VpcId of the DNS Firewall association ${one.Id}`) === subject,
  );
  const lasting = associations.filter((one) => statusOf(one) !== 'DELETING');
  const complete = lasting.filter((one) => statusOf(one) === 'COMPLETE');
  const changing = lasting.find((one) => statusOf(one) !== 'COMPLETE');
  const now = dnsBlocking(firewall, complete);
  const later = changing === undefined ? now : dnsBlocking(firewall, lasting);
  if (now.blocks === 'yes' && later.blocks === 'yes')
    return { outcome: 'pass', subject, because: `DNS Firewall blocks for ${subject}: ${now.by}.` };
  if (changing !== undefined) {
    const because = `The association of ${changing.FirewallRuleGroupId} with ${subject} is ${statusOf(changing)}.`;
    return { outcome: 'unknown', subject, because };
  }
  if (now.blocks === 'maybe') {
    const because = `Whether ${now.by} blocks anything that no rule before it lets go is not known.`;
    return { outcome: 'unknown', subject, because };
  }
  const shadow = now.by === null ? '' : ` before ${now.by} lets it go`;
  const what =
    complete.length > 0
      ? `No DNS Firewall rule group of ${subject} has a rule that blocks anything${shadow}`
      : `No DNS Firewall rule group is associated with ${subject}`;
  const because = `${what}. Fix: AWS::Route53Resolver::FirewallRuleGroup with a BLOCK rule of a lower Priority than what lets the same domains go, and an AWS::Route53Resolver::FirewallRuleGroupAssociation with ${subject}.`;
  return { outcome: 'fail', subject, because };
}

const statusOf = (one: DnsAssociation): string =>
  returned(one.Status, `Status of the DNS Firewall association ${one.Id}`);

function failOpen(subject: string, { config }: ResolverFirewall): Judgement {
  if (returned(config.ResourceId, 'ResourceId of the DNS Firewall configuration') !== subject)
    throw new NotKnown(`the DNS Firewall configuration is that of ${config.ResourceId}`);
  const setting = returned(config.FirewallFailOpen, `FirewallFailOpen of ${subject}`);
  if (setting === 'DISABLED')
    return { outcome: 'pass', subject, because: `FirewallFailOpen of ${subject} is DISABLED.` };
  if (setting !== 'ENABLED')
    return { outcome: 'unknown', subject, because: `FirewallFailOpen of ${subject} is ${setting}.` };
  const because = `FirewallFailOpen of ${subject} is ENABLED: when DNS Firewall is impaired, queries go unfiltered. Fix: aws route53resolver update-firewall-config --resource-id ${subject} --firewall-fail-open DISABLED.`;
  return { outcome: 'fail', subject, because };
}
