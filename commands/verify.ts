/** `studio-egress verify`: collect, judge, report; and end everything that was started, however it ends. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../infra/lab/lab';
import type { Format } from '../reports/formats';
import { verdictTable } from '../reports/terminal';
import { exitCodeOf, type ExitCode } from '../suites/assemble';
import { collect, type Collected } from './collect';
import { conclude } from './conclude';
import { newProgress, type Progress } from './progress';
import { displayPath, startRun, type Run } from './run';
import type { RunOptions } from './run-options';
import { runSuites } from './run-suites';
import { openSeal, sealRun, type SealOptions } from './seal';

/** `sealing`: by whom the output folder is signed, and the history that it goes into. */
export async function verify(options: RunOptions, sealing: SealOptions): Promise<ExitCode> {
  const announce = (text: string) => process.stderr.write(`${text}\n`);
  const seal = await openSeal({ ...sealing, outDir: options.outDir, announce });
  const run = startRun({ outDir: options.outDir, invocation: options.invocation, now: new Date() });
  const progress = newProgress({ stream: process.stderr, now: () => performance.now() });
  const interruption = interruptible();
  let lab: Lab | null = null;
  try {
    const collected = await collect({
      run,
      options,
      progress,
      signal: interruption.signal,
      onLab: (raised) => (lab = raised),
    });
    if (collected.endedEarly !== null) announce(`The run ended early: ${collected.endedEarly}`);
    const { evidence, problems: notMade } = await judgeAndReport({
      run,
      options,
      progress,
      collected,
      history: seal.history,
      defect: interruption.defect,
    });
    const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    process.stdout.write(`\n${verdictTable(evidence, { colour, columns: process.stdout.columns || 100 })}\n`);
    const html = existsSync(join(run.outDir, 'report.html')) ? 'report.html' : '';
    process.stdout.write(`Report: ${displayPath(run.outDir)}/${html}\n`);
    const { problems, isIncomplete } = await sealRun(run.outDir, evidence, seal);
    [...notMade, ...problems].forEach(announce);
    const exitCode = exitCodeOf(evidence);
    // What was to be signed or reported and is not has not been verified as it should.
    return exitCode === 0 && (isIncomplete || notMade.length > 0) ? 2 : exitCode;
  } finally {
    await closeLab(lab).catch((error: unknown) => announce(`The lab did not end in order: ${String(error)}`));
    interruption.end();
  }
}

const closeLab = async (lab: Lab | null): Promise<void> => {
  if (lab !== null) await lab.close();
};

interface Judging {
  readonly run: Run;
  readonly options: RunOptions;
  readonly progress: Progress;
  readonly collected: Collected;
  readonly history: string | null;
  /** What went wrong in nobody's hands, or null. */
  readonly defect: () => string | null;
}

async function judgeAndReport({ run, options, progress, collected, history, defect }: Judging) {
  const { snapshot, intent, live, plan } = collected;
  const outcome =
    snapshot === null || intent === null || collected.endedEarly !== null
      ? { findings: [], unfinished: [] }
      : await progress.stage('checks', async (note) => {
          note(`${plan.length} checks`);
          return runSuites(run.outDir, { snapshot, intent, live, plan });
        });
  return progress.stage('report', async (note) => {
    note(displayPath(run.outDir));
    return conclude({
      run,
      // What nobody caught may have taken anything with it.
      collected: { ...collected, endedEarly: collected.endedEarly ?? defect() },
      outcome,
      formats: options.formats as readonly Format[],
      history,
      now: new Date(),
    });
  });
}

interface Interruption {
  readonly signal: AbortSignal;
  /** The first error that nobody caught, as a sentence; null while there is none. */
  readonly defect: () => string | null;
  readonly end: () => void;
}

/**
 * Ctrl-C ends the run in order, with the evidence so far; a second one ends it at once. So does an error that nobody caught (in
 * a timer, or a promise that nobody waits for): Node would end the process with exit code 1, which says "violated".
 */
function interruptible(): Interruption {
  const controller = new AbortController();
  let defect: string | null = null;
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write(
      '\nInterrupted: ending what was started and writing the evidence so far (again to quit at once).\n',
    );
    controller.abort(new Error('The run was interrupted.'));
  };
  const onUncaught = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    defect ??= `An error that nobody caught, which is a defect of this tool: ${message}`;
    process.stderr.write(`${defect}\n`);
    controller.abort(new Error(defect));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const uncaught = ['uncaughtException', 'unhandledRejection'] as const;
  signals.forEach((name) => process.on(name, onSignal));
  uncaught.forEach((name) => process.on(name, onUncaught));
  return {
    signal: controller.signal,
    defect: () => defect,
    end: () => {
      signals.forEach((name) => process.off(name, onSignal));
      uncaught.forEach((name) => process.off(name, onUncaught));
    },
  };
}
