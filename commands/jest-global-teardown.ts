/** Ends what jest-global-setup.ts started: writes evidence and reports from what the suites found, ends the lab. */
import { defaultFormats } from '../reports/formats';
import { exitCodeOf } from '../suites/assemble';
import { conclude } from './conclude';
import { displayPath } from './run';
import { takeBack } from './run-suites';

export default async function teardown(): Promise<void> {
  const collectedRun = globalThis.studioEgressCollectedRun;
  if (collectedRun === undefined) return;
  const { run, collected, files, lab } = collectedRun;
  try {
    const { evidence, problems } = await conclude({
      run,
      collected,
      outcome: takeBack(files),
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
