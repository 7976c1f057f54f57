/**
 * The watch over everything that comes into the internet's namespace: the process that sniffer.py is, and what it says,
 * strictly read.
 */
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { InternetArrival } from '../network';
import type { Sandbox } from '../sandbox';
import { serverOf, type ServerMessage, type ServerProcess } from '../server-process';

/** What the sniffer says. */
export type SniffedMessage =
  | { readonly type: 'arrival'; readonly arrival: InternetArrival }
  /** A connection or datagram whose port is rewritten before a socket sees it, with the port it really came to. */
  | {
      readonly type: 'redirected';
      readonly protocol: string;
      readonly remote: string;
      readonly local: string;
    }
  /** Packets or flows that it could not follow. */
  | { readonly type: 'lost'; readonly count: number };

export interface StartSnifferOptions {
  readonly sandbox: Sandbox;
  readonly namespace: string;
  /** Addresses whose connections are told with the ports they came to. */
  readonly redirected: readonly string[];
  readonly onMessage: (message: SniffedMessage) => void;
}

/**
 * Start it; resolves when it sees packets. Needs CAP_NET_RAW in the namespace, which the sandbox's root has. Python alone,
 * without its site's modules: it is up in about 20 ms.
 */
export async function startSniffer({
  sandbox,
  namespace,
  redirected,
  onMessage,
}: StartSnifferOptions): Promise<ServerProcess> {
  const script = path.posix.join(sandbox.dir, 'servers', `${namespace}-sniffer.py`);
  const file = sandbox.hostPath(script);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await readFile(path.join(__dirname, 'sniffer.py')));
  const child = sandbox.spawn(['python3', '-I', '-S', '-E', script], { namespace });
  const server = serverOf(child, {
    what: `the sniffer in ${namespace}`,
    onMessage: (message) => onMessage(sniffedMessage(message)),
  });
  await server.ask({ redirected });
  return server;
}

/** Read a message. Throws ServerError's cause for what is none: its text is made of packets that anybody may send. */
export function sniffedMessage(message: ServerMessage): SniffedMessage {
  const { type, count, protocol, remote, local } = message;
  if (type === 'arrival') return { type, arrival: arrivalOf(message) };
  if (type === 'lost' && typeof count === 'number') return { type, count };
  if (type === 'redirected' && [protocol, remote, local].every((part) => typeof part === 'string'))
    return { type, protocol: String(protocol), remote: String(remote), local: String(local) };
  throw new Error(`the sniffer said ${JSON.stringify(message).slice(0, 500)}`);
}

/** An arrival as the sniffer or a server tells it. Throws for what is none. */
export function arrivalOf({ at, nonce, protocol, remote, local, bytes }: ServerMessage): InternetArrival {
  const end = /^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$/;
  const isEnd = (value: unknown): value is string => typeof value === 'string' && end.test(value);
  if (
    typeof at === 'string' &&
    typeof nonce === 'string' &&
    /^[0-9a-f]{16}$/.test(nonce) &&
    typeof protocol === 'string' &&
    typeof bytes === 'number' &&
    isEnd(remote) &&
    isEnd(local)
  )
    return { at, nonce, protocol, remote, local, bytes };
  throw new Error(
    `no arrival: ${JSON.stringify({ at, nonce, protocol, remote, local, bytes }).slice(0, 500)}`,
  );
}
