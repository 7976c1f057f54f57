/**
 * Real clients beside the packet sender: where an ordinary host has the client that a person would use (curl, ssh, dig, …),
 * a technique runs it too, at the same time, under the same bound and to the same address. Each says one line of ours:
 *
 *     client LABEL missing | client LABEL unresolved | client LABEL EXIT [WORD …]
 *
 * of numbers and words of a fixed set only: what a server said is read on the host and never printed. A client that is not
 * there, or cannot do what it is asked, has no say, and then the sender alone decides; a line that was lost is `inconclusive`.
 */
import { checkedName } from '../dns-name';
import type { ClientResult, CommandOutput } from '../probe';
import { worstOf } from '../sender/sender-result';
import type { Technique, TechniquePlan } from '../technique';
import { boundSeconds, type ClientReport, type ClientVerdict } from './client-verdict';

export interface RealClient {
  /** Of its own within a technique: `curl`, `dig-tcp`. */
  readonly label: string;
  /** What has to be on the host. */
  readonly program: string;
  /** One of the plan's targets: a name, or an IPv4 address. */
  readonly to: string;
  /** The command, of constants and checked values, `"$address"` and nothing else of the host's. */
  readonly command: string;
  /** From its start to its end. */
  readonly timeoutMs: number;
  /** An awk program, without single quotes, that reads its stdout and then its stderr and prints numbers and words of a fixed set. */
  readonly reader: string;
  readonly judge: (report: ClientReport) => ClientVerdict;
}

export interface Clients {
  readonly clients: readonly RealClient[];
  /** Of the technique. `denied`: whoever gets through counts. `allowed`: whoever does not. */
  readonly expect: Technique['expect'];
}

const LABEL = /^[a-z][a-z-]{0,11}$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const LINE =
  /^client ([a-z-]{1,12}) (?:(missing|unresolved)|(\d{1,3})((?: (?:[a-z-]{1,12}|[0-9.]{1,12})){0,5}) ?)$/;

/**
 * The plan with clients beside its sends. The clients send what its flows have already: same address, port and name. Throws a
 * RangeError for a label, a target or a reader that may not stand in a script.
 */
export function withClients(plan: TechniquePlan, { clients, expect }: Clients): TechniquePlan {
  for (const { to } of clients)
    if (!plan.flows.some((flow) => flow.to === to)) throw new RangeError(`no flow goes to ${to}`);
  const lines = clients.map(({ label }) => `${label}.line`).join(' ');
  return {
    flows: plan.flows,
    // In parentheses, for the sender's command takes its shell's place.
    script: [
      ...clients.map(clientCommand),
      `(${plan.script})`,
      'code=$?',
      'wait',
      `cat ${lines}`,
      'exit $code',
    ].join('\n'),
    parse: (output) => {
      const [said, rest] = taken(output);
      const outcomes = clients.map((client) => [client.label, verdictOf(client, said)] as const);
      return combined({ sender: plan.parse(rest), outcomes, expect });
    },
  };
}

/** In the background. `--foreground`, where `timeout` knows it (script.ts), keeps the client in the technique's process group, which is what is ended at last. */
function clientCommand({ label, program, to, command, timeoutMs, reader }: RealClient): string {
  if (!LABEL.test(label) || !LABEL.test(program)) throw new RangeError(`${label} is no client's label`);
  if (reader.includes("'")) throw new RangeError(`the reader of ${label} ends its own quotes`);
  const target = IPV4.test(to) ? to : checkedName(to);
  return [
    '(',
    `  address=$(awk -F= '$1 == "${target}" {print $2; exit}' "\${SENDER%/*}/addresses")`,
    `  case "$address" in ''|*[!0-9.]*) echo client ${label} unresolved; exit;; esac`,
    `  command -v ${program} >/dev/null || { echo client ${label} missing; exit; }`,
    `  timeout \${fg---foreground} -k 1 ${boundSeconds(timeoutMs)} ${command} </dev/null >${label}.out 2>${label}.err`,
    `  code=$?; echo client ${label} $code $(awk '${reader}' ${label}.out ${label}.err)`,
    `) >${label}.line 2>/dev/null &`,
  ].join('\n');
}

type Said = ReadonlyMap<string, readonly string[]>;

/** The clients' lines by label, and the output without them. */
function taken(output: CommandOutput): readonly [said: Said, rest: CommandOutput] {
  const lines = output.stdout.split('\n');
  const said = new Map<string, readonly string[]>();
  for (const line of lines.filter(isClients)) {
    const label = line.split(' ')[1] ?? '';
    said.set(label, [...(said.get(label) ?? []), line]);
  }
  return [said, { ...output, stdout: lines.filter((line) => !isClients(line)).join('\n') }];
}

const isClients = (line: string): boolean => line.startsWith('client ');

function verdictOf({ label, program, judge }: RealClient, said: Said): ClientVerdict {
  const [line, ...others] = said.get(label) ?? [];
  const read = line === undefined || others.length > 0 ? null : LINE.exec(line);
  if (read === null) return { kind: 'inconclusive', detail: `what ${label} saw was lost or cannot be read` };
  const [, , absence, exit, words = ''] = read;
  if (absence === 'missing') return { kind: 'no-say', detail: `the host has no ${program}` };
  if (absence === 'unresolved') return { kind: 'no-say', detail: `${label} was given no IPv4 address` };
  return judge({ exitCode: Number(exit), words: words.split(' ').filter((word) => word !== '') });
}

interface Outcomes {
  readonly sender: ClientResult;
  readonly outcomes: readonly (readonly [label: string, verdict: ClientVerdict])[];
  readonly expect: Technique['expect'];
}

/** As much as evidence keeps of a detail. */
const MAX_DETAIL = 300;

function combined({ sender, outcomes, expect }: Outcomes): ClientResult {
  const results: (readonly [string, ClientResult])[] = [['sender', sender]];
  const silent = new Set<string>();
  for (const [label, verdict] of outcomes) {
    if (verdict.kind === 'no-say') silent.add(verdict.detail);
    else results.push([label, verdict]);
  }
  // Of what must get through, one that does not is the fault, and the sender's hello is the one in question.
  const failed = results.filter(([, { kind }]) => kind !== 'succeeded').slice(0, 1);
  const counted = expect === 'allowed' && failed.length > 0 ? failed : results;
  const worst = worstOf(counted);
  const who = counted === failed ? `${failed[0]?.[0] ?? ''}: ` : '';
  const note = silent.size === 0 ? '' : ` (${[...silent].join('; ')})`;
  return { ...worst, detail: `${who}${worst.detail}${note}`.slice(0, MAX_DETAIL) };
}
