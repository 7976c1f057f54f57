/** The file of a history: one line a run, appended by one run at a time. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextLine, readHistory } from '../reports/history';
import type { Evidence } from '../suites/evidence';

export interface AppendOptions {
  readonly path: string;
  readonly evidence: Evidence;
  readonly evidenceSha256: string;
  readonly manifestSha256: string;
  /** How long to wait for another run that is writing. */
  readonly lockTimeoutMs?: number;
}

const LOCK_TIMEOUT_MS = 10_000;
const LOCK_POLL_MS = 25;
const MAX_HISTORY_BYTES = 268_435_456;

/** Throws where the chain is broken (it is not mended here: `history rebuild` makes a new one) or the lock is not to be had. */
export async function appendHistory(options: AppendOptions): Promise<void> {
  const { path, lockTimeoutMs = LOCK_TIMEOUT_MS, ...run } = options;
  await locked(`${path}.lock`, lockTimeoutMs, () => {
    const history = readHistory(historyText(path));
    const [fault] = history.faults;
    if (fault !== undefined)
      throw new Error(
        `${path} is broken and was not continued. ${fault.because} Make it again with: studio-egress history rebuild`,
      );
    appendFileSync(path, `${nextLine({ history, ...run })}\n`);
  });
}

/** Empty where there is no file yet. */
export function historyText(path: string): string {
  if (!existsSync(path)) return '';
  const { size } = statSync(path);
  if (size > MAX_HISTORY_BYTES) throw new Error(`${path} has ${size} bytes, too many for a history`);
  return readFileSync(path, 'utf8');
}

/** A file that only one process can have made. That of a process of this machine that is dead is taken away. */
async function locked(lock: string, timeoutMs: number, act: () => void): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  while (!taken(lock)) {
    if (isAbandoned(lock)) clear(lock);
    else if (performance.now() > endsAt)
      throw new Error(`${lock} is held by another run; remove it if there is none`);
    await sleep(LOCK_POLL_MS);
  }
  try {
    act();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, `${process.pid} ${hostname()}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function isAbandoned(lock: string): boolean {
  const [, pid, host] = /^(\d+) (\S+)\n$/.exec(holderOf(lock)) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return isCode(error, 'ESRCH');
  }
}

function holderOf(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return '';
    throw error;
  }
}

/** Of several that wait, one moves it away; a lock that was made anew in between is put back by none, so it is looked at again. */
function clear(lock: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (isAbandoned(aside)) rmSync(aside, { force: true });
  else renameSync(aside, lock);
}

/** Not by its class: what Node throws in another realm (as under Jest) is no Error here. */
const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
