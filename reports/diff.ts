/**
 * What changed between two runs, by check and subject. A check that the newer run did not make is `not-checked`, never fixed;
 * a subject that is no longer there is `gone`, not fixed either.
 */
import type { Evidence, Finding } from '../suites/evidence';
import { oneLine } from './plain-text';
import { keyOf, standingsOf, type Subject } from './standing';
import { areaOf, count, missingChecks, SEVERITIES, type Standing } from './verdict';

/** In the order in which a reader must see them. */
export const CHANGE_KINDS = [
  'new-failure',
  'still-failing',
  'became-unknown',
  'still-unknown',
  'not-checked',
  'fixed',
  'decided',
  'waived',
  'gone',
  'other',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface EvidenceChange {
  readonly kind: ChangeKind;
  readonly check: string;
  readonly subject: string;
  readonly severity: Finding['severity'];
  /** null: there was nothing of this check and subject. */
  readonly before: Standing | null;
  readonly after: Standing | null;
  /** What the newer run says; where it says nothing, the older. */
  readonly because: string;
}

export interface EvidenceDiff {
  readonly old: RunName;
  readonly new: RunName;
  /** What keeps the two from being compared as the same network's, or in full; sentences. */
  readonly notes: readonly string[];
  /** Without what is as it was and needs nobody (passed, waived, not applicable). Sorted by kind, severity, check, subject. */
  readonly changes: readonly EvidenceChange[];
  /** How many of check and subject are as they were. */
  readonly unchanged: number;
  /** 0: nothing new is open; 1: new failures; 2: new unknowns, or what the older run decided and the newer did not look at. */
  readonly exitCode: 0 | 1 | 2;
}

export interface RunName {
  readonly id: string;
  readonly startedAt: string;
  /** Null where the run found none. */
  readonly vpcId: string | null;
}

/** Pure; neither document is changed. */
export function compareEvidence(older: Evidence, newer: Evidence): EvidenceDiff {
  const before = byKey(older);
  const after = byKey(newer);
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const planned = new Set(newer.plan);
  const all = keys.map((key) => changeOf(before.get(key), after.get(key), planned));
  const changes = all.filter((change): change is EvidenceChange => change !== null).sort(inOrder);
  const has = (...kinds: readonly ChangeKind[]) => changes.some(({ kind }) => kinds.includes(kind));
  return {
    old: nameOf(older),
    new: nameOf(newer),
    notes: notesOf(older, newer),
    changes,
    unchanged: keys.filter((key) => before.get(key)?.standing === after.get(key)?.standing).length,
    exitCode: has('new-failure')
      ? 1
      : has('became-unknown', 'not-checked') || isLessComplete(older, newer)
        ? 2
        : 0,
  };
}

const byKey = (evidence: Evidence): ReadonlyMap<string, Subject> =>
  new Map(standingsOf(evidence).map((one) => [keyOf(one), one]));

const nameOf = ({ run }: Evidence): RunName => ({
  id: run.id,
  startedAt: run.startedAt,
  vpcId: run.target.vpcId,
});

function changeOf(
  before: Subject | undefined,
  after: Subject | undefined,
  planned: ReadonlySet<string>,
): EvidenceChange | null {
  const about = after ?? before;
  if (about === undefined) return null;
  const kind = kindOf(before?.standing ?? null, after?.standing ?? null, {
    isPlanned: planned.has(about.check),
  });
  if (kind === null) return null;
  const { check, subject, finding } = about;
  return {
    kind,
    check,
    subject,
    severity: finding.severity,
    before: before?.standing ?? null,
    after: after?.standing ?? null,
    because: finding.because,
  };
}

function kindOf(
  before: Standing | null,
  after: Standing | null,
  { isPlanned }: { readonly isPlanned: boolean },
): ChangeKind | null {
  if (after === 'fail') return before === 'fail' ? 'still-failing' : 'new-failure';
  if (after === 'unknown') return before === 'unknown' ? 'still-unknown' : 'became-unknown';
  if (after === null) return isPlanned ? 'gone' : 'not-checked';
  if (before === after) return null;
  if (after === 'waived') return 'waived';
  if (after === 'pass' && (before === 'fail' || before === 'waived')) return 'fixed';
  return before === 'unknown' ? 'decided' : 'other';
}

function notesOf(older: Evidence, newer: Evidence): readonly string[] {
  const members = ['kind', 'account', 'region', 'vpcId'] as const;
  const other = members.filter((name) => older.run.target[name] !== newer.run.target[name]);
  const said = (value: string | null) => value ?? 'none';
  const target = other.map(
    (name) =>
      `The two runs are of different targets: ${name} was ${said(older.run.target[name])} and is ${said(newer.run.target[name])}.`,
  );
  const swapped = Date.parse(newer.run.startedAt) < Date.parse(older.run.startedAt);
  const dropped = older.plan.filter((check) => !newer.plan.includes(check));
  return [
    ...target,
    ...(swapped ? ['The run given as the newer one started before the older one.'] : []),
    ...(newer.run.endedEarly === null ? [] : [`The newer run ended early: ${newer.run.endedEarly}`]),
    ...(dropped.length === 0
      ? []
      : [
          `${count(dropped.length, 'check')} of the older run ${dropped.length === 1 ? 'is' : 'are'} not in the plan of the newer: ${dropped.join(', ')}.`,
        ]),
    ...missingChecks(newer).map((check) => `The newer run has no finding of ${check}, which it planned.`),
    ...(older.firewallLog !== null && newer.firewallLog === null
      ? ['The older run sent probes and the newer did not.']
      : []),
  ];
}

/** A newer run that did not decide what it planned, where the older did, is no proof that nothing is new. */
const isLessComplete = (older: Evidence, newer: Evidence): boolean =>
  (newer.run.endedEarly !== null && older.run.endedEarly === null) ||
  missingChecks(newer).some((check) => !missingChecks(older).includes(check)) ||
  newer.plan.length === 0;

const inOrder = (a: EvidenceChange, b: EvidenceChange): number =>
  CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind) ||
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  compared(areaOf(a.check), areaOf(b.check)) ||
  compared(a.check, b.check) ||
  compared(a.subject, b.subject);

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const HEADINGS: Readonly<Record<ChangeKind, string>> = {
  'new-failure': 'NEW FAILURE',
  'still-failing': 'STILL FAILING',
  'became-unknown': 'BECAME UNKNOWN',
  'still-unknown': 'STILL UNKNOWN',
  'not-checked': 'NOT CHECKED ANY MORE',
  fixed: 'FIXED',
  decided: 'DECIDED',
  waived: 'WAIVED',
  gone: 'GONE',
  other: 'CHANGED',
};

