/**
 * Many techniques in one shell script, so that one command of SSM carries them: all at once, each under a bound and in a
 * folder of its own. battery-report.ts reads what it says. Frames as in script.ts; whatever a technique prints has `| ` in
 * front, so that no bytes of a server's can look like a frame.
 */
import { checkedName, checkedNonce } from './dns-name';
import { FOREGROUND } from './script';
import { SENDER_MAIN, senderFiles } from './sender/sender-program';
import type { Technique, TechniquePlan } from './technique';

export interface BatteryItem {
  readonly technique: Technique;
  readonly plan: TechniquePlan;
  /** The technique's own, which its payloads carry. */
  readonly nonce: string;
}

export interface BatteryScriptOptions {
  /** Of the script's frames; no payload carries it. */
  readonly nonce: string;
  /** Bound of each technique's own sending: the context's that the plans were made with. */
  readonly timeoutMs: number;
  /**
   * Addresses from elsewhere, by name, for names to which the host's own resolver gives none, or a private one: who is
   * determined knows them, and neither a refused lookup nor a sinkhole stops anybody (battery-report.ts, `batteryAddresses`).
   */
  readonly addresses?: ReadonlyMap<string, string>;
}

/** SSM hands over the first 24,000 characters of a command's output (GetCommandInvocation, API reference; aws.md 5.9). */
const MAX_OUTPUT_CHARACTERS = 20_000;
/** SSM takes 64 kB of parameters (SendCommand; MEMORY). */
const MAX_SCRIPT_CHARACTERS = 60_000;
/** Of one technique, in at most so many lines. */
const MAX_TECHNIQUE_BYTES = 1000;
const MAX_TECHNIQUE_LINES = 3;
const LOOKUP_TIMEOUT_SECONDS = 5;
/** A busy host starts many senders at once; the bound of a technique is for what it sends. */
const STARTUP_SECONDS = 5;
/** Longer than any battery. */
const WATCH_SECONDS = 3600;
/** `timeout -k`, and printing. */
const ENDING_SECONDS = 3;

const TOOLS = ['python3', 'timeout', 'getent', 'awk', 'base64', 'gzip', 'mktemp', 'head', 'tr'];
const TECHNIQUE_ID = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]{3,39})$/;
const RESOLVER = 'resolver';

/** How long a battery's script may take; the bound that a transport is given. */
export const batteryTimeoutMs = (timeoutMs: number): number =>
  timeoutMs + (LOOKUP_TIMEOUT_SECONDS + STARTUP_SECONDS + ENDING_SECONDS) * 1000;

/**
 * The items in groups that each fit into one command, by the size of their scripts and the most they can print. Throws a
 * RangeError when one does not fit alone.
 */
export function batteryBatches(items: readonly BatteryItem[]): readonly (readonly BatteryItem[])[] {
  const batches: BatteryItem[][] = [];
  for (const item of items) {
    const last = batches.at(-1);
    if (last !== undefined && fits([...last, item])) last.push(item);
    else if (fits([item])) batches.push([item]);
    else throw new RangeError(`${item.technique.id} does not fit into a command`);
  }
  return batches;
}

/** Of the greatest length, to measure with. */
const LONGEST_NONCE = 'n'.repeat(32);
const LONGEST_TIMEOUT_MS = 999_999;
const LONGEST_ADDRESS = '255.255.255.255';
const FRAME_CHARACTERS = '@studio-egress  technique \n'.length + LONGEST_NONCE.length;

function fits(items: readonly BatteryItem[]): boolean {
  const frames = 2 * (FRAME_CHARACTERS + 10);
  const names = targets(items);
  const addresses = names.reduce((sum, name) => sum + FRAME_CHARACTERS + name.length + 40, 0);
  // The frame behind the output has an exit code, two times and a length.
  const each = 2 * (FRAME_CHARACTERS + 40) + 40 + MAX_TECHNIQUE_BYTES + MAX_TECHNIQUE_LINES * 3;
  return (
    frames + addresses + each * items.length <= MAX_OUTPUT_CHARACTERS &&
    batteryScript(items, {
      nonce: LONGEST_NONCE,
      timeoutMs: LONGEST_TIMEOUT_MS,
      addresses: new Map(names.map((name) => [name, LONGEST_ADDRESS])),
    }).length <= MAX_SCRIPT_CHARACTERS
  );
}

/**
 * The script. It ends within {@link batteryTimeoutMs} and takes its folder and its senders with it when it is told to end.
 * Throws a RangeError for a technique id, a name or a nonce that may not stand in a script, and for two of one id.
 */
