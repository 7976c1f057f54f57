import { flowShape } from '../../infra/model/flow-shape';
import type { ClientResult } from '../probe';
import type { SendEnd, SendReport } from './sender-report';
import {
  allConfirmed,
  bytesBack,
  confirmed,
  delivered,
  greeted,
  httpAnswer,
  httpStatus,
  oneWay,
  sendResult,
  serverHello,
  worstOf,
} from './sender-result';

const report = (parts: Partial<SendReport>): SendReport => ({
  end: 'silent',
  connectMs: 10,
  sent: 100,
  acknowledged: 0,
  greeting: 0,
  received: 0,
  answered: 0,
  first: Buffer.alloc(0),
  ...parts,
});
const tls = flowShape({ transport: 'tcp', port: 443, application: 'tls' });
const udp = flowShape({ transport: 'udp', port: 53, application: 'dns' });
const result = (parts: Partial<SendReport>, judge = bytesBack, shape = tls): ClientResult =>
  sendResult({ report: report(parts), judge, shape });

test.each<[SendEnd, string]>([
  ['reset', 'reset'],
  ['refused', 'refused'],
  ['unreachable', 'no-route'],
  ['unresolved', 'dns-failed'],
  ['forbidden', 'inconclusive'],
  ['failed', 'inconclusive'],
  ['stranded', 'inconclusive'],
  ['silent', 'timed-out'],
  ['closed', 'rejected-by-target'],
  ['alert', 'rejected-by-target'],
  ['answered', 'rejected-by-target'],
])('without a proof, %s is %s', (end, kind) => {
  expect(result({ end }).kind).toBe(kind);
});

test('bytes that came back are a proof, however the connection ended', () => {
  for (const end of ['answered', 'closed', 'reset', 'silent', 'alert'] as const)
    expect(result({ end, received: 7 }).kind).toBe('succeeded');
  expect(result({ greeting: 27 })).toEqual({
    kind: 'timed-out',
    stage: 'tls',
    detail: '27 bytes came first, then 100 bytes sent, 0 of them confirmed, 0 came back',
  });
});

test('a time-out says what was waited for', () => {
  expect(result({})).toMatchObject({ stage: 'tls' });
  expect(result({ connectMs: null })).toMatchObject({ stage: 'tcp', detail: 'no answer to the SYN' });
  expect(result({ connectMs: null }, bytesBack, udp)).toMatchObject({ stage: 'unknown' });
  const http = flowShape({ transport: 'tcp', port: 80, application: 'http' });
  expect(result({}, bytesBack, http)).toMatchObject({ stage: 'http' });
  const plain = flowShape({ transport: 'tcp', port: 9000, application: null });
  expect(result({}, bytesBack, plain)).toMatchObject({ stage: 'unknown' });
});

test('what the other side confirmed left, greetings came in, and one-way sends prove nothing', () => {
  expect(confirmed(report({ acknowledged: 50 }))).toMatchObject({ kind: 'succeeded' });
  expect(confirmed(report({ acknowledged: null }))).toBeNull();
  // All of it: a firewall that stopped it let some of it go without an answer.
  expect(delivered(report({ acknowledged: 100 }))).toMatchObject({ kind: 'succeeded' });
  expect(delivered(report({ received: 1 }))).toMatchObject({ kind: 'succeeded' });
  for (const acknowledged of [0, 99, null]) expect(delivered(report({ acknowledged }))).toBeNull();
  expect(allConfirmed(report({ sent: 0, acknowledged: 0 }))).toBeNull();
  expect(greeted(report({ greeting: 3 }))).toMatchObject({ kind: 'succeeded' });
  expect(greeted(report({ received: 3 }))).toBeNull();
  expect(oneWay(report({}))).toEqual({
    kind: 'timed-out',
    stage: 'unknown',
    detail: 'sent 100 bytes one way; nobody answers',
  });
  expect(oneWay(report({ end: 'forbidden' }))).toBeNull();
});

test('a hello of the server is one, an alert or a page is a refusal', () => {
  const seen = (first: string) =>
    serverHello(report({ received: 9, first: Buffer.from(first, 'latin1') }))?.kind;
  expect(seen('\x16\x03\x03')).toBe('succeeded');
  expect(seen('\x15\x03\x03\0\x02\x02\x28')).toBe('rejected-by-target');
  expect(seen('HTTP/1.1 400')).toBe('rejected-by-target');
  expect(serverHello(report({}))).toBeNull();
});

test('an HTTP status is read only where one stands', () => {
  expect(httpStatus(Buffer.from('HTTP/1.1 200 OK\r\n'))).toBe(200);
  expect(httpStatus(Buffer.from('HTTP/2 403 \r\n'))).toBe(403);
  for (const text of ['HTTP/1.1 2000 OK', 'http/1.1 200 OK', ' HTTP/1.1 200 OK', 'HTTP/1.1 200', 'x'])
    expect(httpStatus(Buffer.from(text))).toBeNull();
  const judge = httpAnswer((status) => status === 200);
  const answer = (text: string) => judge(report({ received: 99, first: Buffer.from(text) }))?.kind;
  expect(answer('HTTP/1.1 200 OK')).toBe('succeeded');
  expect(answer('HTTP/1.1 403 Forbidden')).toBe('rejected-by-target');
  expect(answer('SSH-2.0-OpenSSH')).toBe('rejected-by-target');
  // A TLS handshake without an answer inside.
  expect(answer('')).toBeUndefined();
});

test('of several, one that got through counts, and none is blocked while one is undecided', () => {
  const of = (...kinds: readonly ClientResult['kind'][]) =>
    worstOf(
      kinds.map((kind, index) => [
        `send ${index}`,
        kind === 'timed-out' ? { kind, stage: 'tcp', detail: kind } : { kind, detail: kind },
      ]),
    );
  expect(of('timed-out', 'inconclusive', 'succeeded')).toEqual({
    kind: 'succeeded',
    detail: 'send 2 (1 of 3): succeeded',
  });
  expect(of('timed-out', 'inconclusive').kind).toBe('inconclusive');
  expect(of('dns-failed', 'timed-out', 'reset', 'refused').kind).toBe('refused');
  expect(of('dns-failed', 'timed-out')).toMatchObject({ kind: 'timed-out', stage: 'tcp' });
  expect(of('reset')).toEqual({ kind: 'reset', detail: 'reset' });
  expect(worstOf([])).toMatchObject({ kind: 'inconclusive' });
});

test('of several that waited in vain, one that came as far as a protocol tells how far', () => {
  const waited = (stage: 'unknown' | 'tcp' | 'tls'): readonly [string, ClientResult] => [
    stage,
    { kind: 'timed-out', stage, detail: '' },
  ];
  expect(worstOf([waited('tcp'), waited('unknown'), waited('tls')])).toMatchObject({ stage: 'tls' });
  expect(worstOf([waited('unknown'), waited('tcp')])).toMatchObject({ stage: 'unknown' });
  expect(worstOf([waited('tcp'), waited('unknown')])).toMatchObject({ stage: 'tcp' });
});
