/**
 * The shell scripts that probes send. Their output is read by script-report.ts: frames of our own begin with
 * `@studio-egress <nonce>`, and every line of the client's has `| ` in front, so that whatever a server sends can never
 * look like a frame, even though an allowed server learns the nonce from the marker connection.
 */
import { checkedName, checkedNonce, markerName } from './dns-name';
import type { ProbeParameters } from './probe';

export interface ClientStep {
  /** Names whose addresses are looked up, and which the marker connections imitate. */
  readonly names: readonly string[];
  /** The user's command: a program and its arguments. Runs in an empty folder of its own, with standard input closed. */
  readonly command: string;
  /** A shell test that holds only when the client's own product is there. */
  readonly product: string;
  /** Programs that the command needs. */
  readonly tools: readonly string[];
  /** Where others go by the same name: a shell test that holds for the one that is meant, and what that is called. */
  readonly kind?: { readonly name: string; readonly test: string };
  /** Time the client takes before it connects, on top of its bound, where it bounds its connections itself. */
  readonly startupMs?: number;
}

const LOOKUP_TIMEOUT_SECONDS = 10;
const MAX_CLIENT_BYTES = 6000;

/**
 * The script: run the user's command under a bound that really bounds, say whether its product is there, and beside it
 * open one TLS connection per name whose SNI carries the nonce. A client's own timeouts do not cover the TLS handshake,
 * so only `timeout` bounds it (measured: git hangs for 300 s, wget for ever). It ends within the bound and some 15 s,
 * and takes its folder and its client with it when it is told to end.
 */
export function probeScript(step: ClientStep, { nonce, timeoutMs, marker }: ProbeParameters): string {
  const names = step.names.map(checkedName);
  const seconds = wholeSeconds(timeoutMs);
  const clientSeconds = wholeSeconds(timeoutMs + (step.startupMs ?? 0));
  return [
    ...opening(nonce),
    ...step.tools.map((tool) => `command -v ${tool} >/dev/null 2>&1 || { say missing ${tool}; exit 0; }`),
    ...(step.kind === undefined
      ? []
      : [`( ${step.kind.test} ) >/dev/null 2>&1 || { say missing ${step.kind.name}; exit 0; }`]),
    'dir=$(mktemp -d) || { say missing a-temporary-folder; exit 0; }',
    'client=',
    `trap '[ -z "$client" ] || { kill "$client"; wait "$client"; } 2>/dev/null; rm -rf "$dir"' EXIT`,
    // Without these, the shell would die and leave the folder. PIPE: whoever reads our output is gone.
    `trap 'exit 143' HUP INT TERM PIPE`,
    'cd "$dir" || exit 1',
    'export HOME="$dir" LC_ALL=C',
    // All at once, the client too: a drop costs each connection its whole bound.
    ...names.map((name) => `( ${nameCommands({ nonce, name, seconds, marker })}\n) &`),
    `timeout -k 1 ${clientSeconds} ${step.command} </dev/null >client.out 2>&1 &`,
    'client=$!',
    'wait "$client"; code=$?; client=',
    'wait',
    `tail -c ${MAX_CLIENT_BYTES} client.out | sed 's/^/| /'`,
    'echo',
    `if [ "$code" = 0 ] && ( ${step.product} ) >/dev/null 2>&1; then say product yes; else say product no; fi`,
    'say client "$code"',
    'say end 0',
  ].join('\n');
}

/**
 * One connection with a nonce under names that nothing allows, after all others: when its record arrives, earlier ones
 * have had their time. Several names, because one of them may not resolve.
 */
export function sentinelScript({
  nonce,
  names,
  timeoutMs,
}: Omit<ProbeParameters, 'marker'> & { readonly names: readonly string[] }): string {
  const seconds = wholeSeconds(timeoutMs);
  return [
    ...opening(nonce),
    ...names.map(
      (name) => `( ${nameCommands({ nonce, name: checkedName(name), seconds, marker: true })}\n) &`,
    ),
    'wait',
    'say end 0',
  ].join('\n');
}

/**
 * One short connection to each of these names, as a user would open it: what the FLOW log must have once it is complete.
 * The names must be allowed, since a dropped flow is on record only when it has timed out.
 */
