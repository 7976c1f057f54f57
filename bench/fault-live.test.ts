/** A quick part of the live fault table; `npm run faults` tries all of it. */
import { defectsIn } from './fault-table';
import { LIVE_STARTS, triedLive } from './fault-live';

// A way of losing an answer that costs no wait, and one of answering nothing.
const QUICK = /^(access denied|answer empty)$/;

test.each(LIVE_STARTS)(
  'no fault of what probes, log and jobs call leads to a false pass, a false alarm or a crash: $id',
  async (start) => {
    const { tried, notMade } = await triedLive(start, (_operation, name) => QUICK.test(name));
    expect(notMade).toEqual([]);
    expect(defectsIn(tried)).toEqual([]);
    expect(tried).toHaveLength(start.operations.length * 2);
    expect(tried.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThanOrEqual(
      Object.keys(start.needs).length,
    );
  },
  240_000,
);
