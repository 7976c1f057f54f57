/** A name server that answers each question by a function: by UDP, TCP, TLS and HTTPS. Runs in a server process. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { recordConnection } from './any-protocol';
import { formatAnswer, parseQuery, type Answer, type Question } from './dns-message';
import { carries, endpoint, witness, type Ends } from './messages';

export interface DnsServer {
  close(): void;
}

export interface Asker {
  /** The server's address that was asked. */
  readonly local: string;
  readonly remote: string;
}

/** What is answered, now or once somebody else has been asked. */
export type Answerer = (question: Question, asker: Asker) => Answer | Promise<Answer>;

const DNS_PORT = 53;
/** RFC 7766: a client that says nothing is closed. */
const IDLE_TIMEOUT_MS = 10_000;

/** Answer questions that come to `address`. Resolves when it listens. */
export async function serveDns(address: string, answer: Answerer): Promise<DnsServer> {
  const udp = dgram.createSocket('udp4');
  let open = true;
  udp.on('message', (message, sender) => {
    const ends = {
      local: endpoint(address, DNS_PORT),
      remote: endpoint(sender.address, sender.port),
    };
    void answerTo(message, ends, answer).then((response) => {
      if (response !== null && open) udp.send(response, sender.port, sender.address, () => {});
    });
  });
  const tcp = net.createServer((socket) => serveDnsStream(socket, recordConnection(socket), answer));
  // One socket per address: a wildcard UDP socket would answer from the wrong one.
  udp.bind(DNS_PORT, address);
  tcp.listen(DNS_PORT, address);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  udp.on('error', () => {});
  return {
    close: () => {
      open = false;
      udp.close();
      tcp.close();
    },
  };
}

/** The answer to a message that came by whatever way; null for what is no question. */
export async function answerTo(message: Buffer, ends: Ends, answer: Answerer): Promise<Buffer | null> {
  const question = parseQuery(message);
  if (question === null) return null;
  witness({ kind: 'dns', ...ends, name: question.name, bytes: message.length });
  const asker = { local: addressOf(ends.local), remote: addressOf(ends.remote) };
  return formatAnswer(question, await answer(question, asker));
}

function addressOf(end: string): string {
  return end.slice(0, end.lastIndexOf(':'));
}

/** Questions on a connection, each behind its length (RFC 1035, 4.2.2; RFC 7858 inside TLS). */
export function serveDnsStream(socket: net.Socket, ends: Ends, answer: Answerer): void {
  let rest = Buffer.alloc(0);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const respond = async (message: Buffer): Promise<void> => {
    carries(ends, message);
    const response = await answerTo(message, ends, answer);
    if (socket.destroyed) return;
    if (response === null) return void socket.destroy();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(response.length);
    socket.write(Buffer.concat([length, response]));
  };
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      void respond(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  });
}