export function flowSentinelScript({
  nonce,
  names,
  timeoutMs,
}: Omit<ProbeParameters, 'marker'> & { readonly names: readonly string[] }): string {
  const seconds = wholeSeconds(timeoutMs);
  return [
    ...opening(nonce),
    ...names
      .map(checkedName)
      .flatMap((name) => [
        '(',
        nameCommands({ nonce, name, seconds, marker: false }),
        'code=1',
        `[ -z "$ip" ] || { if command -v curl >/dev/null 2>&1; then`,
        `  timeout $fg -k 1 ${seconds + 1} curl -qksS -o /dev/null --noproxy '*' --max-time ${seconds} --resolve "${name}:443:$ip" "https://${name}/" </dev/null >/dev/null 2>&1; code=$?`,
        'else',
        `  timeout $fg -k 1 ${seconds} openssl s_client -connect "$ip:443" -servername ${name} </dev/null >/dev/null 2>&1; code=$?`,
        'fi; }',
        `if [ "$code" = 0 ]; then say marker "${name}=0 tls"; else say marker "${name}=$code unknown"; fi`,
        ') &',
      ]),
    'wait',
    'say end 0',
  ].join('\n');
}

function opening(nonce: string): readonly string[] {
  return [
    'set -u',
    `say() { printf '@studio-egress ${checkedNonce(nonce)} %s %s\\n' "$1" "$2"; }`,
    'say begin 0',
    FOREGROUND,
  ];
}

/**
 * With it, `timeout` keeps what it runs in the script's group, which is what a transport ends. Busybox does not know it, and
 * does so by itself.
 */
export const FOREGROUND = 'fg=--foreground; timeout $fg 5 true 2>/dev/null || fg=';

interface NameStep {
  readonly nonce: string;
  readonly name: string;
  readonly seconds: number;
  readonly marker: boolean;
}

/** Says a name's address and, with a marker, opens its connection. In a subshell. */
function nameCommands({ nonce, name, seconds, marker }: NameStep): string {
  return [
    `ip=$(timeout $fg ${LOOKUP_TIMEOUT_SECONDS} getent ahostsv4 ${name} 2>/dev/null | awk 'NR==1 {print $1}')`,
    `say address "${name}=$ip"`,
    ...(marker ? markerCommands({ nonce, name, seconds }) : []),
  ].join('\n');
}

/**
 * One ClientHello that the firewall must judge like the name itself: a list entry with a leading dot covers its
 * subdomains, and a subdomain of an unlisted name is unlisted (Network Firewall developer guide,
 * stateful-rule-groups-domain-names). The certificate is not looked at. What curl says on its way tells how far it came:
 * its own timings stay 0 until the handshake is done.
 */
function markerCommands({ nonce, name, seconds }: Omit<NameStep, 'marker'>): readonly string[] {
  const marker = markerName(nonce, name);
  return [
    `if [ -z "$ip" ]; then say marker "${name}=0 unresolved"`,
    `elif ! command -v curl >/dev/null 2>&1 && ! command -v openssl >/dev/null 2>&1; then`,
    `  say marker "${name}=127 unsent"`,
    `else`,
    `  if command -v curl >/dev/null 2>&1; then`,
    `    said=$(timeout $fg -k 1 ${seconds + 1} curl -qvksS -o /dev/null --noproxy '*' --max-time ${seconds} --resolve "${marker}:443:$ip" "https://${marker}/" </dev/null 2>&1); code=$?`,
    `  else`,
    `    said=$(timeout $fg -k 1 ${seconds} openssl s_client -connect "$ip:443" -servername ${marker} </dev/null 2>&1); code=$?`,
    `  fi`,
    `  case "$said" in`,
    `    *'SSL connection using'*|*'TLS handshake, Finished'*|*'Server certificate'*) reached=tls ;;`,
    `    *'Client hello'*|*'ALPN'*|*'Connected to'*|*'CONNECTED('*) reached=tcp ;;`,
    `    *'onnection refused'*) reached=refused ;;`,
    `    *'is unreachable'*|*'No route to host'*) reached=unreachable ;;`,
    `    *'Trying '*) reached=nothing ;;`,
    `    *) reached=unknown ;;`,
    `  esac`,
    `  say marker "${name}=$code $reached"`,
    `fi`,
  ];
}

const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
