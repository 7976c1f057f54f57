/**
 * Jest's side of a compliance run: collects what the checks found, and what could not be run at all, into one
 * file that the collecting process turns into evidence. A worker that died shows in `unfinished`.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AggregatedResult, AssertionResult } from '@jest/test-result';
import type { Finding } from '../suites/evidence';

export interface JestOutcome {
  readonly findings: readonly Finding[];
  /** Test files that did not finish, with Jest's reason. */
  readonly unfinished: readonly { readonly file: string; readonly reason: string }[];
}

export interface JestReporterOptions {
  /** The environment variable that names the file to write; nothing is written where it is unset. */
  readonly outputVariable: string;
}

export default class JestReporter {
  private readonly options: JestReporterOptions;

  constructor(_globalConfig: unknown, options: JestReporterOptions) {
    this.options = options;
  }

  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const path = process.env[this.options.outputVariable];
    if (path !== undefined) writeFileSync(path, JSON.stringify(jestOutcome(results)));
  }

  // Jest asks every reporter whether the run must fail on its account.
  getLastError(): undefined {}
}

export function jestOutcome(results: AggregatedResult): JestOutcome {
  const findings = results.testResults.flatMap((file) =>
    file.testResults.flatMap(
      (test: AssertionResult & { findings?: readonly Finding[] }) => test.findings ?? [],
    ),
  );
  const unfinished = results.testResults
    .filter(
      (file) =>
        file.testExecError !== undefined ||
        file.failureMessage?.includes('● Test suite failed to run') === true,
    )
    .map((file) => ({
      file: basename(file.testFilePath),
      reason: firstLine(file.testExecError?.message ?? file.failureMessage ?? 'no reason given'),
    }));
  return { findings, unfinished };
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? '';
