import { triedAround } from './fault-around';
import { defectsIn } from './fault-table';

// One way of losing an answer stands for all here; `npm run faults` tries every one.
const KEPT = /^(access denied|throttled twice|page more|lists empty|answer empty|body garbage|unknown)/;

test('no fault of what finds the target or reads again leads to another target, a change unseen or a crash', async () => {
  const tried = await triedAround((_operation, name) => KEPT.test(name));
  expect(defectsIn(tried)).toEqual([]);
  const of = (id: string) => tried.filter(({ start }) => start === id);
  for (const id of ['by stack', 'by domain', 'by VPC', 're-read']) {
    expect(of(id).some(({ outcome }) => outcome === 'unknown')).toBe(true);
    expect(of(id).some(({ outcome }) => outcome === 'same')).toBe(true);
  }
  expect(new Set(of('re-read').map((one) => one.tried.operation)).size).toBeGreaterThan(25);
}, 240_000);
