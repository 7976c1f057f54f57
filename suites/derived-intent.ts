/**
 * The intent when the owner declares none: what the deployed allow list lets through must work, what it does not name must
 * not. It says that the network does what its own list says, not that the list is right.
 */
import { NotKnown, returned, sectionValue, type RuleGroup, type Snapshot } from '../infra/snapshot/snapshot';
import { PROBES } from '../probes/catalogue';
import type { IntendedDestination, Intent } from './intent';

/**
 * What Studio in VpcOnly mode needs without internet (SageMaker developer guide, studio-updated-and-internet-access),
 * and STS and Logs, without which the SDK shows a misleading permission error or waits for ever (reported in
 * awsdocs/amazon-sagemaker-developer-guide PR 259). Names are the endpoint services' own, without the Region's prefix.
 */
export const DOCUMENTED_ENDPOINTS: readonly string[] = [
  'sagemaker.api',
  'sagemaker.runtime',
  'studio',
  's3',
  'sts',
  'logs',
];

const LOG_RETENTION_DAYS = 365;
/** Other names of the list that get a probe of their own; a long list is sampled from its top. */
const MAX_LISTED_NAMES = 10;

/** Never throws: a list that cannot be read leaves no destination, and then no egress check can pass. */
export function derivedIntent(snapshot: Snapshot): Intent {
  return {
    source: 'derived',
    destinations: destinationsOf(snapshot),
    requiredEndpoints: DOCUMENTED_ENDPOINTS,
    logRetentionDays: LOG_RETENTION_DAYS,
  };
}

function destinationsOf(snapshot: Snapshot): readonly IntendedDestination[] {
  let entries: readonly string[];
  try {
    entries = allowListEntries(snapshot);
  } catch (error) {
    if (error instanceof NotKnown) return [];
    throw error;
  }
  const story = PROBES.map((probe): IntendedDestination => {
    const uncovered = probe.names.filter((name) => coveringEntry(entries, name) === null);
    const [first] = uncovered;
    return first === undefined
      ? {
          probe: probe.id,
          expect: 'allowed',
          because: `the allow list has ${describe(entries, probe.names)}`,
        }
      : { probe: probe.id, expect: 'denied', because: `no entry of the allow list covers ${first}` };
  });
  const known = new Set(PROBES.flatMap((probe) => probe.names));
  const others = [...new Set(entries.map((entry) => entry.replace(/^\./, '')))]
    .filter((name) => !known.has(name) && IS_NAME.test(name))
    .slice(0, MAX_LISTED_NAMES)
    .map((name): IntendedDestination => ({
      probe: `wget-${name}`,
      expect: 'allowed',
      because: `the allow list has ${coveringEntry(entries, name) ?? name}`,
    }));
  return [...story, ...others];
}

const IS_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/**
 * The TLS names that the firewalls' domain lists allow, in lower case. Names that Suricata rules pass are not read here:
 * what such a rule lets through is then taken for denied, and shows as a denied destination that is reachable.
 */
function allowListEntries(snapshot: Snapshot): readonly string[] {
  const used = new Set(
    sectionValue(snapshot, 'firewallPolicies')
      .map((policy) => returned(policy.FirewallPolicy, 'the firewall policy itself'))
      .flatMap((policy) => policy.StatefulRuleGroupReferences ?? [])
      .map((reference) => reference.ResourceArn),
  );
  return sectionValue(snapshot, 'ruleGroups')
    .filter((group) => used.has(group.RuleGroupResponse?.RuleGroupArn))
    .flatMap(listedNames);
}

function listedNames(group: RuleGroup): readonly string[] {
  const list = group.RuleGroup?.RulesSource?.RulesSourceList;
  if (list === undefined || list.GeneratedRulesType !== 'ALLOWLIST') return [];
  if (!(list.TargetTypes ?? []).includes('TLS_SNI')) return [];
  return (list.Targets ?? []).map((target) => target.toLowerCase());
}

/** The entry that lets a name through: the name itself, or a leading-dot entry at or above it. */
function coveringEntry(entries: readonly string[], name: string): string | null {
  return (
    entries.find((entry) => (entry.startsWith('.') ? `.${name}`.endsWith(entry) : entry === name)) ?? null
  );
}

const describe = (entries: readonly string[], names: readonly string[]): string =>
  [...new Set(names.map((name) => coveringEntry(entries, name)))].join(' and ');
