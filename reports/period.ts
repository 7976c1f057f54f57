/**
 * What a target's history says of a period (Type II: did the control hold all the time?): every night that should have a run, by
 * date, and how long what failed stayed open. A night without a run is named; it is never taken for one that was well.
 */
import { canBe, targetKey, type HistoryLine, type HistoryTarget } from './history';
import { oneLine } from './plain-text';
import { keyOf, type VerdictWord } from './standing';
import { count, type Standing } from './verdict';

export interface PeriodOptions {
  /** Of one target, in the order of the history. */
  readonly lines: readonly HistoryLine[];
  /** The first and the last day, `2026-01-31`, UTC; both belong to the period. */
  readonly from: string;
  readonly to: string;
  /** How long a night is. */
  readonly everyMs: number;
  readonly now: Date;
}

export interface Night {
  /** ISO 8601, UTC. A run belongs to the night in which it started. */
  readonly from: string;
  readonly to: string;
  /**
   * The worst of its runs; `missing` without any, `not yet` while it is not over. `partial`: its runs found nothing wrong, but
   * none looked at all that earlier ones did, or something that was open before was not looked at.
   */
  readonly verdict: VerdictWord | 'partial' | 'missing' | 'not yet';
  /** How many checks the largest of its runs planned. */
  readonly checks: number;
  readonly runs: readonly string[];
}

export interface Remediation {
  readonly check: string;
  readonly subject: string;
  readonly failedSince: string;
  /** When a run first found it no longer failing; null while it is open. Unknown is not remediated. */
  readonly endedAt: string | null;
  /** Why it ended: what it became, or `gone`. */
  readonly became: Standing | 'gone' | null;
}

export interface Period {
  readonly target: HistoryTarget;
  readonly nights: readonly Night[];
  readonly withRun: number;
  readonly verified: number;
  /** Of what failed at some time in the period. */
  readonly remediations: readonly Remediation[];
  /** By check: how many were remediated (passed), and how long that took. */
  readonly timeToRemediate: readonly {
    readonly check: string;
    readonly remediated: number;
    readonly open: number;
    readonly meanMs: number | null;
    readonly longestMs: number | null;
  }[];
  /** 0: every night has a run and is verified; 1: a night is violated; 2: one is missing or could not be verified. */
  readonly exitCode: 0 | 1 | 2;
}

const DAY_MS = 86_400_000;
/** What decides a night: one full run beside a partial one is enough, one violated among good ones is too many. */
const DECIDING = ['violated', 'could not be verified', 'verified', 'partial'] as const;

/**
 * By target, in the order in which they come up. A run that found no VPC stands with the one target that it can have been
 * about; where that is not one, it is a target of its own.
 */
export function linesByTarget(lines: readonly HistoryLine[]): readonly (readonly HistoryLine[])[] {
  const targets = new Map(lines.map(({ target }) => [targetKey(target), target] as const));
  const groups = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const key = targetKey(groupOf(line, [...targets.values()], lines));
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()];
}

function groupOf(
  { target }: HistoryLine,
  targets: readonly HistoryTarget[],
  lines: readonly HistoryLine[],
): HistoryTarget {
  if (target.vpcId !== null) return target;
  // Any line of the target may have been asked for by that name.
  const possible = targets.filter((other) =>
    lines.some((line) => targetKey(line.target) === targetKey(other) && canBe(target, line.target)),
  );
  const [only, ...others] = possible;
  return only === undefined || others.length > 0 ? target : only;
}

export function periodOf(options: PeriodOptions): Period {
  const { lines, from, to } = options;
  const [first] = lines;
  if (first === undefined) throw new Error('a period of a target needs a line of it');
  const nights = nightsOf(options);
  const begin = Date.parse(from);
  const end = Date.parse(to) + DAY_MS;
  const remediations = remediationsOf(lines).filter(
    ({ failedSince, endedAt }) =>
      Date.parse(failedSince) < end && (endedAt === null || Date.parse(endedAt) >= begin),
  );
  const due = nights.filter(({ verdict }) => verdict !== 'not yet');
  const verified = due.filter(({ verdict }) => verdict === 'verified').length;
  const isViolated = due.some(({ verdict }) => verdict === 'violated');
  return {
    target: (lines.find(({ target }) => target.vpcId !== null) ?? first).target,
    nights,
    withRun: due.filter(({ verdict }) => verdict !== 'missing').length,
    verified,
    remediations,
    timeToRemediate: timesOf(remediations),
    exitCode: isViolated ? 1 : verified === due.length && due.length > 0 ? 0 : 2,
  };
}

