/**
 * The shell scripts that probes send, and the frame that makes their output readable again.
 *
 * A script prints lines that begin with `@studio-egress` and a random-free key; all other output is the client's
 * own. The parser takes the first well-formed frame of each kind that carries this run's nonce, so that a server
 * which sends text like ours does not become a result.
 */
import type { CommandOutput, ProbeParameters } from './probe';

export interface ClientStep {
  /** Names whose addresses are looked up first, and which the marker connection imitates. */
  readonly names: readonly string[];
  /** The user's command. Runs in an empty folder of its own, with standard input closed. */
  readonly command: string;
  /** A shell test that holds only when the client's own product is there. */
  readonly product: string;
  /** Programs that the command needs. */
  readonly tools: readonly string[];
}

/** A DNS name as it may stand in a script: letters, digits, hyphens and dots, in labels of at most 63. */
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
const NONCE = /^[a-z0-9]{8,32}$/;

/** Throws a RangeError for anything that is not a plain DNS name in lower case. */
export function checkedName(name: string): string {
  if (!DNS_NAME.test(name)) throw new RangeError(`${JSON.stringify(name)} is not a DNS name in lower case`);
  return name;
}

/** The label that ties a firewall record to a probe: `n<nonce>.<name>` in the SNI of the marker connection. */
export const markerName = (nonce: string, name: string): string => `n${nonce}.${name}`;

/**
 * The script: look the names up, run the user's command under a bound that really bounds (a client's own timeouts
 * do not cover the TLS handshake; only `timeout` does, facts measured with git and wget), say whether the product is
 * there; beside it, one TLS connection per name whose SNI carries the nonce.
 */
export function probeScript(step: ClientStep, { nonce, timeoutMs, marker }: ProbeParameters): string {
  if (!NONCE.test(nonce)) throw new RangeError(`${JSON.stringify(nonce)} is not a nonce`);
  const names = step.names.map(checkedName);
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  return [
    'set -u',
    `say() { printf '@studio-egress ${nonce} %s %s\\n' "$1" "$2"; }`,
    'dir=$(mktemp -d) || { say client lost; exit 0; }',
    `trap 'rm -rf "$dir"' EXIT`,
    'cd "$dir" || exit 0',
    'export HOME="$dir" LC_ALL=C GIT_TERMINAL_PROMPT=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1',
    ...step.tools.map((tool) => `command -v ${tool} >/dev/null 2>&1 || { say missing ${tool}; exit 0; }`),
    ...names.map(
      (name) =>
        `say address "${name}=$(timeout 10 getent ahostsv4 ${name} 2>/dev/null | awk 'NR==1 {print $1}')"`,
    ),
    // All at once: a drop costs each connection its whole bound.
    ...(marker ? names.map((name) => `( ${markerCommand(nonce, name, seconds)}\n) &`) : []),
    `timeout -k 1 ${seconds} sh -c ${singleQuoted(step.command)} </dev/null >client.out 2>&1; code=$?`,
    'wait',
    'tail -c 6000 client.out',
    'echo',
    `if [ "$code" = 0 ] && ( ${step.product} ) >/dev/null 2>&1; then say product yes; else say product no; fi`,
    'say client "$code"',
    'say end 0',
  ].join('\n');
}

/**
 * One ClientHello that the firewall must judge like the name itself: a list entry with a leading dot covers its
 * subdomains, and a subdomain of an unlisted name is unlisted. The certificate is not looked at.
 */
function markerCommand(nonce: string, name: string, seconds: number): string {
  const marker = markerName(nonce, name);
  return [
    `ip=$(timeout 10 getent ahostsv4 ${name} 2>/dev/null | awk 'NR==1 {print $1}')`,
    `if [ -n "$ip" ]; then`,
    `  if command -v curl >/dev/null 2>&1; then`,
    `    timeout -k 1 ${seconds} curl -ksS -o /dev/null --noproxy '*' --max-time ${seconds} --resolve "${marker}:443:$ip" "https://${marker}/" </dev/null >/dev/null 2>&1; code=$?`,
    `  else`,
    `    timeout -k 1 ${seconds} openssl s_client -connect "$ip:443" -servername ${marker} </dev/null >/dev/null 2>&1; code=$?`,
    `  fi`,
    `  say marker "${name}=$code"`,
    `else say marker "${name}=unresolved"; fi`,
  ].join('\n');
}

/** One connection with a nonce under a name that nothing allows: when its record arrives, earlier ones have too. */
export function sentinelScript({
  nonce,
  name,
  timeoutMs,
}: Omit<ProbeParameters, 'marker'> & { readonly name: string }): string {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  if (!NONCE.test(nonce)) throw new RangeError(`${JSON.stringify(nonce)} is not a nonce`);
  return [
    'set -u',
    `say() { printf '@studio-egress ${nonce} %s %s\\n' "$1" "$2"; }`,
    markerCommand(nonce, checkedName(name), seconds),
    'say end 0',
  ].join('\n');
}

const singleQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What the script said, apart from the client's own words. */
export interface ScriptReport {
  /** The client's exit code; null when the frame is missing. */
  readonly clientExit: number | null;
  readonly productThere: boolean;
  readonly missingTool: string | null;
  /** By name: the address it had, or null when it had none. */
  readonly addresses: ReadonlyMap<string, string | null>;
  /** The client's own output, standard output and error together, at most the last 6,000 characters. */
  readonly clientText: string;
  /** False when the script's last frame is missing: output was cut or the command was ended. */
  readonly complete: boolean;
}

const FRAME = /^@studio-egress ([a-z0-9]{8,32}) (missing|address|client|product|marker|end) (.{0,300})$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Reads a script's output. Never throws; what is not well-formed is the client's text. */
export function readScript({ stdout }: Pick<CommandOutput, 'stdout'>): ScriptReport {
  const frames = new Map<string, string[]>();
  const text: string[] = [];
  let nonce: string | null = null;
  for (const line of stdout.split('\n')) {
    const match = FRAME.exec(line);
    // The script speaks before any server can: its first frame carries the true nonce.
    if (match?.[1] !== undefined) nonce ??= match[1];
    if (match === null || match[1] !== nonce) text.push(line);
    else frames.set(match[2] ?? '', [...(frames.get(match[2] ?? '') ?? []), match[3] ?? '']);
  }
  const client = frames.get('client')?.at(-1);
  return {
    clientExit: client !== undefined && /^\d{1,3}$/.test(client) ? Number(client) : null,
    productThere: frames.get('product')?.at(-1) === 'yes',
    missingTool: frames.get('missing')?.[0] ?? null,
    addresses: new Map((frames.get('address') ?? []).map(addressOf)),
    clientText: text.join('\n').trim(),
    complete: frames.has('end'),
  };
}

function addressOf(value: string): readonly [string, string | null] {
  const [name = '', address = ''] = value.split('=', 2);
  return [name, IPV4.test(address) ? address : null];
}
