import { DEFECTS } from './fault-comparison';
import { defectsIn, FAULT_STARTS, faultTable, operationsOf, triedFaults } from './fault-table';

// Members that are missing one by one are the larger half of the table; `npm run faults` tries them too. Whatever loses
// an answer leaves the same unread, so on the second stack one way of losing it stands for all.
const OF_EVERY_START =
  /^(access denied|lists empty|answer empty|body empty|unknown|page more|credentials expired after)/;

const [RECOMMENDED, AS_PUBLISHED, FULL_ACCOUNT] = FAULT_STARTS;

test.each([
  { ...RECOMMENDED, names: /^(?!without )/ },
  { ...AS_PUBLISHED, names: OF_EVERY_START },
])(
  'no fault of any call leads to a false pass, a false alarm or a crash: $id',
  async ({ names, ...start }) => {
    const tried = await triedFaults(start, (_operation, name) => names.test(name));
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

test('nor does any of a call that the recommended stack does not cause: full account', async () => {
  const known = await operationsOf(RECOMMENDED);
  const tried = await triedFaults(
    FULL_ACCOUNT,
    (operation, name) =>
      !known.has(operation) && /^(access denied|lists|answer|body|unknown|page more)/.test(name),
  );
  expect(defectsIn(tried)).toEqual([]);
  expect(new Set(tried.map((one) => one.tried.operation)).size).toBeGreaterThan(12);
  expect(tried.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(40);
}, 240_000);
