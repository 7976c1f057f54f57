/**
 * A server for whatever a client speaks: the first bytes decide, on every port, and once more inside TLS and inside a
 * tunnel. Every connection, its first payload, hello and request is on record. Runs in a server process.
 */
import { createHash } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { smbNegotiateAnswer } from './datagrams';
import { firstBytes, type FirstBytes } from './first-bytes';
import { serveLines, sshServer } from './line-protocols';
import { carries, endsOf, witness, type Ends } from './messages';
import type { WebHandler } from './unsigned';

export interface Credentials {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface AnyProtocolOptions {
  readonly credentials: Credentials;
  readonly handler: WebHandler;
  /** `strict`: HTTP and HTTPS only, as AWS's endpoints. `lenient`: whatever an attacker's own server would take. */
  readonly manner: 'strict' | 'lenient';
  /** What is served inside TLS instead of what its first bytes say. */
  readonly insideTls?: (socket: net.Socket, ends: Ends) => void;
}

/** A connection that says nothing is closed, so that hostile clients cannot pile them up. */
const IDLE_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 500;
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** A TLS 1.2 ServerHello (RFC 5246, 7.4.1.3) without session and extensions, as a server with fewer scruples sends it. */
const PLAIN_SERVER_HELLO = Buffer.concat([
  Buffer.from([22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3]),
  Buffer.alloc(32, 0x5e),
  Buffer.from([0, 0xc0, 0x2f, 0]),
]);
/** A fatal decode_error alert (RFC 5246, 7.2). */
const DECODE_ERROR = Buffer.from([21, 3, 3, 0, 2, 2, 50]);
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

/** Put a connection on record and keep it from staying for ever. */
export function recordConnection(socket: net.Socket): Ends {
  const ends = endsOf(socket);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.once('data', (chunk: Buffer) =>
    witness({ kind: 'payload', ...ends, name: null, bytes: chunk.length }),
  );
  witness({ kind: 'tcp', ...ends, name: null });
  return ends;
}

/** What serves a connection that has been put on record. */
export function anyProtocol(options: AnyProtocolOptions): (socket: net.Socket, ends: Ends) => void {
  const { credentials, handler, manner } = options;
  const web = webServer(handler, manner, (socket, ends) => serve(socket, ends));
  const secure = tls.createServer({
    ...credentials,
    // Whatever a client offers is agreed to; what is then spoken its first bytes say.
    ALPNCallback: ({ protocols }) => (protocols.includes('http/1.1') ? 'http/1.1' : protocols[0]),
  });
  secure.on('secureConnection', (socket: tls.TLSSocket) => {
    socket.on('error', () => socket.destroy());
    const inside = options.insideTls ?? serve;
    inside(socket, endsOf(socket));
  });
  secure.on('tlsClientError', (_error, socket) => socket.destroySoon());

  function serve(socket: net.Socket, own: Ends): void {
    onFirstBytes(socket, (first, bytes) => {
      if (first.speaks === 'tls') witness({ kind: 'tls', ...own, name: first.name });
      if (socket instanceof tls.TLSSocket) carries(own, bytes);
      socket.unshift(bytes);
      if (first.speaks === 'http') return void web.emit('connection', socket);
      if (first.speaks === 'tls' && first.regular) return void secure.emit('connection', socket);
      if (manner === 'strict') return socket.destroySoon();
      answerOther(socket, first, bytes);
    });
  }
  return serve;
}

/** Wait until the first bytes say what is spoken. */
function onFirstBytes(socket: net.Socket, decided: (first: FirstBytes, bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let had = 0;
  let atLeast = 1;
  const read = (chunk: Buffer): void => {
    chunks.push(chunk);
    had += chunk.length;
    if (had < atLeast) return;
    const bytes = Buffer.concat(chunks);
    const first = firstBytes(bytes);
    if (first.speaks === 'more') {
      atLeast = first.atLeast;
      return;
    }
    socket.off('data', read);
    socket.pause();
    decided(first, bytes);
    process.nextTick(() => socket.resume());
  };
  socket.on('data', read);
  socket.once('end', () => socket.end());
}

function answerOther(socket: net.Socket, { speaks }: FirstBytes, bytes: Buffer): void {
  if (speaks === 'tls') socket.write(PLAIN_SERVER_HELLO);
  else if (speaks === 'broken-tls') socket.write(DECODE_ERROR);
  else if (speaks === 'smb') socket.write(smbNegotiateAnswer(bytes));
  else if (speaks === 'ssh') return serveLines(socket, sshServer());
  else return void socket.pipe(socket);
  // Swallowed, so that whatever else comes is taken and the connection does not end by a reset.
  socket.on('data', () => {});
}

function webServer(
  handler: WebHandler,
  manner: AnyProtocolOptions['manner'],
  tunnel: (socket: net.Socket, ends: Ends) => void,
): http.Server {
  const server = http.createServer((request, response) => {
    carries(endsOf(request.socket), requestText(request));
    handler(request, response);
  });
  server.on('clientError', (_error, socket) => endAfter(socket, BAD_REQUEST));
  const through = (request: IncomingMessage, socket: net.Socket, answer: string): void => {
    const ends = endsOf(request.socket);
    carries(ends, requestText(request));
    witness({ kind: 'http', ...ends, name: request.headers.host?.toLowerCase() ?? null });
    socket.on('error', () => socket.destroy());
    socket.write(answer);
    tunnel(socket, ends);
  };
  const isSocket = (stream: object): stream is net.Socket => stream instanceof net.Socket;
  server.on('connect', (request, stream, head: Buffer) => {
    if (manner === 'strict' || !isSocket(stream))
      return endAfter(stream, 'HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n');
    if (head.length > 0) stream.unshift(head);
    through(request, stream, 'HTTP/1.1 200 Connection established\r\n\r\n');
  });
  if (manner === 'strict') return server;
  server.on('upgrade', (request, stream, head: Buffer) => {
    if (!isSocket(stream)) {
      stream.destroy();
      return;
    }
    if (head.length > 0) stream.unshift(head);
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + WEBSOCKET_GUID)
      .digest('base64');
    through(
      request,
      stream,
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  return server;
}

/** What of a request may name its probe. */
function requestText({ url, rawHeaders }: IncomingMessage): Buffer {
  return Buffer.from([url ?? '', ...rawHeaders].join('\n'), 'latin1');
}

/** Say the last words and take what still comes for a while: closed at once, the words would be lost in a reset. */
function endAfter(stream: NodeJS.ReadWriteStream & { destroy(): unknown }, words: string): void {
  stream.end(words);
  stream.resume();
  setTimeout(() => stream.destroy(), DRAIN_TIMEOUT_MS).unref();
}
