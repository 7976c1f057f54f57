import * as fc from 'fast-check';
import type { InternetWitness } from './network';
import { recentWitnesses } from './recent-witnesses';

const witness = (name: string): InternetWitness => ({
  at: '2026-01-01T00:00:00.000Z',
  kind: 'tls',
  local: '203.0.113.10:443',
  remote: '198.51.100.10:40000',
  name,
});

test('the last ones are held in order, and what is missing is counted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 40 }), (capacity, count) => {
      const record = recentWitnesses(capacity);
      const names = Array.from({ length: count }, (_, index) => String(index));
      for (const name of names) record.add(witness(name));
      const held = record.all().map(({ name }) => name);
      expect(held).toEqual(names.slice(-capacity));
      expect(held.length + record.dropped()).toBe(count);
    }),
  );
});
