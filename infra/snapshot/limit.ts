/** At most so many pieces of work at once; the others wait in order. */
export function newLimit(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  if (!Number.isInteger(atOnce) || atOnce < 1)
    throw new RangeError(`the number of calls at once must be 1 or more, not ${atOnce}`);
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes straight to whoever waits longest.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
