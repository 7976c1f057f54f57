/** What a fault did to the findings, and whether it may. */
import type { SectionName, Snapshot } from '../infra/snapshot/snapshot';
import type { Finding } from '../suites/evidence';
import type { FaultCase } from './fault-cases';
import type { Baseline, TriedFault } from './fault-run';

/**
 * - `same`: every finding as without the fault;
 * - `unknown`: some are unknown, and say what was not answered;
 * - `fail`: something that AWS said does fail a check;
 * - the others are defects.
 */
export type FaultOutcome =
  | 'same'
  | 'unknown'
  | 'fail'
  | 'false pass'
  | 'false alarm'
  | 'cause not named'
  | 'crash';

/** The worst first. */
export const DEFECTS: readonly FaultOutcome[] = ['crash', 'false pass', 'false alarm', 'cause not named'];

export interface Comparison {
  readonly outcome: FaultOutcome;
  /** What a defect consists of; nothing otherwise. */
  readonly said: readonly string[];
  /** The sections that are not as without the fault. */
  readonly changed: readonly SectionName[];
  /** Those of them that are unread. */
  readonly unread: readonly SectionName[];
  /** Checks with a fail or an unknown that they did not have. */
  readonly loud: readonly string[];
  /** Checks that say nothing new although a section that they look at is unread. */
  readonly unmoved: readonly string[];
  /** What fails that did not. */
  readonly failing: readonly string[];
}

export const CRASHED: Omit<Comparison, 'said'> = {
  outcome: 'crash',
  changed: [],
  unread: [],
  loud: [],
  unmoved: [],
  failing: [],
};

export interface Comparing {
  readonly one: FaultCase;
  readonly baseline: Baseline;
  readonly snapshot: Snapshot;
  readonly changed: readonly SectionName[];
  /** Of the checks that were judged again, by id. */
  readonly judged: ReadonlyMap<string, readonly Finding[]>;
}

export type Defect = readonly [outcome: FaultOutcome, said: string];

interface OfCheck {
  readonly id: string;
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
  /** Fails and unknowns of subjects that had another outcome. */
  readonly loud: readonly Finding[];
}

/** The case by itself; what `withoutNeeded` adds takes the other cases too. */
export function comparison({ one, baseline, snapshot, changed, judged }: Comparing): Comparison {
  const checks = [...judged].map(([id, after]): OfCheck => {
    const before = baseline.findings.filter(({ check }) => check === id);
    const known = new Set(before.map(keyOf));
    return {
      id,
      before,
      after,
      loud: after.filter((finding) => isLoud(finding) && !known.has(keyOf(finding))),
    };
  });
  const loud = checks.flatMap((check) => check.loud);
  const failing = loud.filter(({ outcome }) => outcome === 'fail').map(sentence);
  const looksAtUnread = ({ id }: OfCheck): boolean =>
    [...(baseline.reads.get(id) ?? [])].some((name) => snapshot.sections[name].status === 'unread');
  const unmoved = checks.filter((check) => check.loud.length === 0 && looksAtUnread(check));
  const outcome = failing.length > 0 ? 'fail' : loud.length > 0 ? 'unknown' : 'same';
  return withDefects(
    {
      outcome,
      said: [],
      changed,
      unread: changed.filter((name) => snapshot.sections[name].status === 'unread'),
      loud: checks.filter((check) => check.loud.length > 0).map(({ id }) => id),
      unmoved: one.consequence === 'lost' ? unmoved.map(({ id }) => id) : [],
      failing,
    },
    checks.flatMap((check) => defectsOf(one, check)),
  );
}

export function withDefects(found: Comparison, defects: readonly Defect[]): Comparison {
  const worst = DEFECTS.find((kind) => defects.some(([outcome]) => outcome === kind));
  const said = defects.map(([outcome, what]) => `${outcome}: ${what}`);
  return { ...found, outcome: worst ?? found.outcome, said: [...found.said, ...said] };
}

function defectsOf(one: FaultCase, { id, before, after, loud }: OfCheck): readonly Defect[] {
  const crashed = after.filter(({ because }) => because.includes('a defect of this tool'));
  // A subject that AWS says is not there needs no judgement.
  const isGone = one.consequence === 'emptied' && after.every(({ outcome }) => outcome === 'not-applicable');
  const isSilenced = before.some(isLoud) && !after.some(isLoud) && !isGone;
  return [
    ...crashed.map((finding): Defect => ['crash', sentence(finding)]),
    ...(isSilenced
      ? [['false pass', `${id} was ${outcomesOf(before)} and is ${outcomesOf(after)}`] as const]
      : []),
    ...loud.flatMap((finding) => ofLoud(one, finding)),
  ];
}

