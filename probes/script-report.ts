/** Reads the output of a probe's script (script.ts) back into what it reported. */
import type { CommandOutput } from './probe';

/**
 * How far a marker connection came. `tcp`: connected, ClientHello sent, no handshake; `nothing`: no answer to the SYN; `unsent`: the
 * host has neither curl nor openssl.
 */
export type Reached =
  | 'tls'
  | 'tcp'
  | 'nothing'
  | 'refused'
  | 'unreachable'
  | 'unresolved'
  | 'unsent'
  | 'unknown';

export interface MarkerReport {
  /** curl's exit code, or openssl's. */
  readonly exitCode: number | null;
  readonly reached: Reached;
}

/** What the script said, apart from the client's own words. */
export interface ScriptReport {
  /** The client's exit code; null when the frame is missing. */
  readonly clientExit: number | null;
  readonly productThere: boolean;
  readonly missingTool: string | null;
  /** By name: the address it had, or null when it had none. */
  readonly addresses: ReadonlyMap<string, string | null>;
  /** By name; empty in a control run. */
  readonly markers: ReadonlyMap<string, MarkerReport>;
  /** The client's own output, standard output and error together, at most the last 6,000 bytes. */
  readonly clientText: string;
  /** False when the script's last frame is missing: output was cut or the command was ended. */
  readonly complete: boolean;
}

const CLIENT_LINE = '| ';
const FRAME =
  /^@studio-egress ([a-z0-9]{8,32}) (begin|missing|address|client|product|marker|end) ([\x20-\x7e]{0,300})$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const MARKER = /^(\d{1,3}) (tls|tcp|nothing|refused|unreachable|unresolved|unsent|unknown)$/;

/** Never throws. Only lines that stand at the left margin can be frames; the client's never do. */
export function readScript({ stdout }: Pick<CommandOutput, 'stdout'>): ScriptReport {
  const frames: { readonly kind: string; readonly value: string }[] = [];
  const text: string[] = [];
  let nonce: string | null = null;
  for (const line of stdout.split('\n')) {
    if (line.startsWith(CLIENT_LINE)) text.push(line.slice(CLIENT_LINE.length));
    const [, of, kind = '', value = ''] = FRAME.exec(line) ?? [];
    if (kind === 'begin') nonce ??= of ?? null;
    if (of !== undefined && of === nonce) frames.push({ kind, value });
  }
  const valuesOf = (kind: string): readonly string[] =>
    frames.filter((frame) => frame.kind === kind).map(({ value }) => value);
  const client = valuesOf('client').at(-1);
  return {
    clientExit: client !== undefined && /^\d{1,3}$/.test(client) ? Number(client) : null,
    productThere: valuesOf('product').at(-1) === 'yes',
    missingTool: valuesOf('missing')[0] ?? null,
    addresses: new Map(valuesOf('address').map(addressOf)),
    markers: new Map(valuesOf('marker').flatMap(markerOf)),
    clientText: text.join('\n').trim(),
    complete: frames.at(-1)?.kind === 'end',
  };
}

function addressOf(value: string): readonly [string, string | null] {
  const [name = '', address = ''] = value.split('=', 2);
  return [name, IPV4.test(address) ? address : null];
}

function markerOf(value: string): readonly (readonly [string, MarkerReport])[] {
  const [name = '', said = ''] = value.split('=', 2);
  const [, code, reached] = MARKER.exec(said) ?? [];
  return code === undefined || !isReached(reached) ? [] : [[name, { exitCode: Number(code), reached }]];
}

const REACHED: readonly string[] = [
  'tls',
  'tcp',
  'nothing',
  'refused',
  'unreachable',
  'unresolved',
  'unsent',
  'unknown',
] satisfies readonly Reached[];

const isReached = (word: string | undefined): word is Reached => word !== undefined && REACHED.includes(word);
