/** The inside of a server process: JSON lines in and out. Runs in the server, imports Node only. */
import { createInterface } from 'node:readline';

/** Say something to whoever started this process. */
export function say(message: { readonly type: string; readonly [field: string]: unknown }): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

export type WitnessKind = 'tcp' | 'tls' | 'http' | 'dns' | 'udp';

export interface Arrival {
  readonly kind: WitnessKind;
  /** `address:port`. */
  readonly local: string;
  readonly remote: string;
  /** The name the arrival asked for: SNI, Host or question; null where it named none. */
  readonly name: string | null;
}

/** Put an arrival on record. */
export function witness(arrival: Arrival): void {
  say({ type: 'witness', at: new Date().toISOString(), ...arrival });
}

/**
 * Do what each message on standard input asks, handed on as its JSON text, and say so; end with the input. A request that fails ends the process,
 * with the reason on standard error, so that nobody takes a half-made server for a working one.
 */
export function serveRequests(handle: (request: string) => Promise<void>): void {
  const input = createInterface({ input: process.stdin });
  let last = Promise.resolve();
  input.on('line', (line) => {
    last = last.then(async () => {
      const { request }: { request: number } = JSON.parse(line);
      await handle(line);
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
