/** How the firewall's flow records are dealt out among the clients that may have begun them. */
import * as fc from 'fast-check';
import { flowShape } from '../../infra/model/flow-shape';
import { wentTo, type Direction } from '../flow-destination';
import type { FirewallRecord } from '../probe';
import { correlate, type ProbeTrace } from './correlate';
import { blockOfName } from './record.fixture';

const HOST = { ip: '10.2.2.10', port: 40_000 };
const [LEFT, RIGHT] = ['203.0.113.20', '203.0.113.21'];
const MIDNIGHT = Date.parse('2026-11-23T15:00:00.000Z');
const atSecond = (second: number): string => new Date(MIDNIGHT + second * 1000).toISOString();

interface Client {
  readonly addresses: readonly string[];
  /** In seconds. */
  readonly from?: number;
  readonly until?: number;
}

const client = ({ addresses, from = 0, until = 8 }: Client, index = 0): ProbeTrace => ({
  nonce: `${index}`.repeat(16),
  names: [],
  flows: addresses.map((address) => ({
    shape: flowShape({ transport: 'tcp', port: 443, application: 'tls' }),
    address,
  })),
  startedAt: atSecond(from),
  finishedAt: atSecond(until),
});

interface Ended {
  readonly id: string;
  readonly direction: Direction;
  readonly address?: string;
  /** When it began, in seconds. */
  readonly begun?: number;
}

function ended({ id, direction, address = LEFT, begun = 2 }: Ended): FirewallRecord {
  const server = { ip: address, port: 443 };
  const [from, to] = direction === 'to-server' ? [HOST, server] : [server, HOST];
  return blockOfName(null, {
    eventType: 'netflow',
    sourceIp: from.ip,
    sourcePort: from.port,
    destinationIp: to.ip,
    destinationPort: to.port,
    // Written when the flow has ended, long after it began.
    at: '2026-11-23T15:20:00.000Z',
    flowStartedAt: atSecond(begun),
    raw: `${id} ${direction}`,
  });
}

const out = (id: string, more: Partial<Ended> = {}) => ended({ id, direction: 'to-server', ...more });
const back = (id: string, more: Partial<Ended> = {}) => ended({ id, direction: 'to-client', ...more });

const dealt = (traces: readonly ProbeTrace[], records: readonly FirewallRecord[]) =>
  correlate(traces, records).map((tied) => tied.map(({ record }) => record.raw).sort());

test('flow records of both directions are tied, by when the flow began', () => {
  const records = [out('a'), back('a'), out('late', { begun: 1200 })];
  expect(dealt([client({ addresses: [LEFT] })], records)).toEqual([['a to-client', 'a to-server']]);
});

test('of connections to one address each client gets one, the first client first', () => {
  const clients = [client({ addresses: [LEFT] }, 1), client({ addresses: [LEFT] }, 2)];
  const records = [out('a'), back('a'), out('b')];
  const expected = [['a to-client', 'a to-server'], ['b to-server']];
  expect(dealt(clients, records)).toEqual(expected);
  expect(dealt(clients, [...records].reverse())).toEqual(expected);
});

test('what came back from one address does not stand for what came back from another', () => {
  const clients = [client({ addresses: [RIGHT, LEFT] }, 1), client({ addresses: [RIGHT, LEFT] }, 2)];
  const records = ['a', 'b'].flatMap((id) => [back(`${id} left`), back(`${id} right`, { address: RIGHT })]);
  for (const held of dealt(clients, records)) {
    expect(held.map((raw) => raw.split(' ')[1])).toEqual(expect.arrayContaining(['left', 'right']));
  }
});

test('a client whose time is short comes before one that later records may be of as well', () => {
  const clients = [
    client({ addresses: [LEFT], until: 100 }, 1),
    client({ addresses: [LEFT], until: 10 }, 2),
    client({ addresses: [LEFT], from: 40, until: 100 }, 3),
  ];
  const records = [out('early', { begun: 5 }), out('later', { begun: 50 }), out('latest', { begun: 60 })];
  expect(dealt(clients, records)[1]).toEqual(['early to-server']);
  expect(dealt(clients, records).map((held) => held.length)).toEqual([1, 1, 1]);
});

/** The oracle: how many claimants can have a record of their own at most, by augmenting paths. */
function mostServed(claims: readonly (readonly number[])[]): number {
  const holder = new Map<number, number>();
  const serve = (record: number, tried: Set<number>): boolean =>
    (claims[record] ?? []).some((claimant) => {
      if (tried.has(claimant)) return false;
      tried.add(claimant);
      const before = holder.get(claimant);
      if (before !== undefined && !serve(before, tried)) return false;
      holder.set(claimant, record);
      return true;
    });
  return claims.filter((_, record) => serve(record, new Set())).length;
}

const SKEW_S = 5;

test('as many clients as can be have a record of each of their flows and directions', () => {
  const seconds = fc.integer({ min: 0, max: 60 });
  const address = fc.constantFrom(LEFT, RIGHT);
  const clients = fc
    .array(
      fc.record({
        addresses: fc.uniqueArray(address, { minLength: 1, maxLength: 2 }),
        from: seconds,
        lasts: fc.integer({ min: 0, max: 30 }),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((all) => all.map(({ from, lasts, ...rest }) => ({ ...rest, from, until: from + lasts })));
  const records = fc
    .array(
      fc.record({
        direction: fc.constantFrom<Direction>('to-server', 'to-client'),
        address,
        begun: seconds,
      }),
      { maxLength: 12 },
    )
    .map((all) => all.map((one, index) => ({ ...one, id: `${index}` })));
  fc.assert(
    fc.property(clients, records, (asked, seen) => {
      const traces = asked.map(client);
      const tied = correlate(traces, seen.map(ended));
      for (const server of [LEFT, RIGHT])
        for (const direction of ['to-server', 'to-client'] as const) {
          const claims = seen
            .filter((record) => record.address === server && record.direction === direction)
            .map(({ begun }) =>
              asked.flatMap(({ addresses, from, until }, index) =>
                addresses.includes(server) && begun >= from - SKEW_S && begun <= until + SKEW_S
                  ? [index]
                  : [],
              ),
            );
          const served = traces.filter((trace, index) =>
            (trace.flows ?? []).some(
              (flow) =>
                flow.address === server &&
                (tied[index] ?? []).some(({ record }) => wentTo(flow, record) === direction),
            ),
          );
          expect(served.length).toBe(mostServed(claims));
        }
    }),
    { numRuns: 500 },
  );
});