/** For people at a terminal; nothing in the evidence can reach it as a control sequence. */
export function diffText(diff: EvidenceDiff): string {
  const lines = diff.changes.flatMap(({ kind, check, subject, severity, before, after, because }) => [
    `${HEADINGS[kind]}: ${oneLine(check)} (${severity}) ${oneLine(subject)}: ${before ?? 'absent'} -> ${after ?? 'absent'}`,
    ...(kind === 'new-failure' || kind === 'became-unknown' ? [`        ${oneLine(because)}`] : []),
  ]);
  const numbers = CHANGE_KINDS.map(
    (kind) => [kind, diff.changes.filter((one) => one.kind === kind).length] as const,
  )
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${n} ${kind.replaceAll('-', ' ')}`);
  const sentence = {
    0: 'nothing new is open',
    1: 'there are new failures',
    2: 'something is no longer known',
  }[diff.exitCode];
  return [
    `From run ${oneLine(diff.old.id)} (${oneLine(diff.old.startedAt)}) to run ${oneLine(diff.new.id)} (${oneLine(diff.new.startedAt)})`,
    ...diff.notes.map((note) => `NOTE: ${oneLine(note)}`),
    ...lines,
    `${[...numbers, `${diff.unchanged} as before`].join(', ')}: ${sentence} (exit code ${diff.exitCode})`,
    '',
  ].join('\n');
}
