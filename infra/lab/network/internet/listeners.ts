/** Listening sockets: TLS, HTTP, plain TCP and UDP, each arrival put on record. Runs in a server process. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { helloName } from './client-hello';
import { endpoint, witness } from './messages';
import type { WebHandler } from './web';

export interface Credentials {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A connection that says nothing is closed, so that hostile clients cannot pile them up. */
const IDLE_TIMEOUT_MS = 60_000;
const ANY_ADDRESS = '0.0.0.0';

async function listening(server: net.Server, port: number): Promise<void> {
  server.listen(port, ANY_ADDRESS);
  await once(server, 'listening');
  server.on('error', () => {});
}

function recordConnection(socket: net.Socket): void {
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  witness({ kind: 'tcp', ...ends(socket), name: null });
}

function ends(socket: net.Socket): { local: string; remote: string } {
  return {
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
  };
}

/** HTTPS on every address; the name of each hello is on record before the handshake goes on. */
export async function serveHttps(port: number, credentials: Credentials, handler: WebHandler): Promise<void> {
  const server = https.createServer(credentials, handler);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => socket.destroy());
  await listening(
    net.createServer((socket) => {
      recordConnection(socket);
      let first = Buffer.alloc(0);
      const read = (chunk: Buffer): void => {
        first = Buffer.concat([first, chunk]);
        const hello = helloName(first);
        if (hello.status === 'more') return;
        socket.off('data', read);
        socket.pause();
        if (hello.status === 'hello') witness({ kind: 'tls', ...ends(socket), name: hello.name });
        socket.unshift(first);
        server.emit('connection', socket);
        process.nextTick(() => socket.resume());
      };
      socket.on('data', read);
    }),
    port,
  );
}

/** HTTP on every address. */
export async function serveHttp(port: number, handler: WebHandler): Promise<void> {
  const server = http.createServer(handler);
  server.on('connection', recordConnection);
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n'));
  await listening(server, port);
}

/** Plain TCP on every address: a greeting, then whatever comes is sent back. */
export async function serveEcho(port: number, greeting: string): Promise<void> {
  await listening(
    net.createServer((socket) => {
      recordConnection(socket);
      if (greeting !== '') socket.write(greeting);
      socket.pipe(socket);
    }),
    port,
  );
}

/** UDP on one address, since a wildcard socket would answer from the wrong one. */
export async function serveUdp(
  port: number,
  address: string,
  answer: (message: Buffer) => Buffer,
): Promise<void> {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (message, sender) => {
    witness({
      kind: 'udp',
      local: endpoint(address, port),
      remote: endpoint(sender.address, sender.port),
      name: null,
    });
    socket.send(answer(message), sender.port, sender.address, () => {});
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.on('error', () => {});
}

/**
 * A QUIC server's lawful answer to a version it does not speak (RFC 9000, 17.2.1); nonsense would look like a broken
 * protocol to the firewall, and what is no long header is sent back.
 */
export function quicAnswer(message: Buffer): Buffer {
  const destinationLength = message[5] ?? 0;
  const sourceAt = 6 + destinationLength;
  const sourceLength = message[sourceAt] ?? 0;
  const isLong = ((message[0] ?? 0) & 0x80) !== 0;
  if (!isLong || message.length < sourceAt + 1 + sourceLength) return message;
  return Buffer.concat([
    Buffer.from([0xc0, 0, 0, 0, 0, sourceLength]),
    message.subarray(sourceAt + 1, sourceAt + 1 + sourceLength),
    Buffer.from([destinationLength]),
    message.subarray(6, sourceAt),
    // Version 2 (RFC 9369): not what anybody here offers.
    Buffer.from([0x6b, 0x33, 0x43, 0xcf]),
  ]);
}
