import * as fc from 'fast-check';
import type { Arrival } from '../../../../probes/probe';
import type { InternetArrival } from '../network';
import { arrivalRecord } from './arrivals';

const arrival = (nonce: string, parts: Partial<InternetArrival> = {}): InternetArrival => ({
  at: '2026-01-01T00:00:00.000Z',
  nonce,
  protocol: 'tcp',
  remote: '198.51.100.10:40000',
  local: '203.0.113.60:8081',
  bytes: 30,
  ...parts,
});
const rewrittenPorts = [61_000];

test('the lab and the probes mean the same by an arrival', () => {
  const theirs: Arrival = arrival('a');
  const ours: InternetArrival = theirs;
  expect(ours).toEqual(arrival('a'));
});

test('the same bytes are one arrival, whoever saw them and in whatever order', () => {
  const sniffed = arrival('a');
  const served = arrival('a', { local: '203.0.113.60:61000', bytes: 99 });
  const flow = { protocol: 'tcp', remote: sniffed.remote, local: sniffed.local };
  for (const order of ['rsx', 'rxs', 'sxr', 'xsr', 'srx', 'xrs']) {
    const record = arrivalRecord({ rewrittenPorts });
    for (const step of order) {
      if (step === 'r') record.redirected(flow);
      else record.add(step === 's' ? sniffed : served);
    }
    expect(record.all().records.map(({ local }) => local)).toEqual(['203.0.113.60:8081']);
    expect(record.realLocal(served)).toBe('203.0.113.60:8081');
  }
});

test('a flow whose real end is never told keeps the one it has', () => {
  const record = arrivalRecord({ rewrittenPorts });
  const served = arrival('a', { local: '203.0.113.60:61000' });
  record.add(served);
  expect(record.all()).toEqual({ records: [served], dropped: 0 });
  expect(record.realLocal(served)).toBe(served.local);
});

test('another flow, and another nonce of the same flow, are arrivals of their own', () => {
  const record = arrivalRecord({ rewrittenPorts });
  const all = [
    arrival('a'),
    arrival('b'),
    arrival('a', { remote: '198.51.100.10:40001' }),
    arrival('a', { local: '203.0.113.60:8082' }),
    arrival('a', { protocol: 'udp' }),
  ];
  for (const each of [...all, ...all]) record.add(each);
  expect(record.all().records).toHaveLength(all.length);
});

test('the last ones are held, oldest first, and what is missing is counted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 40 }),
      fc.nat(3),
      (capacity, count, lost) => {
        const record = arrivalRecord({ rewrittenPorts, capacity });
        record.lost(lost);
        const names = Array.from({ length: count }, (_, index) => String(index));
        for (const name of names) record.add(arrival(name));
        const { records, dropped } = record.all();
        expect(records.map(({ nonce }) => nonce)).toEqual(names.slice(-capacity));
        expect(records.length + dropped).toBe(count + lost);
      },
    ),
  );
});
