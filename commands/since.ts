/** This run beside the earlier ones of its target, from the history as it was when the run ended. */
import { isSameTarget, readHistory, standingAfter } from '../reports/history';
import { keyOf, standingsOf } from '../reports/standing';
import type { ChangedFinding, Evidence, SinceEarlier } from '../suites/evidence';
import { historyText } from './history-file';

export interface SinceOptions {
  /** The history's file; null where the run goes into none. */
  readonly history: string | null;
  readonly run: Pick<Evidence['run'], 'target'>;
  readonly findings: Evidence['findings'];
}

/** More are in the history; a report shows the last weeks. */
const MOST_RUNS = 60;

/** Null without an earlier run. A history that cannot be read or is broken costs the comparison and nothing else: sealing says so. */
export function sinceEarlier({ history, run, findings }: SinceOptions): SinceEarlier | null {
  const lines = linesOf(history).filter(({ target }) => isSameTarget(target, run.target));
  if (lines.length === 0) return null;
  const before = standingAfter(lines);
  const now = new Map(standingsOf({ findings }).map((one) => [keyOf(one), one]));
  const changed = [...new Set([...now.keys(), ...before.keys()])].flatMap(
    (key): readonly ChangedFinding[] => {
      const [was, is] = [before.get(key), now.get(key)];
      const subject = is ?? was;
      if (subject === undefined || was?.standing === is?.standing) return [];
      const { check, subject: about } = subject;
      return [{ check, subject: about, before: was?.standing ?? null, now: is?.standing ?? null }];
    },
  );
  const runs = lines.slice(-MOST_RUNS).map(({ run: id, startedAt, finishedAt, verdict, summary }) => {
    const { fail, unknown } = summary;
    return { id, startedAt, finishedAt, verdict, fail, unknown };
  });
  return { runs, changed, unchanged: now.size - changed.filter(({ now: is }) => is !== null).length };
}

function linesOf(history: string | null) {
  if (history === null) return [];
  try {
    return readHistory(historyText(history)).lines;
  } catch {
    return [];
  }
}
