/** Random batches of flows for the differential test. */
import * as fc from 'fast-check';
import { OTHER_PROTOCOLS, SERVER_FIRST_PORTS } from './differential-far-end.fixture';
import type { TriedFlow } from './differential-flow.fixture';
import { CLIENTS, DESTINATIONS } from './differential-network.fixture';
import type { FlowShape } from './flow-shape';
import { flowShape } from './flow-shape';

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Listed, below and above what is listed, beside it, and in other letters. */
const WIRE_NAMES = [
  'kaggle.com',
  'kaggle.com',
  'www.kaggle.com',
  'a.www.kaggle.com',
  'KAGGLE.com',
  'notkaggle.com',
  'kaggle.com.example.com',
  'kaggle.comx',
  'example.com',
  'Example.COM',
  'www.example.com',
  'pypi.org',
  'files.pypi.org',
  'com',
  'kaggle.com.',
  'other.invalid',
] as const;
const name = fc.oneof(
  { weight: 8, arbitrary: some(...WIRE_NAMES) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const TLS_PORTS = [443, 443, 443, 8443, 9443, 80] as const;
const tls: fc.Arbitrary<FlowShape> = fc
  .record({
    name,
    port: some(...TLS_PORTS),
    carriedBy: some<FlowShape['carriedBy']>('data', 'data', 'data', 'data', 'data', 'handshake-ack', 'fin'),
    hello: some<FlowShape['hello']>(
      'whole',
      'whole',
      'whole',
      'whole',
      'two-segments',
      'small-segments',
      'unfinished',
    ),
  })
  .map(({ carriedBy, ...parts }) =>
    flowShape({
      transport: 'tcp',
      application: 'tls',
      ...parts,
      // A hello in pieces is ordinary data.
      carriedBy: parts.hello === 'whole' ? carriedBy : 'data',
    }),
  );

const http: fc.Arbitrary<FlowShape> = fc
  .record({
    // With a port, as clients write it where it is not the scheme's own.
    name: fc.oneof({ weight: 9, arbitrary: name }, { weight: 1, arbitrary: fc.constant('kaggle.com:8443') }),
    port: some(80, 80, 443, 8443, 9000),
    headerless: fc.nat(7).map((die) => die === 0),
  })
  .map(({ name: host, port, headerless }) =>
    flowShape({ transport: 'tcp', application: 'http', port, headerless, name: headerless ? null : host }),
  );

const ssh: fc.Arbitrary<FlowShape> = some(22, 22, 443, 9000).map((port) =>
  flowShape({
    transport: 'tcp',
    application: 'ssh',
    port,
    firstSpeaker: port === SERVER_FIRST_PORTS[0] ? 'server' : 'client',
  }),
);

const rawTcp: fc.Arbitrary<FlowShape> = fc
  .record({
    port: some(443, 443, 80, 8443, 9000, 9000),
    carriedBy: some<FlowShape['carriedBy']>('data', 'data', 'data', 'handshake-ack', 'fin', 'syn', 'rst'),
  })
  .map((parts) => flowShape({ transport: 'tcp', application: null, ...parts }));

const serverFirst = fc.constant(
  flowShape({ transport: 'tcp', application: null, port: SERVER_FIRST_PORTS[1], firstSpeaker: 'server' }),
);

const udp: fc.Arbitrary<FlowShape> = fc.oneof(
  some(443, 9000).map((port) => flowShape({ transport: 'udp', application: null, port })),
  fc.constant(flowShape({ transport: 'udp', application: null, port: 9000, fragmented: true })),
  fc.constant(flowShape({ transport: 'udp', application: 'dns', port: 53 })),
  name.map((server) => flowShape({ transport: 'udp', application: 'quic', port: 443, name: server })),
);

const dnsOverTcp = fc.constant(flowShape({ transport: 'tcp', application: 'dns', port: 53 }));

const withPorts: fc.Arbitrary<FlowShape> = fc.oneof(
  { weight: 8, arbitrary: tls },
  { weight: 5, arbitrary: http },
  { weight: 2, arbitrary: ssh },
  { weight: 5, arbitrary: rawTcp },
  { weight: 1, arbitrary: serverFirst },
  { weight: 3, arbitrary: udp },
  { weight: 1, arbitrary: dnsOverTcp },
);

const client = fc.oneof(
  { weight: 5, arbitrary: fc.constant(CLIENTS[0]) },
  { weight: 1, arbitrary: fc.constant(CLIENTS[1]) },
);
const ends = fc.record({ source: client, destination: some(...DESTINATIONS) });

/** Flows without ports are told apart by their two addresses alone, so each has its own within a batch. */
const portless: fc.Arbitrary<readonly TriedFlow[]> = fc
  .record({
    echoes: fc.shuffledSubarray([...DESTINATIONS], { minLength: 1, maxLength: 2 }),
    others: fc.shuffledSubarray([...DESTINATIONS], { minLength: 0, maxLength: 1 }),
    fragmented: fc.nat(3).map((die) => die === 0),
    source: client,
    protocolNumber: some(...OTHER_PROTOCOLS),
  })
  .map(({ echoes, others, fragmented, source, protocolNumber }) => [
    ...echoes.map((destination, index) => ({
      source,
      destination,
      shape: flowShape({
        transport: 'icmp',
        application: null,
        port: null,
        fragmented: fragmented && index === 0,
      }),
    })),
    ...others.map((destination) => ({
      source,
      destination,
      shape: flowShape({ transport: 'other', application: null, port: null, protocolNumber }),
    })),
  ]);

/** A batch for one policy. At most one fragmented datagram flow a destination: later fragments have no ports. */
export function flowBatch(count: number): fc.Arbitrary<readonly TriedFlow[]> {
  const most = fc.array(
    fc
      .tuple(withPorts, ends)
      .map(([shape, { source, destination }]): TriedFlow => ({ shape, source, destination })),
    { minLength: count, maxLength: count },
  );
  return fc.tuple(most, portless).map(([flows, others]) => {
    const fragmented = new Set<string>();
    return [...flows, ...others].filter(({ shape, source, destination }) => {
      if (!shape.fragmented) return true;
      const key = `${shape.transport} ${source} ${destination}`;
      const isFirst = !fragmented.has(key);
      fragmented.add(key);
      return isFirst;
    });
  });
}
