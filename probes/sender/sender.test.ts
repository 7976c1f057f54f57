/** The packet sender itself, by the Python of this machine, against servers of our own on the loopback interface. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CommandOutput } from '../probe';
import { orderBytes, senderCommand, type Send, type TcpSend } from './sender-order';
import { senderFiles, SENDER_MAIN } from './sender-program';
import { readSender, type SendReport } from './sender-report';

let dir: string;
const servers: Server[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sender-'));
  for (const { name, lines } of senderFiles())
    writeFileSync(join(dir, name), gunzipSync(Buffer.from(lines.join(''), 'base64')));
  writeFileSync(join(dir, 'addresses'), 'here=127.0.0.1\nnowhere=\n');
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true, force: true });
});

async function serve(handle: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    handle(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server.address());
}

const portOf = (address: AddressInfo | string | null): number =>
  address !== null && typeof address === 'object' ? address.port : 0;

const send = (...sends: readonly Send[]): Promise<readonly SendReport[]> => sendFrom([], sends);

/** By way of another program, with these arguments of its own. */
async function sendFrom(by: readonly string[], sends: readonly Send[]): Promise<readonly SendReport[]> {
  const command = senderCommand({ timeoutMs: 1500, sends });
  const [program, ...before] = [...by, '/bin/sh'];
  const child = spawn(program, [...before, '-c', command], {
    env: { PATH: process.env['PATH'], SENDER: join(dir, SENDER_MAIN) },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed: unknown[] = await once(child, 'close');
  const [exitCode] = closed;
  const output: CommandOutput = {
    exitCode: typeof exitCode === 'number' ? exitCode : null,
    stdout,
    stderr,
    startedAt: '',
    finishedAt: '',
  };
  const reports = readSender(output, sends.length);
  if ('problem' in reports) throw new Error(`${reports.problem} ${stderr}`);
  return reports;
}

const tcp = (port: number, parts: Partial<TcpSend> = {}): TcpSend => ({
  op: 'tcp',
  to: 'here',
  port,
  keep: 16,
  chunks: [[orderBytes('hello'), 0]],
  greeting: false,
  early: false,
  ...parts,
});

test('every way in which a connection can end has a word of its own', async () => {
  const [echo, closer, silent, resetter, speaker, gone] = await Promise.all([
    serve((socket) => socket.on('data', (data) => socket.write(data))),
    serve((socket) => socket.once('data', () => socket.end())),
    serve((socket) => socket.resume()),
    serve((socket) => socket.once('data', () => socket.resetAndDestroy())),
    serve((socket) => socket.write('220 ready\r\n')),
    serve(() => {}),
  ]);
  const unused = servers.pop();
  unused?.close();
  const reports = await send(
    tcp(echo),
    tcp(closer),
    tcp(silent),
    tcp(resetter),
    tcp(speaker, { chunks: [], greeting: true }),
    tcp(speaker, { greeting: true }),
    tcp(gone),
    tcp(echo, { to: 'nowhere' }),
    tcp(echo, { early: true }),
    tcp(echo, { chunks: ['a', 'b', 'c'].map((text) => [orderBytes(text), 20] as const), keep: 2 }),
  );
  const all = { sent: 5, greeting: 0, received: 0, answered: 0 };
  expect(reports).toMatchObject([
    { ...all, end: 'answered', acknowledged: 5, received: 5, first: Buffer.from('hello') },
    { ...all, end: 'closed', connectMs: expect.any(Number) },
    { ...all, end: 'silent', acknowledged: 5 },
    { ...all, end: 'reset' },
    { ...all, end: 'answered', sent: 0, greeting: 11, first: Buffer.from('220 ready\r\n') },
    { ...all, end: 'silent', greeting: 11, first: Buffer.from('220 ready\r\n') },
    { ...all, end: 'refused', sent: 0, connectMs: null },
    { ...all, end: 'unresolved', sent: 0, connectMs: null },
    { ...all, end: 'answered', received: 5 },
    { ...all, end: 'answered', sent: 3, received: 3, first: Buffer.from('ab') },
  ]);
}, 20_000);

test('what was not sent, or not whole, within the bound is no silence', async () => {
  const silent = await serve((socket) => socket.resume());
  const slow = ['a', 'b', 'c'].map((text) => [orderBytes(text), 900] as const);
  const reports = await send(
    tcp(silent, { chunks: slow }),
    tcp(silent),
    tcp(silent, { chunks: slow.slice(0, 1) }),
  );
  expect(reports).toMatchObject([
    { end: 'failed', sent: 2, acknowledged: 2, connectMs: expect.any(Number) },
    { end: 'silent', sent: 5 },
    { end: 'silent', sent: 1 },
  ]);
}, 20_000);

test('an endless answer is counted no further than a report has room, and kept no longer than it is wanted', async () => {
  const flood = await serve((socket) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const pour = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', pour);
    pour();
  });
  const reports = await send(tcp(flood, { greeting: true, keep: 4 }));
  expect(reports).toMatchObject([{ greeting: 999_999, first: Buffer.from('xxxx') }]);
}, 20_000);

test('a host without a route of its own says so, and does not say that it was stopped', async () => {
  writeFileSync(join(dir, 'addresses'), 'here=127.0.0.1\nnowhere=\nfar=203.0.113.9\n');
  const sends: readonly Send[] = [
    tcp(443, { to: 'far' }),
    { op: 'udp', to: 'far', port: 9, data: '', keep: 0 },
  ];
  expect(await sendFrom(['/usr/bin/unshare', '--user', '--net'], sends)).toMatchObject([
    { end: 'stranded' },
    { end: 'stranded' },
  ]);
}, 20_000);

test('a datagram that is answered, one that nobody hears, and one that is refused', async () => {
  const [echo, silent] = [createSocket('udp4'), createSocket('udp4')];
  echo.on('message', (message, { port, address }) => echo.send(message, port, address));
  try {
    for (const socket of [echo, silent]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    const closed = createSocket('udp4').bind(0, '127.0.0.1');
    await once(closed, 'listening');
    const closedPort = closed.address().port;
    closed.close();
    const udp = (port: number): Send => ({ op: 'udp', to: 'here', port, data: orderBytes('hello'), keep: 3 });
    expect(await send(udp(echo.address().port), udp(silent.address().port), udp(closedPort))).toMatchObject([
      { end: 'answered', sent: 5, received: 5, first: Buffer.from('hel'), connectMs: null },
      { end: 'silent', received: 0 },
      { end: 'refused', received: 0 },
    ]);
  } finally {
    echo.close();
    silent.close();
  }
}, 20_000);

test('a TLS client that meets no TLS says so, and one that meets silence waits no longer than it may', async () => {
  const [page, silent] = await Promise.all([
    serve((socket) => socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    serve((socket) => socket.resume()),
  ]);
  const hello = (port: number, name: string | null): Send => ({
    op: 'tls',
    to: 'here',
    port,
    name,
    data: orderBytes('hello'),
    keep: 16,
  });
  const startedAt = Date.now();
  expect(await send(hello(page, 'kaggle.com'), hello(silent, null))).toMatchObject([
    { end: 'alert', answered: 0, received: 28 },
    { end: 'silent', answered: 0, received: 0, sent: expect.any(Number) },
  ]);
  expect(Date.now() - startedAt).toBeLessThan(5000);
}, 20_000);

test('an order cannot end the quotes that it stands in', () => {
  const order = { timeoutMs: 1, sends: [tcp(1, { to: "x';id;'" })] };
  expect(() => senderCommand(order)).toThrow(RangeError);
  expect(senderCommand({ timeoutMs: 1, sends: [tcp(1, { to: 'ü\u0000\n' })] })).toMatch(/^[\x20-\x7e]+$/);
});
