/** At most so many pieces of work at once; the others wait in order. */
export function newLimit(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  return newWindow(atOnce).within;
}

/** A limit whose number can be changed while work is under way. */
export interface Window {
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
  /** How many from now on. Work that is under way is not ended by a smaller number. */
  readonly allow: (atOnce: number) => void;
}

export function newWindow(atOnce: number): Window {
  let allowed = checked(atOnce);
  let inside = 0;
  const waiting: (() => void)[] = [];
  const admit = (): void => {
    while (inside < allowed) {
      const next = waiting.shift();
      if (next === undefined) return;
      inside += 1;
      next();
    }
  };
  return {
    within: async (work) => {
      if (inside < allowed) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        inside -= 1;
        // The place goes straight to whoever waits longest.
        admit();
      }
    },
    allow: (number) => {
      allowed = checked(number);
      admit();
    },
  };
}

function checked(atOnce: number): number {
  if (Number.isInteger(atOnce) && atOnce >= 1) return atOnce;
  throw new RangeError(`the number of calls at once must be 1 or more, not ${atOnce}`);
}
