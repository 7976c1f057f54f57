/** `studio-egress verify`: collect, judge, report; and end everything that was started, however it ends. */
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
    const { evidence, problems: notMade } = await judgeAndReport({
      run,
      options,
      progress,
      collected,
      history: seal.history,
    });
    const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    process.stdout.write(`\n${verdictTable(evidence, { colour, columns: process.stdout.columns || 100 })}\n`);
    process.stdout.write(
      `Report: ${displayPath(run.outDir)}/${options.formats.includes('html') ? 'report.html' : ''}\n`,
    );
    const { problems, isIncomplete } = await sealRun(run.outDir, evidence, seal);
    [...notMade, ...problems].forEach(announce);
    const exitCode = exitCodeOf(evidence);
    // What was to be signed or reported and is not has not been verified as it should.
    return exitCode === 0 && (isIncomplete || notMade.length > 0) ? 2 : exitCode;
  } finally {
    await closeLab(lab);
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
}

async function judgeAndReport({ run, options, progress, collected, history }: Judging) {
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
      collected,
      outcome,
      formats: options.formats as readonly Format[],
      history,
      now: new Date(),
    });
  });
}

/** Ctrl-C ends the run in order, with the evidence so far; a second one ends it at once. */
function interruptible(): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write(
      '\nInterrupted: ending what was started and writing the evidence so far (again to quit at once).\n',
    );
    controller.abort(new Error('The run was interrupted.'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((name) => process.on(name, onSignal));
  return { signal: controller.signal, end: () => signals.forEach((name) => process.off(name, onSignal)) };
}