export function batteryScript(
  items: readonly BatteryItem[],
  { nonce, timeoutMs, addresses = new Map() }: BatteryScriptOptions,
): string {
  const ids = items.map(({ technique }) => checkedId(technique.id));
  if (new Set(ids).size !== ids.length) throw new RangeError('a technique stands twice in a battery');
  const end = `END-OF-${checkedNonce(nonce)}`;
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000)) + STARTUP_SECONDS;
  return [
    ...opening(nonce, items.length),
    ...senderFiles().flatMap(({ name, lines }) => [
      `base64 -d <<'${end}' | gzip -dc >"$work/bin/${name}"`,
      ...lines,
      end,
    ]),
    ...addressCommands(targets(items), addresses),
    ...techniqueFunction(seconds),
    ...items.flatMap(({ technique, plan }) => [
      `technique ${technique.id} <<'${end}'`,
      checkedScript(plan.script, end),
      end,
    ]),
    ...WAIT,
    ...reportFunction(),
    ...ids.map((id) => `report ${id}`),
    'say end 0',
  ].join('\n');
}

/** The lookups alone: what another host's resolver says of the names, for `addresses`. Ends within 5 s and a little. */
export function batteryLookupScript(items: readonly BatteryItem[], nonce: string): string {
  return [
    ...opening(checkedNonce(nonce), items.length),
    ...addressCommands(targets(items), new Map()),
    'say end 0',
  ].join('\n');
}

function opening(nonce: string, count: number): readonly string[] {
  return [
    'set -u',
    `say() { printf '@studio-egress ${nonce} %s %s\\n' "$1" "$2"; }`,
    `say begin ${count}`,
    `for tool in ${TOOLS.join(' ')}; do command -v $tool >/dev/null 2>&1 || { say missing $tool; exit 0; }; done`,
    'work=$(mktemp -d) || { say missing a-temporary-folder; exit 0; }',
    FOREGROUND,
    'export fg',
    'pids=',
    ...watcher(),
    `trap '{ kill "$watcher"; [ -z "$pids" ] || { kill $pids; wait $pids; }; } 2>/dev/null; rm -rf "$work"' EXIT`,
    // Without these, the shell would die and leave the folder. PIPE: whoever reads our output is gone.
    `trap 'exit 143' HUP INT TERM PIPE`,
    'mkdir "$work/bin" || exit 1',
    `export HOME="$work" LC_ALL=C SENDER="$work/bin/${SENDER_MAIN}"`,
  ];
}

/** For what was started; a bare `wait` would wait for the watcher as well. */
const WAIT = ['[ -z "$pids" ] || wait $pids', 'pids='];

/**
 * An agent that cancels a command kills its process group, and no trap is asked (amazon-ssm-agent; MEMORY). Out of that
 * group, since `timeout` leads one of its own, somebody waits for the script's end, and then ends senders and folder.
 */
function watcher(): readonly string[] {
  return [
    `timeout ${WATCH_SECONDS} sh -c '`,
    '  while kill -0 "$1"; do sleep 1; done',
    '  for group in $(cat "$2"/*/group); do kill -s KILL -- "-$group"; done',
    '  rm -rf "$2"',
    `' watch "$$" "$work" </dev/null >/dev/null 2>&1 &`,
    'watcher=$!',
  ];
}

/** Each name once, looked up as the host does it; the sender takes its addresses from the same file. */
function addressCommands(
  names: readonly string[],
  elsewhere: NonNullable<BatteryScriptOptions['addresses']>,
): readonly string[] {
  const literal = names.filter((name) => ADDRESS.test(name));
  const asked = names.filter((name) => !ADDRESS.test(name) && name !== RESOLVER).map(checkedName);
  return [
    'address() {',
    `  ip=$(timeout $fg ${LOOKUP_TIMEOUT_SECONDS} getent ahostsv4 "$1" 2>/dev/null | awk 'NR==1 {print $1}')`,
    // The host itself is nobody's server, and a private address of a name of the internet is a sinkhole.
    '  case "$ip" in 0.*|127.*) ip= ;; esac',
    `  case "$3 $ip" in ${SINKHOLES.map((start) => `"public "${start}`).join('|')}) ip= ;; esac`,
    `  [ -n "$ip" ] || { ip=$2; touch "$work/elsewhere.$1"; }`,
    `  echo "$1=$ip" >"$work/address.$1"`,
    '}',
    ...asked.map((name) => {
      const known = checkedAddress(elsewhere.get(name));
      return `address ${name} '${known}' ${AWS_NAME.test(name) ? 'any' : 'public'} & pids="$pids $!"`;
    }),
    ...literal.map((address) => `echo ${address}=${address} >"$work/address.${address}"`),
    ...(names.includes(RESOLVER) ? resolverCommands() : []),
    ...WAIT,
    'cat "$work"/address.* >"$work/bin/addresses" 2>/dev/null',
    'while IFS= read -r line; do',
    '  kind=address; [ ! -f "$work/elsewhere.${line%%=*}" ] || kind=elsewhere; say "$kind" "$line"',
    'done <"$work/bin/addresses"',
  ];
}

