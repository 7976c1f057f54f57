/**
 * Support for the tests of the real command on a bad day: it is run against a lab of this process whose API fails in some
 * way, and whatever happens its output folder must be whole and say so.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Lab } from '../infra/lab/lab';
import { exitCodeOf } from '../suites/assemble';
import { parseEvidence } from '../suites/evidence-file';
import { studioEgress, withEvidence, type VerifiedRun, labSettings } from './lab-run.fixture';
import { PROJECT_ROOT } from './run';

export interface BadDayOptions {
  readonly lab: Lab;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Waits for a point of the run, and breaks something; ended with the run. */
  readonly meanwhile?: (signal: AbortSignal) => Promise<void>;
}

export interface BadDay extends VerifiedRun {
  /** Why the schema refuses the evidence, or null. */
  readonly schemaError: string | null;
  readonly htmlReport: string;
  readonly junitReport: string;
  readonly ms: number;
}

/** The command against the lab's stack, as if it were in AWS. */
export async function badDay({ lab, argv = [], env = {}, meanwhile }: BadDayOptions): Promise<BadDay> {
  const out = mkdtempSync(join(tmpdir(), 'bad-day-'));
  const ended = new AbortController();
  const startedAt = performance.now();
  try {
    const broken = meanwhile?.(ended.signal).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
    const [run] = await Promise.all([
      studioEgress(['verify', '--stack', lab.stackName, '--out', out, ...argv], {
        env: { ...labSettings(lab), ...env },
      }).finally(() => ended.abort()),
      broken,
    ]);
    const ms = performance.now() - startedAt;
    return { ...withEvidence(run, out), ...filesIn(out), ms };
  } finally {
    ended.abort();
    rmSync(out, { recursive: true, force: true });
  }
}

function filesIn(out: string): Pick<BadDay, 'schemaError' | 'htmlReport' | 'junitReport'> {
  const text = readFileSync(join(out, 'evidence.json'), 'utf8');
  const parsed = parseEvidence(text);
  if (parsed.status === 'refused') throw new Error(`the evidence is refused: ${parsed.because}`);
  const validate = evidenceSchema();
  const isValid = validate(JSON.parse(text));
  const manifest = join(out, 'manifest.json');
  if (!existsSync(manifest)) throw new Error('there is no manifest');
  return {
    schemaError: isValid ? null : JSON.stringify(validate.errors?.[0]),
    htmlReport: readFileSync(join(out, 'report.html'), 'utf8'),
    junitReport: readFileSync(join(out, 'junit.xml'), 'utf8'),
  };
}

function evidenceSchema(): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(PROJECT_ROOT, 'suites', 'evidence.schema.json'), 'utf8')));
}

/** What every bad day has in common, whatever went wrong: the folder is whole, the exit code its own, no stack trace is shown. */
export function expectWhole({
  evidence,
  exitCode,
  stderr,
  schemaError,
  htmlReport,
  junitReport,
}: BadDay): void {
  expect(schemaError).toBeNull();
  expect(htmlReport).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/i);
  expect(junitReport).toMatch(/<\/testsuites>\s*$/);
  expect(evidence.plan.length).toBeGreaterThan(30);
  expect(evidence.plan.filter((id) => !evidence.findings.some(({ check }) => check === id))).toEqual([]);
  expect(exitCode).toBe(exitCodeOf(evidence));
  expect(stderr).not.toMatch(/\n\s+at |defect|UnhandledPromise/);
}

/** Every reason that was given, each once. */
export const reasonsOf = ({ evidence }: BadDay): readonly string[] => [
  ...new Set(evidence.findings.filter(({ outcome }) => outcome === 'unknown').map(({ because }) => because)),
];

/** Polls until it is so; throws when that takes too long or the signal comes first. */
export async function reached(
  what: () => boolean,
  { signal, timeoutMs = 60_000 }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!what()) {
    if (Date.now() > deadline) throw new Error('the run did not come to the point that was waited for');
    await sleep(20, undefined, { signal });
  }
}

/** Whether the operation has been asked for since this was made. */
export function asked({ server }: Lab, operation: string): () => boolean {
  const before = server.calls.length;
  return () => server.calls.slice(before).some((call) => call.operation === operation);
}

/** Commands of SSM that have not ended; a run must leave none. */
export const openCommands = ({ state }: Lab): readonly string[] =>
  [...state.commands.values()].flatMap(({ invocations }) =>
    [...invocations.values()]
      .filter(({ Status }) => Status === 'InProgress' || Status === 'Pending')
      .map(({ CommandId }) => CommandId ?? 'without an id'),
  );
