/** The inside of a server process: JSON lines in and out. Runs in the server, imports Node only. */
import type net from 'node:net';
import { createInterface } from 'node:readline';
import { noncesIn } from './nonce';

/** Say something to whoever started this process. */
export function say(message: { readonly type: string; readonly [field: string]: unknown }): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

export type WitnessKind = 'tcp' | 'payload' | 'tls' | 'http' | 'dns' | 'udp';

/** The two ends of what arrived, as `address:port`. */
export interface Ends {
  readonly local: string;
  readonly remote: string;
}

export interface Witnessed extends Ends {
  readonly kind: WitnessKind;
  /** The name that was asked for: SNI, Host or question; null where there was none. */
  readonly name: string | null;
  /** Payload bytes, where they are what the record is about. */
  readonly bytes?: number;
}

/** Put an arrival on record. */
export function witness(witnessed: Witnessed): void {
  say({ type: 'witness', at: new Date().toISOString(), ...witnessed });
}

/**
 * Put on record which nonces the payload of a TCP connection carries. For what TLS hides on the wire; what it does not
 * hide the sniffer has as well, and who reads the records takes them for one.
 */
export function carries(ends: Ends, payload: Buffer): void {
  for (const nonce of noncesIn(payload)) {
    say({
      type: 'arrival',
      at: new Date().toISOString(),
      nonce,
      protocol: 'tcp',
      ...ends,
      bytes: payload.length,
    });
  }
}

/**
 * Do what each message on standard input asks, handed on as its JSON text, and say so; end with the input. A request that fails ends the process,
 * with the reason on standard error, so that nobody takes a half-made server for a working one. An empty request asks for
 * no more than the word that all before it is on record.
 */
export function serveRequests(handle: (request: string) => Promise<void>): void {
  const input = createInterface({ input: process.stdin });
  let last = Promise.resolve();
  input.on('line', (line) => {
    last = last.then(async () => {
      const { request, ...asked }: { request: number } = JSON.parse(line);
      if (Object.keys(asked).length > 0) await handle(line);
      say({ type: 'done', request });
    });
    last.catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
  });
  input.on('close', () => process.exit(0));
}

/** `address:port` of one end of a connection; an IPv4 address inside IPv6 as itself. */
export function endpoint(address: string | undefined, port: number | undefined): string {
  return `${(address ?? '').replace(/^::ffff:/, '')}:${port ?? 0}`;
}

export function endsOf(socket: net.Socket): Ends {
  return {
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
  };
}