/** Beginnings of addresses that no server of the internet has (RFC 6890), as shell patterns. */
const SINKHOLES = ['10.*', '192.168.*', '169.254.*', '172.1[6-9].*', '172.2[0-9].*', '172.3[01].*'];
/** These have private addresses in a VPC by right, where an interface endpoint answers to them (PrivateLink guide; MEMORY). */
const AWS_NAME = /\.amazonaws\.com(\.cn)?$/;

/** The host's name server; where that is a stub on the host itself, the one behind it. */
function resolverCommands(): readonly string[] {
  const first = `awk '$1 == "nameserver" {print $2; exit}'`;
  return [
    `server=$(${first} /etc/resolv.conf 2>/dev/null)`,
    'case "$server" in 127.*)',
    `  behind=$(${first} /run/systemd/resolve/resolv.conf 2>/dev/null); server=\${behind:-$server} ;;`,
    'esac',
    `echo "${RESOLVER}=$server" >"$work/address.${RESOLVER}"`,
  ];
}

function techniqueFunction(seconds: number): readonly string[] {
  return [
    // Busybox has no fractions of a second.
    `now() { at=$(date +%s%3N); case "$at" in *[!0-9]*) at=$(date +%s)000 ;; esac; echo "$at"; }`,
    'technique() {',
    '  mkdir -p "$work/$1/dir"; cat >"$work/$1/script"',
    '  (',
    '    ulimit -f 2048',
    '    client=; id=$1',
    // `timeout` leads a process group of its own, and only waits for the shell in it.
    '    finish() { rm -f "$work/$1/group"; kill -s KILL -- "-$client" 2>/dev/null; client=; }',
    `    trap '[ -z "$client" ] || { kill "$client"; wait "$client"; finish "$id"; } 2>/dev/null; exit 143' TERM`,
    '    dir="$work/$1/dir"; export dir; cd "$dir" || exit 1',
    '    started=$(now)',
    `    timeout -k 1 ${seconds} sh "$work/$1/script" </dev/null >"$work/$1/out" 2>&1 &`,
    '    client=$!; echo "$client" >"$work/$id/group"',
    '    wait "$client"; code=$?; finish "$id"',
    '    echo "$code $started $(now)" >"$work/$1/ran"',
    '  ) &',
    '  pids="$pids $!"',
    '}',
  ];
}

/** What a technique printed, between two frames of which the second has its length: a cut cannot go unseen. */
function reportFunction(): readonly string[] {
  return [
    'report() {',
    '  cd "$work/$1" || return',
    '  say technique "$1"',
    `  head -c ${MAX_TECHNIQUE_BYTES} out | tr -cd '\\n -~' | head -n ${MAX_TECHNIQUE_LINES} >shown`,
    `  awk '{print "| " $0}' shown`,
    `  say ran "$1 $(cat ran 2>/dev/null) $(tr -d '\\n' <shown | wc -c)"`,
    '}',
  ];
}

const targets = (items: readonly BatteryItem[]): readonly string[] => [
  ...new Set(items.flatMap(({ plan }) => plan.flows.map(({ to }) => to))),
];

function checkedId(id: string): string {
  if (!TECHNIQUE_ID.test(id)) throw new RangeError(`${JSON.stringify(id.slice(0, 100))} is no technique id`);
  return id;
}

function checkedAddress(address: string | undefined): string {
  if (address !== undefined && !ADDRESS.test(address)) {
    throw new RangeError(`${JSON.stringify(address.slice(0, 100))} is no address`);
  }
  return address ?? '';
}

function checkedScript(script: string, end: string): string {
  if (script.includes(end)) throw new RangeError("a technique's script holds the battery's nonce");
  return script;
}
