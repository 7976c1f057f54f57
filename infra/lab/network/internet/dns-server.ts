/** A name server on one address, by UDP and TCP, that answers each question by a function. Runs in a server process. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { formatAnswer, parseQuery, type Answer, type Question } from './dns-message';
import { endpoint, witness } from './messages';

export interface DnsServer {
  close(): void;
}

export interface Asker {
  /** The server's address that was asked. */
  readonly local: string;
  readonly remote: string;
}

const DNS_PORT = 53;
/** RFC 7766: a client that says nothing is closed. */
const IDLE_TIMEOUT_MS = 10_000;

/** Answer questions that come to `address`. Resolves when it listens. */
export async function serveDns(
  address: string,
  answer: (question: Question, asker: Asker) => Answer,
): Promise<DnsServer> {
  const respond = (message: Buffer, remote: string, remotePort: number): Buffer | null => {
    const question = parseQuery(message);
    if (question === null) return null;
    witness({
      kind: 'dns',
      local: endpoint(address, DNS_PORT),
      remote: endpoint(remote, remotePort),
      name: question.name,
    });
    return formatAnswer(question, answer(question, { local: address, remote }));
  };
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, sender) => {
    const response = respond(message, sender.address, sender.port);
    if (response !== null) udp.send(response, sender.port, sender.address, () => {});
  });
  const tcp = net.createServer((socket) => serveStream(socket, respond));
  // One socket per address: a wildcard UDP socket would answer from the wrong one.
  udp.bind(DNS_PORT, address);
  tcp.listen(DNS_PORT, address);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  udp.on('error', () => {});
  return {
    close: () => {
      udp.close();
      tcp.close();
    },
  };
}

function serveStream(
  socket: net.Socket,
  respond: (message: Buffer, remote: string, remotePort: number) => Buffer | null,
): void {
  const { remoteAddress = '', remotePort = 0 } = socket;
  let rest = Buffer.alloc(0);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      const response = respond(rest.subarray(2, end), remoteAddress, remotePort);
      rest = rest.subarray(end);
      if (response === null) {
        socket.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(response.length);
      socket.write(Buffer.concat([length, response]));
    }
  });
}