function nightsOf({ lines, from, to, everyMs, now }: PeriodOptions): readonly Night[] {
  const end = Date.parse(to) + DAY_MS;
  const nights: Night[] = [];
  const words = inFull(lines);
  for (let start = Date.parse(from); start < end; start += everyMs) {
    const stop = Math.min(start + everyMs, end);
    const runs = lines.filter(
      ({ startedAt }) => Date.parse(startedAt) >= start && Date.parse(startedAt) < stop,
    );
    const worst = DECIDING.find((word) => runs.some((line) => words.get(line) === word));
    nights.push({
      from: new Date(start).toISOString(),
      to: new Date(stop).toISOString(),
      verdict: worst ?? (now.getTime() < stop ? 'not yet' : 'missing'),
      checks: Math.max(0, ...runs.map(({ checks }) => checks)),
      runs: runs.map(({ run }) => run),
    });
  }
  return nights;
}

/** The verdict of each run as the whole target's: a run of some areas does not speak for the others. */
function inFull(lines: readonly HistoryLine[]): ReadonlyMap<HistoryLine, VerdictWord | 'partial'> {
  const words = new Map<HistoryLine, VerdictWord | 'partial'>();
  const open = new Set<string>();
  let mostChecks = 0;
  let probed = false;
  for (const line of lines) {
    mostChecks = Math.max(mostChecks, line.checks);
    probed ||= line.probes;
    for (const change of line.changes)
      if (change.standing === 'fail' || change.standing === 'unknown') open.add(keyOf(change));
      else open.delete(keyOf(change));
    const isFull = line.checks === mostChecks && line.probes === probed && open.size === 0;
    words.set(line, line.verdict === 'verified' && !isFull ? 'partial' : line.verdict);
  }
  return words;
}

/** Every time something failed, over the whole history: it may have begun before the period. */
function remediationsOf(lines: readonly HistoryLine[]): readonly Remediation[] {
  const open = new Map<string, Remediation>();
  const ended: Remediation[] = [];
  for (const { startedAt, changes } of lines)
    for (const { check, subject, standing } of changes) {
      const key = keyOf({ check, subject });
      const failing = open.get(key);
      if (standing === 'fail') {
        if (failing === undefined)
          open.set(key, { check, subject, failedSince: startedAt, endedAt: null, became: null });
      } else if (failing !== undefined && standing !== 'unknown') {
        ended.push({ ...failing, endedAt: startedAt, became: standing ?? 'gone' });
        open.delete(key);
      }
    }
  return [...ended, ...open.values()];
}

function timesOf(remediations: readonly Remediation[]): Period['timeToRemediate'] {
  const checks = [...new Set(remediations.map(({ check }) => check))].sort();
  return checks.map((check) => {
    const own = remediations.filter((one) => one.check === check);
    const times = own
      .filter(({ became }) => became === 'pass')
      .map(({ failedSince, endedAt }) => Date.parse(endedAt ?? '') - Date.parse(failedSince));
    const sum = times.reduce((total, time) => total + time, 0);
    return {
      check,
      remediated: times.length,
      open: own.filter(({ endedAt }) => endedAt === null).length,
      meanMs: times.length === 0 ? null : Math.round(sum / times.length),
      longestMs: times.length === 0 ? null : Math.max(...times),
    };
  });
}

/** For people; every night has its line. */
export function periodText({ target, nights, withRun, verified, timeToRemediate, exitCode }: Period): string {
  const due = nights.filter(({ verdict }) => verdict !== 'not yet');
  const missing = due.filter(({ verdict }) => verdict === 'missing');
  const name = target.vpcId ?? target.domainId ?? target.stack ?? 'no VPC found';
  const where = [target.account ?? 'no account', target.region, name, target.kind].map(oneLine).join(' ');
  return [
    `${where}: ${withRun} of ${count(due.length, 'night')} with a run, ${verified} verified`,
    ...nights.map(
      ({ from, verdict, checks, runs }) =>
        `${nightName(from)}  ${verdict}${runs.length === 0 ? '' : `  ${count(checks, 'check')}  ${runs.map(oneLine).join(' ')}`}`,
    ),
    missing.length === 0
      ? 'No night is missing.'
      : `Missing: ${missing.map(({ from }) => nightName(from)).join(', ')}`,
    ...timeToRemediate.map(
      ({ check, remediated, open, meanMs, longestMs }) =>
        `${oneLine(check)}: ${remediated} remediated${meanMs === null || longestMs === null ? '' : ` in ${hours(meanMs)} on average, ${hours(longestMs)} at most`}, ${open} open`,
    ),
    `(exit code ${exitCode})`,
    '',
  ].join('\n');
}

/** A night that begins at midnight by its date. */
const nightName = (from: string): string =>
  from.endsWith('T00:00:00.000Z') ? from.slice(0, 10) : from.slice(0, 16);

const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`;
