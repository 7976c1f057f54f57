/** A run against a lab that is ended by Ctrl-C in its middle. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../infra/lab/lab';
import { labSettings, studioEgress } from './lab-run.fixture';

export interface Interrupting {
  readonly lab: Lab;
  readonly argv: readonly string[];
  /** What is waited for, for a minute at most. */
  readonly until: () => boolean;
}

/** The exit code. Rejects when what is waited for does not come. */
export async function interruptedRun({ lab, argv, until }: Interrupting): Promise<number | null> {
  const out = mkdtempSync(join(tmpdir(), 'interrupted-'));
  try {
    let started = 0;
    const finished = studioEgress(
      ['verify', '--stack', lab.stackName, '--denied-timeout', '30', '--out', out, ...argv],
      { env: labSettings(lab), onStart: (pid) => (started = pid) },
    );
    const deadline = Date.now() + 60_000;
    while (!until() && Date.now() < deadline) await sleep(50);
    const came = until();
    process.kill(started, 'SIGINT');
    const { exitCode } = await finished;
    if (!came) throw new Error(`what was waited for did not come; the run ended with ${exitCode}`);
    return exitCode;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
