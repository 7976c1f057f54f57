/**
 * The history of a target's runs: one line of JSON a run, each with the SHA-256 of the line before it, so that no line can be
 * changed, taken out or put in without breaking the chain (facts/reports.md 7). Lines cut off at the end do not break it: that a
 * run is missing there shows in the period, and in the run's own folder.
 *
 * A line holds only what changed since the last run of its target, so a year of nights stays small.
 */
import type { Evidence } from '../suites/evidence';
import type { BundleFault } from './bundle';
import { isJsonObject, jsonValue } from './json-object';
import { sha256 } from './manifest';
import { keyOf, standingsOf, VERDICTS, verdictWord, type VerdictWord } from './standing';
import { STANDINGS, type Standing } from './verdict';

export interface HistoryChange {
  readonly check: string;
  readonly subject: string;
  /** Where it stands since this run; null when it is no longer there. */
  readonly standing: Standing | null;
}

export interface HistoryTarget {
  readonly kind: string;
  readonly account: string | null;
  readonly region: string;
  /** Null where the run ended before it found the VPC that was asked for by stack or domain. */
  readonly vpcId: string | null;
  /** What was asked for. Both are absent in older lines. */
  readonly stack?: string | null;
  readonly domainId?: string | null;
}

export interface HistoryLine {
  readonly schema: 'studio-egress/history/v1';
  readonly run: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly target: HistoryTarget;
  readonly verdict: VerdictWord;
  readonly summary: Evidence['summary'];
  /** How many checks the run planned: a run of some areas says nothing of the others. */
  readonly checks: number;
  /** Whether probes were sent. */
  readonly probes: boolean;
  readonly evidenceSha256: string;
  readonly manifestSha256: string;
  /**
   * Since the last run of the same target that is in this history; of the first, everything. What the run did not plan to look
   * at stands where it stood.
   */
  readonly changes: readonly HistoryChange[];
  /** SHA-256 of the line before, without its line end; null in the first. */
  readonly prev: string | null;
}

export interface ReadHistory {
  /** Up to the first fault. */
  readonly lines: readonly HistoryLine[];
  /** Where the chain is broken, with the number of the line; empty when it holds. */
  readonly faults: readonly BundleFault[];
  /** SHA-256 of the last line; null of an empty history. */
  readonly head: string | null;
}

/** Never throws. What comes after a broken line is not read: it proves nothing. */
export function readHistory(text: string): ReadHistory {
  const lines: HistoryLine[] = [];
  let head: string | null = null;
  const broken = (number: number, because: string): ReadHistory => ({
    lines,
    head,
    faults: [{ file: 'history.jsonl', kind: 'tampered', because: `Line ${number}: ${because}.` }],
  });
  const texts = text.split('\n');
  const rest = texts.pop();
  for (const [index, one] of texts.entries()) {
    const line = historyLineOf(jsonValue(one));
    if (line === null) return broken(index + 1, 'it is not a line of a history');
    if (line.prev !== head)
      return broken(index + 1, 'the chain is broken here: it does not follow from the line before it');
    lines.push(line);
    head = sha256(one);
  }
  if (rest !== undefined && rest !== '') return broken(texts.length + 1, 'it is cut off');
  return { lines, faults: [], head };
}

function historyLineOf(value: unknown): HistoryLine | null {
  if (!isJsonObject(value) || value['schema'] !== 'studio-egress/history/v1') return null;
  const { target, summary, checks, probes, changes, verdict, prev } = value;
  const texts = ['run', 'startedAt', 'finishedAt', 'evidenceSha256', 'manifestSha256'];
  const isSound =
    texts.every((name) => typeof value[name] === 'string') &&
    [value['startedAt'], value['finishedAt']].every((at) => typeof at === 'string' && INSTANT.test(at)) &&
    isJsonObject(target) &&
    ['kind', 'region'].every((name) => typeof target[name] === 'string') &&
    ['account', 'vpcId'].every((name) => isTextOrNull(target[name])) &&
    ['stack', 'domainId'].every((name) => target[name] === undefined || isTextOrNull(target[name])) &&
    isJsonObject(summary) &&
    ['pass', 'fail', 'unknown', 'notApplicable', 'waived'].every(
      (name) => typeof summary[name] === 'number',
    ) &&
    Number.isSafeInteger(checks) &&
    typeof probes === 'boolean' &&
    VERDICTS.some((word) => word === verdict) &&
    (prev === null || typeof prev === 'string') &&
    Array.isArray(changes) &&
    changes.every(isChange);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member was checked above
  return isSound ? (value as unknown as HistoryLine) : null;
}

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

