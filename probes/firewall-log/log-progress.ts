/** What a run shows while it waits for the firewall's log: one line for the logs that are waited for together. */

/** How far one log is. */
export interface LogState {
  readonly expected: number;
  readonly arrived: number;
  readonly sentinels: number;
  readonly sentinelsArrived: number;
  /** What has not arrived, in words. */
  readonly missing: readonly string[];
  readonly waitedMs: number;
  readonly timeoutMs: number;
}

export type LogName = 'alerts' | 'flows';

/** Missing records named in the line; the rest is counted. */
const MOST_NAMED = 3;

/**
 * One note for both logs, whichever of them changes. `delivery` says what is normal (`AWS delivers in 3 to 6 minutes`);
 * null where nothing is known of it.
 */
export function logProgress({
  delivery,
  onProgress,
}: {
  readonly delivery: string | null;
  readonly onProgress: (text: string) => void;
}): (log: LogName) => (state: LogState) => void {
  const states = new Map<LogName, LogState>();
  return (log) => (state) => {
    states.set(log, state);
    onProgress(lineOf(states, delivery));
  };
}

function lineOf(states: ReadonlyMap<LogName, LogState>, delivery: string | null): string {
  const all = [...states.values()];
  const waitedMs = Math.max(...all.map((state) => state.waitedMs));
  const timeoutMs = Math.max(...all.map((state) => state.timeoutMs));
  const each = [...states].map(
    ([log, { arrived, expected, sentinels, sentinelsArrived }]) =>
      `${arrived} of ${expected} ${log}, sentinel ${sentinelsArrived} of ${sentinels}`,
  );
  const missing = all.flatMap((state) => state.missing);
  const parts = [
    `waiting for the firewall's log: ${each.join('; ')}, ${clock(waitedMs)} of at most ${clock(timeoutMs)}`,
    ...(delivery === null ? [] : [delivery]),
    ...(missing.length === 0 ? [] : [`missing: ${named(missing)}`]),
  ];
  return parts.join('; ');
}

const named = (missing: readonly string[]): string =>
  missing.length <= MOST_NAMED
    ? missing.join(', ')
    : `${missing.slice(0, MOST_NAMED).join(', ')} and ${missing.length - MOST_NAMED} more`;

/** `02:10`: minutes and seconds. */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
