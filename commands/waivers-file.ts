/**
 * A file of accepted findings. One that is no such file at all is refused with line and column before anything is
 * started; a faulty entry accepts nothing and is a finding of the run.
 */
import {
  entryOf,
  soundEntries,
  waiverProblems,
  type MalformedWaiver,
  type WaiversFile,
} from '../suites/waivers';
import type { TextFault } from './intent-document';
import { faultsInWords, placedFaults, readOwnerFile } from './owner-file';
import { UsageError } from './usage-error';

const WHAT = 'a file of waivers';

/** Throws a UsageError. `option` names the file in errors of opening it. */
export function readWaiversFile(option: string, given: string): WaiversFile {
  const { path, sha256, document } = readOwnerFile({ option, path: given, what: WHAT });
  const problems = document.isWhole ? waiverProblems(document.value) : [];
  const whole = problems.filter((problem) => entryOf(problem) === null);
  const ofText = document.faults;
  if (ofText.length > 0 || whole.length > 0)
    throw new UsageError(faultsInWords(placedFaults(document, whole), { name: path, what: WHAT }));
  const malformed = new Map<number, MalformedWaiver>();
  for (const problem of problems) {
    const index = entryOf(problem);
    const [fault] = placedFaults(document, [problem]);
    if (index !== null && fault !== undefined) malformed.set(index, withFault(malformed.get(index), fault));
  }
  const lineOf = (index: number): number => document.placeOf({ path: ['waivers', index] }).line;
  const waivers = soundEntries(document.value, new Set(malformed.keys())).map(([index, entry]) => ({
    ...entry,
    line: lineOf(index),
  }));
  return { path, sha256, waivers, malformed: [...malformed.values()] };
}

function withFault(
  known: MalformedWaiver | undefined,
  { line, column, reason, fix }: TextFault,
): MalformedWaiver {
  const because = `${reason}. ${fix}.`;
  return known === undefined
    ? { line, column, because }
    : { ...known, because: `${known.because} ${because}` };
}