const isChange = (value: unknown): boolean =>
  isJsonObject(value) &&
  typeof value['check'] === 'string' &&
  typeof value['subject'] === 'string' &&
  (value['standing'] === null || STANDINGS.some((standing) => standing === value['standing']));

export interface NextLineOptions {
  readonly history: ReadHistory;
  readonly evidence: Evidence;
  readonly evidenceSha256: string;
  readonly manifestSha256: string;
}

/** The text of the line that follows, without its line end. */
export function nextLine({ history, evidence, evidenceSha256, manifestSha256 }: NextLineOptions): string {
  const { run, summary } = evidence;
  const { kind, account, region, vpcId, stack, domainId } = run.target;
  const target = { kind, account, region, vpcId, stack, domainId };
  const line: HistoryLine = {
    schema: 'studio-egress/history/v1',
    run: run.id,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    target,
    verdict: verdictWord(evidence),
    summary,
    checks: evidence.plan.length,
    probes: evidence.firewallLog !== null,
    evidenceSha256,
    manifestSha256,
    // A run that found no network looked at nothing: everything stands where it stood.
    changes:
      vpcId === null
        ? []
        : changesSince(
            history.lines.filter((other) => isSameTarget(other.target, target)),
            evidence,
          ),
    prev: history.head,
  };
  return JSON.stringify(line);
}

export const isSameTarget = (a: HistoryTarget, b: HistoryTarget): boolean => targetKey(a) === targetKey(b);

/** By what was asked for where no VPC was found. */
export const targetKey = ({ kind, account, region, vpcId, stack, domainId }: HistoryTarget): string =>
  JSON.stringify([kind, account, region, ...(vpcId === null ? [null, stack, domainId] : [vpcId])]);

/**
 * Whether a run that found no VPC can have been about this target: asked for by the same name, in the same place, by an
 * account that it could not read or the same.
 */
export const canBe = (unfound: HistoryTarget, target: HistoryTarget): boolean =>
  unfound.vpcId === null &&
  target.vpcId !== null &&
  unfound.kind === target.kind &&
  unfound.region === target.region &&
  (unfound.account === null || unfound.account === target.account) &&
  namesSame(unfound, target);

function namesSame(unfound: HistoryTarget, target: HistoryTarget): boolean {
  const { stack = null, domainId = null } = unfound;
  if (stack !== null) return stack === target.stack;
  return domainId !== null && domainId === target.domainId;
}

/** Where everything stands after these lines of one target. */
export function standingAfter(lines: readonly HistoryLine[]): ReadonlyMap<string, HistoryChange> {
  const state = new Map<string, HistoryChange>();
  for (const change of lines.flatMap(({ changes }) => changes))
    if (change.standing === null) state.delete(keyOf(change));
    else state.set(keyOf(change), change);
  return state;
}

function changesSince(lines: readonly HistoryLine[], evidence: Evidence): readonly HistoryChange[] {
  const before = standingAfter(lines);
  const now = new Map(standingsOf(evidence).map((one) => [keyOf(one), one]));
  const changed = [...now.entries()]
    .filter(([key, { standing }]) => before.get(key)?.standing !== standing)
    .map(([, { check, subject, standing }]): HistoryChange => ({ check, subject, standing }));
  const planned = new Set(evidence.plan);
  const gone = [...before.entries()]
    .filter(([key, { check }]) => !now.has(key) && planned.has(check))
    .map(([, { check, subject }]): HistoryChange => ({ check, subject, standing: null }));
  return [...changed, ...gone];
}

export interface ListedRun {
  readonly runId: string;
  readonly manifestSha256: string | null;
  readonly evidenceSha256: string | null;
}

/** Whether the history says of a run what its folder says. */
export function checkListed(
  { lines }: ReadHistory,
  { runId, manifestSha256, evidenceSha256 }: ListedRun,
): readonly BundleFault[] {
  const at = lines.findLastIndex(({ run }) => run === runId);
  const line = lines[at];
  const file = 'history.jsonl';
  if (line === undefined) return [{ file, kind: 'undecided', because: 'This run is not in it.' }];
  const differs = (what: string): BundleFault => ({
    file,
    kind: 'tampered',
    because: `Line ${at + 1}: it recorded another ${what} of this run than the folder has.`,
  });
  return [
    ...(line.evidenceSha256 === evidenceSha256 ? [] : [differs('evidence.json')]),
    ...(line.manifestSha256 === manifestSha256 ? [] : [differs('manifest.json')]),
  ];
}
