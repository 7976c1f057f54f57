/**
 * The intent when the owner declares none: what the deployed allow rules name must work, what they do not name must not.
 * It says that the network does what its own rules say, not that they are right. A rule that opens a port or a protocol
 * without a name is no intent: what it lets through is expected to be denied.
 */
import { namesMatch } from '../infra/model/firewall/flow';
import { rulesOf } from '../infra/model/firewall/firewall-policy';
import type { Rule } from '../infra/model/firewall/rule';
import { NotKnown, sectionValue, type Snapshot } from '../infra/snapshot/snapshot';
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

/** Never throws: rules that cannot be read leave no destination, and then no egress check can pass. */
export function derivedIntent(snapshot: Snapshot): Intent {
  return {
    source: 'derived',
    destinations: destinationsOf(snapshot),
    requiredEndpoints: DOCUMENTED_ENDPOINTS,
    logRetentionDays: LOG_RETENTION_DAYS,
  };
}

function destinationsOf(snapshot: Snapshot): readonly IntendedDestination[] {
  let rules: readonly Rule[];
  try {
    rules = namingRules(snapshot);
  } catch (error) {
    if (error instanceof NotKnown) return [];
    throw error;
  }
  const story = PROBES.flatMap((probe) => intended(rules, probe.id, probe.names));
  const known = new Set(PROBES.flatMap((probe) => probe.names));
  const others = listedNames(rules)
    .filter((name) => !known.has(name))
    .slice(0, MAX_LISTED_NAMES)
    .flatMap((name) => intended(rules, `wget-${name}`, [name]));
  return [...story, ...others];
}

/** What the rules intend for names that a probe needs all of; nothing when a rule leaves that open. */
function intended(
  rules: readonly Rule[],
  probe: string,
  names: readonly string[],
): readonly IntendedDestination[] {
  const coverage = names.map((name) => ({ name, ...coverageOf(rules, name) }));
  const missing = coverage.find(({ covered }) => covered === 'no');
  if (missing !== undefined) {
    return [{ probe, expect: 'denied', because: `no entry of the allow list covers ${missing.name}` }];
  }
  if (coverage.some(({ covered }) => covered !== 'yes')) return [];
  const labels = [...new Set(coverage.map(({ label }) => label))].join(' and ');
  return [{ probe, expect: 'allowed', because: `the allow list has ${labels}` }];
}

function coverageOf(
  rules: readonly Rule[],
  name: string,
): { readonly covered: string; readonly label: string } {
  const answers = rules.map((rule) => ({ label: rule.label, answer: coversName(rule, name) }));
  const covering =
    answers.find(({ answer }) => answer === 'yes') ?? answers.find(({ answer }) => answer === 'maybe');
  return { covered: covering?.answer ?? 'no', label: covering?.label ?? '' };
}

function coversName(rule: Rule, name: string): 'yes' | 'maybe' | 'no' {
  const answer = namesMatch(rule, { name });
  // A condition that is not evaluated may or may not leave the name out.
  return answer === 'yes' && rule.openConditions.length > 0 ? 'maybe' : answer;
}

/**
 * The pass rules of every firewall that name a TLS server: an allow list's, and those of Suricata text. Also those that
 * are not understood: they may name anything.
 */
function namingRules(snapshot: Snapshot): readonly Rule[] {
  return sectionValue(snapshot, 'firewalls')
    .flatMap((firewall) => rulesOf(snapshot, firewall))
    .filter(
      ({ action, transports, application, names, openConditions }) =>
        action === 'pass' &&
        transports.includes('tcp') &&
        (application === 'tls'
          ? names.length + openConditions.length > 0
          : application === null && openConditions.length > 0),
    );
}

const IS_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** The names that rules spell out, each once, without the leading dot that stands for everything below. */
function listedNames(rules: readonly Rule[]): readonly string[] {
  const texts = rules.flatMap(({ names }) =>
    names.filter(({ negated, endsWith }) => !negated && endsWith).map(({ text }) => text.toLowerCase()),
  );
  return [...new Set(texts.map((text) => text.replace(/^\./, '')))].filter((name) => IS_NAME.test(name));
}
