/** Which process an id stands for: ids are used again, so that the id alone may name somebody else's process later. */
import { readFileSync } from 'node:fs';

/**
 * Text that no other process has, of this boot or another: the boot's id and the process's start time (proc(5),
 * /proc/PID/stat, field 22, in clock ticks since boot). Null when there is no such process, or only its remains (state Z
 * or X), and where the system has no /proc.
 */
export function processIdentity(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return identityOf(readFileSync(`/proc/${pid}/stat`, 'utf8'), boot);
  } catch {
    return null;
  }
}

/** From the text of /proc/PID/stat. The second field, the program's name, may hold blanks and parentheses. */
export function identityOf(stat: string, boot: string): string | null {
  const [state, ...others] = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const startTicks = others[18];
  if (state === undefined || state === 'Z' || state === 'X' || startTicks === undefined) return null;
  return `${boot} ${startTicks}`;
}