/** Nothing fails for want of data, nothing at all changes when the data came, and what is unknown names the call. */
export function ofLoud({ consequence, operation, fault }: FaultCase, finding: Finding): readonly Defect[] {
  if (consequence === 'answered') return [['false alarm', sentence(finding)]];
  const isMissing = consequence === 'lost' || fault.kind === 'empty-answer' || fault.kind === 'malformed';
  if (finding.outcome === 'fail') return isMissing ? [['false alarm', sentence(finding)]] : [];
  if (consequence !== 'lost' || operation === '*' || isNamed(operation, finding)) return [];
  return [['cause not named', sentence(finding)]];
}

interface RightlyUnmoved {
  readonly checks: readonly string[];
  readonly section: SectionName;
  /** Whether the pass also holds while the section is unread. */
  readonly whenUnread: boolean;
  /** Of one start alone. */
  readonly start?: string;
}

/** Passes that hold whatever the section says, with the reason. */
const RIGHTLY_UNMOVED: readonly RightlyUnmoved[] = [
  // A rule of the Studio group lets everything out, so whatever a prefix list holds; that AWS says a list of its own is empty
  // is a content that no account has.
  { checks: ['endpoints/reachable'], section: 'managedPrefixLists', whenUnread: true },
  // Endpoints in other VPCs are no foothold in this one, and those are what is left out of a section that was read.
  { checks: ['routing/no-public-foothold'], section: 'vpcEndpointAssociations', whenUnread: false },
  // So are the subnets of firewalls in other VPCs.
  { checks: ['routing/no-public-foothold'], section: 'firewalls', whenUnread: false },
  // Only a private block leads to the transit gateway, and no such destination is on the internet (decision 0010).
  {
    checks: [
      'routing/egress-crosses-firewall',
      'routing/endpoint-is-local',
      'routing/path-is-symmetric',
      'routing/return-crosses-firewall',
    ],
    section: 'transitGatewayTables',
    whenUnread: true,
    start: 'full account',
  },
];

function rightlyUnmoved({ start, unread }: TriedFault, check: string): readonly SectionName[] {
  return RIGHTLY_UNMOVED.filter(
    (one) =>
      one.checks.includes(check) &&
      (one.whenUnread || !unread.includes(one.section)) &&
      (one.start === undefined || one.start === start),
  ).map(({ section }) => section);
}

/**
 * Adds the passes that needed what was lost. A check needs a section when some other content of it makes the check fail or
 * unknown: another case of the same start is such a content, if no section differs in it but those that are unread here.
 */
export function withoutNeeded(tried: readonly TriedFault[]): readonly TriedFault[] {
  const contents = tried.filter(
    ({ tried: { consequence } }) => consequence === 'emptied' || consequence === 'altered',
  );
  return tried.map((one) => {
    const defects = one.unmoved.flatMap((check): Defect[] => {
      const rightly = rightlyUnmoved(one, check);
      const witness = contents.find(
        ({ changed, loud }) =>
          loud.includes(check) &&
          changed.every((name) => one.changed.includes(name)) &&
          !changed.every((name) => rightly.includes(name)),
      );
      if (witness === undefined) return [];
      const { operation, name } = witness.tried;
      return [['false pass', `${check} says nothing, but with ${operation} ${name} it does`]];
    });
    return { ...one, ...withDefects(one, defects) };
  });
}

/** The operation, or the object that it fetched, which says more. */
const isNamed = (operation: string, { because }: Finding): boolean =>
  because.includes(operation) || (operation === 's3:GetObject' && because.includes('s3://'));

const keyOf = ({ subject, outcome }: Finding): string => `${outcome} ${subject}`;
const isLoud = ({ outcome }: Finding): boolean => outcome === 'fail' || outcome === 'unknown';
export const sentence = ({ check, subject, outcome, because }: Finding): string =>
  `${check} ${outcome} of ${subject}: ${because}`;
export const outcomesOf = (findings: readonly Finding[]): string =>
  [...new Set(findings.map(({ outcome }) => outcome))].sort().join('+');
