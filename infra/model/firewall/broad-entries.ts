/** The entries of an allow list that open more than the names of one owner, and what the firewall makes of them. */
import { NotKnown } from '../../snapshot/snapshot';
import type { Witness } from '../proof';
import { closerVerdict } from './closer-verdict';
import type { EnforcedPolicy } from './firewall-policy';
import { comparedText, UNLISTED_NAME } from './flow';
import type { Breadth } from './name-breadth';
import { breadthOf } from './name-breadth';
import { namesByAddress } from './named-destination';
import { overmatchedName, sparedNames } from './name-overmatch';
import type { NameContent, Rule } from './rule';
import type { Ends } from './unlisted-flows';
import { flowText, namedFlows } from './unlisted-flows';
import { witnessOf } from './unlisted-proof';

/** A pass rule for TLS or HTTP that does not keep to one owner's names, or of which that is not known. */
export interface BroadEntry {
  readonly label: string;
  readonly application: string;
  readonly breadth: Exclude<Breadth, { readonly kind: 'named' }>;
  /** A name that it lets through and that nobody would say it lists; null where the breadth is unclear. */
  readonly example: string | null;
}

export type EntryVerdict =
  | { readonly outcome: 'through'; readonly flow: string; readonly witness: Witness }
  /** Another rule blocks it first, or it is not for Studio, or the rule names its destinations by address. */
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'undecided'; readonly because: string };

/** Breadths of a suffix below which others than one owner have names. */
const OPEN: readonly Breadth['kind'][] = ['shared', 'above'];
/** Work beyond this, in flows times rules, is not done. */
const MOST_EVALUATIONS = 5_000_000;

/**
 * Every entry that is broad, or may be, by its label: a domain list's entry is a rule for TLS and one for HTTP, of which
 * another rule may stop one. Rules for other protocols, and rules for a port or an address, name no hosts:
 * whether what they open is listed is another question (unlisted-proof.ts).
 *
 * Facts: aws.md 2.13, 2.14, 2.18 (Network Firewall developer guide, suricata-examples; API reference,
 * `RulesSourceList`: a leading dot means the name and all below it). All conditions of a rule must hold, so one that
 * names an owner is enough.
 */
export function broadEntries(policy: EnforcedPolicy): ReadonlyMap<string, readonly BroadEntry[]> {
  const entries = new Map<string, readonly BroadEntry[]>();
  for (const rule of policy.rules) {
    const breadth = rule.action === 'pass' && !namesByAddress(policy, rule) ? breadthOfRule(rule) : null;
    if (breadth === null || breadth.kind === 'named') continue;
    entries.set(rule.label, [...(entries.get(rule.label) ?? []), entryOf(rule, breadth)]);
  }
  return entries;
}

/** How many entries name hosts at all. */
export function countEntries(rules: readonly Rule[]): number {
  return new Set(
    rules.flatMap((rule) => (rule.action === 'pass' && breadthOfRule(rule) !== null ? [rule.label] : [])),
  ).size;
}

function entryOf(rule: Rule, breadth: BroadEntry['breadth']): BroadEntry {
  const { label } = rule;
  const application = rule.application ?? 'tls';
  const said = rule.names.filter(({ negated }) => !negated);
  const whole = said.find(isWhole);
  const example =
    overmatchedName(rule, OPEN) ??
    (said.length === 0 ? UNLISTED_NAME : whole === undefined ? null : comparedText(whole).replace(/^\./, ''));
  return { label, application, breadth, example: breadth.kind === 'unclear' ? null : example };
}

/** Null for a rule that is not about names of TLS servers or HTTP hosts. */
function breadthOfRule(rule: Rule): Breadth | null {
  const { application, names, openConditions, transports } = rule;
  const named = application === 'tls' || application?.startsWith('http') === true || names.length > 0;
  // What is not understood may be a rule for names.
  if (!named && !(application === null && transports.includes('tcp') && openConditions.length > 0))
    return null;
  const said = names.filter(({ negated }) => !negated);
  const breadths = said.map((content) => breadthOfContent(content));
  const best =
    breadths.find(({ kind }) => kind === 'named') ?? breadths.find(({ kind }) => kind === 'unclear');
  if (best !== undefined) return best;
  // An open condition can only narrow; whether it narrows enough is not known.
  if (openConditions.length > 0) {
    return { kind: 'unclear', because: `it depends on what is not evaluated (${openConditions.join(', ')})` };
  }
  return breadths[0] ?? { kind: 'shared', because: 'it names no host, and so passes every one' };
}

const isWhole = ({ startsWith, endsWith }: NameContent): boolean => startsWith && endsWith;

/** What one condition on the name leaves open. */
function breadthOfContent(content: NameContent): Breadth {
  const { text, startsWith, endsWith } = content;
  if (isWhole(content)) return breadthOf(text, 'host');
  if (endsWith && text.startsWith('.')) return breadthOf(text, 'all below');
  const open = endsWith ? 'before it without a dot between' : startsWith ? 'after it' : 'before and after it';
  return {
    kind: 'shared',
    because: `${JSON.stringify(text)} is only a part of the name, and anything may stand ${open}`,
  };
}

/**
 * Follows the entry's example, and names that rules before it spare, through the firewall, from where Studio is to
 * every class of destinations and ports.
 */
export function entryVerdict(
  policy: EnforcedPolicy,
  ends: Ends,
  { application, example, label }: BroadEntry & { readonly example: string },
): EntryVerdict {
  const names = [...new Set([example, ...sparedNames(policy.rules, OPEN)])];
  const flows = names.flatMap((name) => namedFlows(policy, ends, { application, name }));
  if (flows.length === 0) throw new NotKnown('no address is known that Studio reaches the firewall from');
  if (flows.length * policy.rules.length > MOST_EVALUATIONS) {
    throw new NotKnown(
      `${flows.length} classes of flow and ${policy.rules.length} rules are more than are tried`,
    );
  }
  let undecided: EntryVerdict | null = null;
  for (const flow of flows) {
    const verdict = closerVerdict(policy, flow);
    if (verdict.outcome === 'passed' && (flow.name === example || verdict.by === label)) {
      return { outcome: 'through', flow: flowText(flow), witness: witnessOf(flow) };
    }
    if (verdict.outcome === 'undecided') undecided ??= { outcome: 'undecided', because: verdict.because };
  }
  return undecided ?? { outcome: 'stopped' };
}
