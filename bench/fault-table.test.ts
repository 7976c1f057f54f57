import { DEFECTS } from './fault-comparison';
import { defectsIn, FAULT_STARTS, faultTable, triedFaults } from './fault-table';

// Members that are missing one by one are the larger half of the table; `npm run faults` tries them too. Whatever loses
// an answer leaves the same unread, so on the second stack one way of losing it stands for all.
const OF_EVERY_START =
  /^(access denied|lists empty|answer empty|body empty|unknown|page more|credentials expired after)/;

test.each(FAULT_STARTS.map((start, index) => ({ ...start, index })))(
  'no fault of any call leads to a false pass, a false alarm or a crash: $id',
  async (start) => {
    const isTried = (_operation: string, name: string): boolean =>
      !name.startsWith('without ') && (start.index === 0 || OF_EVERY_START.test(name));
    const tried = await triedFaults(start, isTried);
    expect(defectsIn(tried)).toEqual([]);
    expect(new Set(tried.map((one) => one.tried.operation)).size).toBeGreaterThan(40);
    expect(faultTable(tried)).toMatch(/^total +\d{3}/m);
    // A table in which nothing ever becomes unknown would try nothing.
    expect(tried.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(80);
    expect(tried.some(({ outcome }) => outcome === 'fail')).toBe(true);
    expect(tried.some(({ outcome }) => DEFECTS.includes(outcome))).toBe(false);
  },
  240_000,
);
