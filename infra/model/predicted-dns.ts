/** What the VPC's resolver makes of a name: DNS Firewall's first matching rule, or none. */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { Address } from './cidr';
import { parseAddress, parseCidr } from './cidr';
import type { DnsRule } from './firewall/dns-firewall';
import { coversDomain, dnsBlocking, dnsRules } from './firewall/dns-firewall';
import type { Answer } from './firewall/uncertain-set';
import { some } from './firewall/uncertain-set';
import type { Prediction } from './prediction';

/** The resolver's link-local addresses in every VPC (VPC user guide, "Amazon DNS server"). */
const LINK_LOCAL = ['169.254.169.253', 'fd00:ec2::253'];

/** Whether an address is the VPC's own resolver: link-local, or the base of the VPC's primary prefix plus two (same). */
export function isResolver(snapshot: Snapshot, { family, value }: Address): boolean {
  const known = LINK_LOCAL.map(parseAddress).some((one) => one.family === family && one.value === value);
  if (known) return true;
  const primary = parseCidr(returned(sectionValue(snapshot, 'vpc').CidrBlock, 'CidrBlock of the VPC'));
  return primary.family === family && primary.first + 2n === value;
}

/**
 * What becomes of a flow whose name did not resolve: DNS Firewall blocks it, or the configuration does not say why.
 *
 * Facts: Route 53 developer guide, resolver-dns-firewall-rule-groups: the first rule that matches decides. Throws
 * {@link NotKnown} for what was not returned.
 */
export function unresolved(snapshot: Snapshot, names: readonly string[]): Prediction {
  if (names.length === 0) return undecided('no name of it is known, so what DNS makes of it is not either');
  const decisions = names.map((name) => decisionFor(snapshot, name));
  const open = decisions.find(({ outcome }) => outcome !== 'blocked');
  const [first] = decisions;
  if (open === undefined && first !== undefined) return first;
  const why = open?.outcome === 'undecided' ? open.because : `DNS Firewall lets ${names.join(', ')} be asked`;
  return undecided(`${why}; why no address came is not for the configuration to say`);
}

/**
 * What becomes of a question to the VPC's own resolver. It forwards what DNS Firewall lets be asked, and the firewall never
 * sees it.
 *
 * Facts: aws.md 1.27 (Network Firewall developer guide, vpc-config: traffic to the Amazon resolver is not inspected), 6.6;
 * VPC user guide, "Security groups" and "Network ACL basics": neither filters it (the first is MEMORY).
 */
export function askedResolver(snapshot: Snapshot, names: readonly string[]): Prediction {
  if (names.length === 0) {
    const { blocks, by } = dnsBlocking(sectionValue(snapshot, 'resolverFirewall'), associationsOf(snapshot));
    if (blocks === 'no') return forwarded('no rule of DNS Firewall blocks anything');
    return undecided(`${by ?? 'a rule of DNS Firewall'} may take it, and which name was asked is not known`);
  }
  const decisions = names.map((name) => decisionFor(snapshot, name));
  return (
    decisions.find(({ outcome }) => outcome === 'open') ??
    decisions.find(({ outcome }) => outcome === 'undecided') ??
    decisions[0] ??
    undecided('no name was asked')
  );
}

function decisionFor(snapshot: Snapshot, asked: string): Prediction {
  const name = asked.toLowerCase().replace(/\.$/, '');
  const attributes = sectionValue(snapshot, 'vpcAttributes');
  const vpcId = snapshot.target.vpcId;
  if (!returned(attributes.EnableDnsSupport, `enableDnsSupport of ${vpcId}`))
    return blocked(`${vpcId} has no DNS support`, { resource: vpcId, rule: 'enableDnsSupport: false' });
  for (const rule of dnsRules(sectionValue(snapshot, 'resolverFirewall'), associationsOf(snapshot))) {
    const takes = takesName(rule, name);
    if (takes === 'no') continue;
    if (takes === 'maybe') return undecided(`${rule.label} may take ${name}`);
    if (!rule.blocks) return forwarded(`${rule.label} lets ${name} be asked`);
    const resource = rule.wire.FirewallRuleGroupId ?? 'a DNS Firewall rule group';
    return blocked(`${rule.label} takes ${name}`, { resource, rule: `rule ${rule.wire.Name ?? ''}`.trim() });
  }
  return forwarded(`no rule of DNS Firewall takes ${name}`);
}

/** A rule for one type of question takes others not at all; addresses are asked for by A and AAAA. */
function takesName({ domains, wire }: DnsRule, name: string): Answer {
  const { Qtype: type } = wire;
  if (type !== undefined && type !== 'A' && type !== 'AAAA') return 'no';
  if (domains === null) return 'maybe';
  const answer = some(domains.map((domain) => coversDomain(domain, name)));
  return type !== undefined && answer === 'yes' ? 'maybe' : answer;
}

/** Those in force for the VPC; throws {@link NotKnown} where one is changing. */
function associationsOf(snapshot: Snapshot) {
  const own = sectionValue(snapshot, 'resolverFirewall').associations.filter(
    ({ VpcId }) => VpcId === snapshot.target.vpcId,
  );
  const unsettled = own.find(({ Status }) => Status !== 'COMPLETE');
  if (unsettled !== undefined)
    throw new NotKnown(
      `the DNS Firewall association ${unsettled.Id} is in state ${unsettled.Status ?? 'that AWS did not return'}`,
    );
  return own;
}

const undecided = (because: string): Prediction => ({ outcome: 'undecided', because });

const forwarded = (why: string): Prediction => ({
  outcome: 'open',
  because: `the VPC's resolver forwards it past the firewall: ${why}`,
  rule: null,
});

function blocked(because: string, rule: { readonly resource: string; readonly rule: string }): Prediction {
  return { outcome: 'blocked', by: 'dns', how: 'drop', logged: null, because, rule };
}
