/** Listening sockets, each on every address or on one. Runs in a server process. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { recordConnection } from './any-protocol';
import { serveLines, type LineServer } from './line-protocols';
import { endpoint, witness, type Ends } from './messages';

const ANY_ADDRESS = '0.0.0.0';
/** More at once than all probes of a run, and a bound for who wants to fill the machine. */
const MAX_CONNECTIONS = 2_000;

/** TCP on every address. Resolves when it listens. */
export async function serveTcp(port: number, serve: (socket: net.Socket, ends: Ends) => void): Promise<void> {
  // What a client sends before it closes its side is answered all the same.
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    serve(socket, recordConnection(socket)),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen({ port, host: ANY_ADDRESS, backlog: 1_024 });
  await once(server, 'listening');
  server.on('error', () => {});
}

/** A protocol of lines in which the server speaks first. */
export async function serveLineProtocol(port: number, protocol: () => LineServer): Promise<void> {
  await serveTcp(port, (socket) => serveLines(socket, protocol()));
}

/** Takes everything, answers nothing. */
export async function serveSink(port: number): Promise<void> {
  await serveTcp(port, (socket) => {
    socket.once('end', () => socket.end());
    socket.resume();
  });
}

/** The server that greets a client which has said nothing for a while, and else serves whatever it speaks. */
export async function servePatiently(
  port: number,
  serve: (socket: net.Socket, ends: Ends) => void,
  { greeting, patienceMs }: { readonly greeting: string; readonly patienceMs: number },
): Promise<void> {
  await serveTcp(port, (socket, ends) => {
    const timer = setTimeout(() => socket.write(greeting), patienceMs);
    const enough = (): void => clearTimeout(timer);
    for (const event of ['data', 'end', 'close'] as const) socket.once(event, enough);
    serve(socket, ends);
  });
}

/** UDP on one address, since a wildcard socket would answer from the wrong one. */
export async function serveUdp(
  port: number,
  address: string,
  answer: (message: Buffer) => Buffer | null,
): Promise<void> {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (message, sender) => {
    witness({
      kind: 'udp',
      local: endpoint(address, port),
      remote: endpoint(sender.address, sender.port),
      name: null,
      bytes: message.length,
    });
    const answered = answer(message);
    if (answered !== null) socket.send(answered, sender.port, sender.address, () => {});
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.on('error', () => {});
}
