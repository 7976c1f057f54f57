/**
 * Route 53 Resolver DNS Firewall guards the VPC, blocks something, and fails closed.
 *
 * What
 *   A DNS Firewall rule group with at least one BLOCK rule is associated with the VPC (`Status` COMPLETE), and
 *   `FirewallFailOpen` of the VPC is DISABLED.
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
import type { ResolverFirewall } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
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

type Association = ResolverFirewall['associations'][number];

function association(subject: string, firewall: ResolverFirewall): Judgement {
  const associations = firewall.associations.filter(({ VpcId }) => VpcId === subject);
  const complete = associations.filter((one) => statusOf(one) === 'COMPLETE');
  const blocking = complete.find((one) => blocks(firewall, one));
  if (blocking !== undefined) {
    return {
      outcome: 'pass',
      subject,
      because: `The DNS Firewall rule group ${blocking.FirewallRuleGroupId} blocks for ${subject}.`,
    };
  }
  const changing = associations.find((one) => statusOf(one) === 'UPDATING');
  if (changing !== undefined) {
    return {
      outcome: 'unknown',
      subject,
      because: `The association of ${changing.FirewallRuleGroupId} with ${subject} is UPDATING.`,
    };
  }
  const what =
    complete.length > 0
      ? `No DNS Firewall rule group of ${subject} has a rule that blocks`
      : `No DNS Firewall rule group is associated with ${subject}`;
  const because = `${what}. Fix: AWS::Route53Resolver::FirewallRuleGroup with a BLOCK rule, and an AWS::Route53Resolver::FirewallRuleGroupAssociation with ${subject}.`;
  return { outcome: 'fail', subject, because };
}

const statusOf = (one: Association): string =>
  returned(one.Status, `Status of the DNS Firewall association ${one.Id}`);

/** Whether a rule of the group blocks something: a domain list with nothing on it does not. */
function blocks(firewall: ResolverFirewall, { FirewallRuleGroupId }: Association): boolean {
  const group = returned(
    firewall.ruleGroups.find((one) => one.FirewallRuleGroupId === FirewallRuleGroupId),
    `the DNS Firewall rule group ${FirewallRuleGroupId}`,
  );
  return group.rules.some((rule) => {
    if (returned(rule.Action, `Action of a rule of ${FirewallRuleGroupId}`) !== 'BLOCK') return false;
    // A rule on a threat (DNS Firewall Advanced) or on a list that AWS manages has no domains that can be read.
    const domains =
      rule.FirewallDomainListId === undefined ? undefined : group.domains[rule.FirewallDomainListId];
    return domains === undefined || domains.length > 0;
  });
}

function failOpen(subject: string, { config }: ResolverFirewall): Judgement {
  const setting = returned(config.FirewallFailOpen, `FirewallFailOpen of ${subject}`);
  if (setting === 'DISABLED')
    return { outcome: 'pass', subject, because: `FirewallFailOpen of ${subject} is DISABLED.` };
  if (setting !== 'ENABLED')
    return { outcome: 'unknown', subject, because: `FirewallFailOpen of ${subject} is ${setting}.` };
  const because = `FirewallFailOpen of ${subject} is ENABLED: when DNS Firewall is impaired, queries go unfiltered. Fix: aws route53resolver update-firewall-config --resource-id ${subject} --firewall-fail-open DISABLED.`;
  return { outcome: 'fail', subject, because };
}
