/**
 * How hard one service is asked during one reading: the window of calls at once is halved when the service sends a call
 * away and grows by one for each full window of answers, and repeated calls come out of an allowance that answers refill.
 * Hundreds of descriptions then go through at the service's own rate, and one that answers nobody is soon left alone.
 */
import { newWindow } from './limit';

/**
 * Repeated calls that one service may cost a reading beyond those that its answers earn. A guess of ours: it outlasts a
 * burst, and 40 sections of six attempts each stay well below it.
 */
const SPARE_RETRIES = 100;
/** What an answer at the first attempt earns; an answer to a repeated call earns that call back. */
const EARNED_AT_ONCE = 0.2;

export interface Pace {
  /** Runs one call with all its attempts and the waits between them, as soon as the service's window has room. */
  readonly call: <T>(work: (call: PacedCall) => Promise<T>) => Promise<T>;
  /** How many calls the window holds now. */
  readonly window: () => number;
}

export interface PacedCall {
  /** Makes one attempt and learns from how it ends. */
  readonly attempt: <T>(send: () => Promise<T>) => Promise<T>;
  /** Takes one repeated call out of the allowance; false when it is used up. */
  readonly mayRetry: () => boolean;
}

export interface PaceOptions {
  /** Calls at once, at most. */
  readonly atOnce: number;
  /** Whether an error says that the service has too much to do. */
  readonly sentAway: (error: unknown) => boolean;
}

export function newPace({ atOnce, sentAway }: PaceOptions): Pace {
  const { within, allow } = newWindow(atOnce);
  let window = atOnce;
  let spare = SPARE_RETRIES;
  let narrowings = 0;
  const resize = (to: number): void => {
    window = Math.min(atOnce, Math.max(1, to));
    allow(Math.floor(window));
  };
  const narrow = (seen: number): void => {
    // Calls that went out together are sent away together: that is one message, not one for each.
    if (seen !== narrowings) return;
    narrowings += 1;
    resize(window / 2);
  };
  const paced = (): PacedCall => {
    let attempts = 0;
    return {
      attempt: async (send) => {
        const seen = narrowings;
        attempts += 1;
        try {
          const answer = await send();
          spare = Math.min(SPARE_RETRIES, spare + (attempts > 1 ? 1 : EARNED_AT_ONCE));
          resize(window + 1 / window);
          return answer;
        } catch (error) {
          if (sentAway(error)) narrow(seen);
          throw error;
        }
      },
      mayRetry: () => {
        if (spare < 1) return false;
        spare -= 1;
        return true;
      },
    };
  };
  return { call: (work) => within(() => work(paced())), window: () => Math.floor(window) };
}
