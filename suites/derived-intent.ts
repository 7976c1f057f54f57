/**
 * The intent when the owner declares none: what the deployed allow rules name must work, what they do not name must not.
 * It says that the network does what its own rules say, not that they are right. A rule that opens a port or a protocol
 * without a name is no intent: what it lets through is expected to be denied.
 */
import { covers } from '../infra/model/address-set';
import { namesMatch } from '../infra/model/firewall/flow';
import { isStrictOrder, policyOf, rulesOf } from '../infra/model/firewall/firewall-policy';
import type { Rule } from '../infra/model/firewall/rule';
import { holds } from '../infra/model/firewall/uncertain-set';
import { globalAddresses } from '../infra/model/global-address';
import { NotKnown, returned, sectionValue, type Snapshot } from '../infra/snapshot/snapshot';
import { PROBES } from '../probes/catalogue';
import type { IntendedDestination, Intent } from './intent';
import { namedServices } from './named-services';

/**
 * What every VpcOnly domain needs, whatever its users do. Facts: aws.md 4.8 (SageMaker developer guide,
 * studio-updated-and-internet-access: the SageMaker API and runtime and S3, required without internet access;
 * studio-interface-endpoint: Studio's own; SDK jobs: STS and Logs), 4.9 (without STS the SDK shows a misleading permission
 * error, without Logs it waits for ever, REPORT). They are demanded even where the allow list covers their public names:
 * then each call leaves the VPC. What only some features need (Service Catalog for projects, ECR, KMS, Canvas' own long
 * list) is demanded where the settings name it (named-services.ts) or an owner's intent does.
 *
 * Names are the endpoint services' own, without the Region's prefix.
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
const HTTPS = 443n;
/** Other names of the list that get a probe of their own; a long list is sampled from its top. */
const MAX_LISTED_NAMES = 10;

/** Never throws: rules that cannot be read leave no destination, and then no egress check can pass. */
export function derivedIntent(snapshot: Snapshot): Intent {
  return {
    source: 'derived',
    file: null,
    sha256: null,
    derivedSections: ['destinations', 'endpoints', 'securityGroups', 'logs'],
    destinations: destinationsOf(snapshot),
    requiredEndpoints: [...DOCUMENTED_ENDPOINTS, ...namedServices(snapshot)],
    logRetentionDays: LOG_RETENTION_DAYS,
    approvedExits: [],
    acceptedInspection: [],
    approvedSecurityGroups: domainGroupsOf(snapshot),
    acceptedRisks: [],
    listener: null,
  };
}

/** Empty where the domains were not read: then every check that needs them says so itself. */
function domainGroupsOf(snapshot: Snapshot): readonly string[] {
  const { domains } = snapshot.sections;
  if (domains.status !== 'read') return [];
  const own = domains.value.filter(({ VpcId }) => VpcId === snapshot.target.vpcId);
  return [
    ...new Set(own.flatMap(({ DefaultUserSettings: defaults }) => defaults?.SecurityGroups ?? [])),
  ].sort();
}

function destinationsOf(snapshot: Snapshot): readonly IntendedDestination[] {
  let rules: readonly Listed[];
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
  rules: readonly Listed[],
  probe: string,
  names: readonly string[],
): readonly IntendedDestination[] {
  const coverage = names.map((name) => ({ name, ...coverageOf(rules, name) }));
  const missing = coverage.find(({ covered }) => covered === 'no');
  if (missing !== undefined) {
    const because =
      missing.label === ''
        ? `no entry of the allow list covers ${missing.name}`
        : `${missing.label} denies ${missing.name} before the allow list has its say`;
    return [{ probe, expect: 'denied', because }];
  }
  if (coverage.some(({ covered }) => covered !== 'yes')) return [];
  const labels = [...new Set(coverage.map(({ label }) => label))].join(' and ');
  return [{ probe, expect: 'allowed', because: `the allow list has ${labels}` }];
}

function coverageOf(
  rules: readonly Listed[],
  name: string,
): { readonly covered: string; readonly label: string } {
  const answers = rules.flatMap((listed) => {
    const covered = coversName(listed.rule, name);
    if (covered === 'no') return [];
    const denying = listed.denials.find(
      ({ index, rule }) => index < listed.index && namesMatch(rule, { name }) === 'yes',
    );
    return denying === undefined
      ? [{ covered, label: listed.rule.label }]
      : [{ covered: 'no', label: denying.rule.label }];
  });
  return (
    answers.find(({ covered }) => covered === 'yes') ??
    answers.find(({ covered }) => covered === 'maybe') ??
    answers[0] ?? { covered: 'no', label: '' }
  );
}

function coversName(rule: Rule, name: string): 'yes' | 'maybe' | 'no' {
  const answer = namesMatch(rule, { name });
  // A condition that is not evaluated may or may not leave the name out.
  return answer === 'yes' && rule.openConditions.length > 0 ? 'maybe' : answer;
}

interface Placed {
  readonly rule: Rule;
  readonly index: number;
}

/** A rule that names, with the rules that deny names where such a rule comes first. */
interface Listed extends Placed {
  readonly denials: readonly Placed[];
}

/**
 * The pass rules of every firewall that name a TLS server: an allow list's, and those of Suricata text. Also those that
 * are not understood: they may name anything. In action order a pass comes before every drop, so nothing denies first.
 */
function namingRules(snapshot: Snapshot): readonly Listed[] {
  return sectionValue(snapshot, 'firewalls').flatMap((firewall) => {
    const placed = rulesOf(snapshot, firewall).map((rule, index) => ({ rule, index }));
    const body = returned(policyOf(snapshot, firewall).FirewallPolicy, 'the firewall policy itself');
    const denials = isStrictOrder(body) ? placed.filter(({ rule }) => denies(rule)) : [];
    return placed.filter(({ rule }) => passesNames(rule)).map((one) => ({ ...one, denials }));
  });
}

function passesNames({ action, transports, application, names, openConditions }: Rule): boolean {
  if (action !== 'pass' || !transports.includes('tcp')) return false;
  if (application === 'tls') return names.length + openConditions.length > 0;
  return application === null && openConditions.length > 0;
}

/** Whether a rule surely stops what it names, wherever on the internet it is. */
function denies({
  action,
  application,
  names,
  openConditions,
  destination,
  destinationPorts,
}: Rule): boolean {
  const stops = action === 'drop' || action === 'reject';
  if (!stops || application !== 'tls' || names.length === 0 || openConditions.length > 0) return false;
  return holds(destinationPorts, HTTPS) === 'yes' && covers(destination.ipv4.sure, globalAddresses('ipv4'));
}

const IS_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** The names that rules spell out, each once, without the leading dot that stands for everything below. */
function listedNames(rules: readonly Listed[]): readonly string[] {
  const texts = rules.flatMap(({ rule }) =>
    rule.names.filter(({ negated, endsWith }) => !negated && endsWith).map(({ text }) => text.toLowerCase()),
  );
  return [...new Set(texts.map((text) => text.replace(/^\./, '')))].filter((name) => IS_NAME.test(name));
}
