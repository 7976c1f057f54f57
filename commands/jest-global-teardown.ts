/** Ends what jest-global-setup.ts started: writes evidence and reports from what the suites found, ends the lab. */
import type { Lab } from '../infra/lab/lab';
import { defaultFormats } from '../reports/formats';
import type { JestOutcome } from '../reports/jest-reporter';
import { exitCodeOf } from '../suites/assemble';
import type { Collected } from './collect';
import { conclude } from './conclude';
import { displayPath, type Run } from './run';
import { takeBack } from './run-suites';

export default async function teardown(): Promise<void> {
  const collectedRun = globalThis.studioEgressCollectedRun;
  if (collectedRun === undefined) return;
  const { files, ...collected } = collectedRun;
  await reportCollected({ ...collected, outcome: takeBack(files) });
}

export interface CollectedReport {
  readonly run: Run;
  readonly collected: Collected;
  readonly outcome: JestOutcome;
  readonly lab: Lab | null;
}

/** Writes the output folder, says where it is, and ends the lab whatever happens. */
export async function reportCollected({ run, collected, outcome, lab }: CollectedReport): Promise<void> {
  try {
    const { evidence, problems } = await conclude({
      run,
      collected,
      outcome,
      formats: defaultFormats,
      history: null,
      now: new Date(),
    });
    problems.forEach((problem) => process.stderr.write(`${problem}\n`));
    process.stderr.write(
      `Report: ${displayPath(run.outDir)}/report.html (exit code ${exitCodeOf(evidence)})\n`,
    );
  } finally {
    await lab?.close();
  }
}
