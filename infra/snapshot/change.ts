/**
 * What is no longer as it was read: the sections that routing, filtering and Studio's mode rest on are read once more when
 * the probes have answered. Probes that ran while something was being changed are evidence of neither state.
 */
import type { AwsConnection } from './clients';
import type { Domain, Section, SectionName, Snapshot, Target } from './snapshot';
import { readSections, type SnapshotOptions } from './take-snapshot';

export interface SnapshotChange {
  readonly section: SectionName;
  /** The resource and what of it is different, as a sentence. */
  readonly because: string;
}

/** What probes and their prediction rest on. UpdateTokens show a change of a firewall's policy and rule groups. */
const REREAD = [
  'domains',
  'userProfiles',
  'vpc',
  'vpcAttributes',
  'subnets',
  'routeTables',
  'networkAcls',
  'securityGroups',
  'natGateways',
  'internetGateways',
  'egressOnlyInternetGateways',
  'vpcPeeringConnections',
  'transitGatewayVpcAttachments',
  'transitGatewayTables',
  'attachedVpcs',
  'vpcBlockPublicAccess',
  'vpcBlockPublicAccessExclusions',
  'vpcEndpoints',
  'managedPrefixLists',
  'firewalls',
  'firewallPolicies',
  'ruleGroups',
  'loggingConfigurations',
  'vpcEndpointAssociations',
  'dhcpOptions',
  'resolverFirewall',
] as const satisfies readonly SectionName[];

/** Members that go on changing although nobody changes anything: usage, counts, times of use. */
const RESTLESS = new Set([
  'CapacityUsageSummary',
  'ConsumedCapacity',
  'ConsumedStatefulRuleCapacity',
  'ConsumedStatelessRuleCapacity',
  'ConsumedStatefulDomainCapacity',
  'AvailableIpAddressCount',
  'NumberOfAssociations',
]);

/** Reads again, and says what differs; empty when nothing does. What could not be read before is not compared. */
export async function changesSince(
  connection: AwsConnection,
  snapshot: Snapshot,
  options: Pick<SnapshotOptions, 'bounds' | 'signal'> = {},
): Promise<readonly SnapshotChange[]> {
  const names = REREAD.filter((name) => snapshot.sections[name].status === 'read');
  const again = await readSections(connection, snapshot.target, names, options);
  const { target } = snapshot;
  return names.flatMap((name) =>
    name === 'domains'
      ? changesOf(name, ofTarget(snapshot.sections.domains, target), ofTarget(again.domains, target))
      : changesOf(name, snapshot.sections[name], again[name]),
  );
}

/** Without the domains of other VPCs, where people go on working: the section has all of the Region's. */
function ofTarget(domains: Section<Domain[]>, { vpcId, domainId }: Target): Section<Domain[]> {
  if (domains.status === 'unread') return domains;
  const value = domains.value.filter(
    ({ VpcId, DomainId }) => VpcId === undefined || VpcId === vpcId || DomainId === domainId,
  );
  return { ...domains, value };
}

const MOST_NAMED = 10;

/** One section, as it was and as it is. That it cannot be read again is no proof that it has not changed. */
export function changesOf(
  section: SectionName,
  before: Section<unknown>,
  after: Section<unknown>,
): readonly SnapshotChange[] {
  if (before.status === 'unread') return [];
  if (after.status === 'unread') {
    const { operation, error } = after;
    return [{ section, because: `Whether it changed is not known: ${operation} answered ${error}.` }];
  }
  const differences = differencesOf(before.value, after.value);
  const named = differences.slice(0, MOST_NAMED);
  const more = differences.length - named.length;
  return [...named, ...(more > 0 ? [`And ${more} more.`] : [])].map((because) => ({ section, because }));
}

function differencesOf(before: unknown, after: unknown): readonly string[] {
  const was = byKey(before);
  const is = byKey(after);
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort();
  return keys.flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    if (old === undefined) return [`${key} is new.`];
    if (now === undefined) return [`${key} is gone.`];
    if (canonical(old) === canonical(now)) return [];
    return [`${key} is different${memberNames(old, now)}.`];
  });
}

/** The resources of a section, by id or ARN; two of one key, or none, stand under their own text. */
function byKey(value: unknown): ReadonlyMap<string, unknown> {
  const items = Array.isArray(value) ? value : [value];
  const found = new Map<string, unknown>();
  for (const item of items) {
    const key = keyOf(item) ?? 'An entry without an id';
    found.set(found.has(key) ? `${key} (${canonical(item)})` : key, item);
  }
  return found;
}

/** AWS's own name for it: the first member that ends in Id or Arn, in it or in its first object. */
function keyOf(item: unknown): string | null {
  if (!isRecord(item)) return null;
  const own = Object.entries(item).find(
    ([name, value]) => /(Id|Arn)$/.test(name) && typeof value === 'string',
  );
  const preferred = PREFERRED.map((name) => item[name]).find((value) => typeof value === 'string');
  if (typeof preferred === 'string') return preferred;
  for (const value of Object.values(item)) {
    const inner = isRecord(value) ? keyOf(value) : null;
    if (inner !== null) return inner;
  }
  return own === undefined ? null : String(own[1]);
}

const PREFERRED = [
  'RouteTableId',
  'SubnetId',
  'NetworkAclId',
  'GroupId',
  'NatGatewayId',
  'InternetGatewayId',
  'VpcEndpointId',
  'FirewallArn',
  'FirewallPolicyArn',
  'RuleGroupArn',
  'VpcEndpointAssociationArn',
  'UserProfileName',
  'DomainId',
  'DhcpOptionsId',
  'PrefixListId',
];

function memberNames(old: unknown, now: unknown): string {
  if (!isRecord(old) || !isRecord(now)) return '';
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => canonical(old[name]) !== canonical(now[name]),
  );
  return names.length === 0 ? '' : `: ${names.sort().join(', ')}`;
}

/** The same text for the same content: AWS promises no order of lists, and usage does not count. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value)
    .filter(([name, member]) => member !== undefined && !RESTLESS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
