/**
 * Reads a battery's report (battery-script.ts) back. What is cut, missing, doubled or does not add up is `inconclusive` for
 * the technique concerned: never a result that nobody reported.
 */
import type { BatteryItem } from './battery-script';
import type { TechniquePlan } from './technique';
import type { ClientResult, CommandOutput, SentFlow } from './probe';

export interface BatteryResult {
  readonly result: ClientResult;
  /** By the host's own clock, ISO 8601 UTC; the whole command's time where the technique has none. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The technique's own output, as its `parse` read it. */
  readonly output: CommandOutput;
  readonly flows: readonly SentFlow[];
}

interface Ran {
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly stdout: string;
}

const FRAME =
  /^@studio-egress ([a-z0-9]{8,32}) (begin|missing|address|elsewhere|technique|ran|end) ([\x20-\x7e]{0,300})$/;
const RAN = /^([a-z0-9-]{1,40}) (\d{1,3}) (\d{13}) (\d{13}) (\d{1,4})$/;
const OUTPUT_LINE = '| ';
const RESOLVER = 'resolver';
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]{3,39})$/;

/**
 * By technique id, one for each item. Never throws. `elsewhere` are the addresses that the script was given: where a report is
 * cut, they are the best guess of where its techniques went, so that the firewall's records of them are taken for no other's.
 */
export function readBattery(
  output: CommandOutput,
  items: readonly BatteryItem[],
  nonce: string,
  elsewhere: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, BatteryResult> {
  const report = readFrames(output.stdout, nonce);
  return new Map(
    items.map(({ technique, plan }) => {
      const unsaid = plan.flows.find(({ to }) => !report.said.has(to))?.to;
      const flows =
        unsaid === undefined
          ? plan.flows.map(({ shape, to }) => ({ shape, address: report.addresses.get(to) ?? null }))
          : plannedFlows(plan, new Map([...elsewhere, ...report.addresses]));
      const unresolved = plan.flows.flatMap(({ to }) => (report.elsewhere.has(to) ? [to] : []));
      const ran = report.ran.get(technique.id);
      if (ran === undefined || ran === 'doubtful' || unsaid !== undefined) {
        const { startedAt, finishedAt } = output;
        const detail =
          ran === undefined || ran === 'doubtful'
            ? absence(output, report, ran)
            : `the battery's report does not say which address ${unsaid} had, so it was cut`;
        const result: ClientResult = { kind: 'inconclusive', detail };
        const nothing: CommandOutput = { exitCode: null, stdout: '', stderr: '', startedAt, finishedAt };
        return [technique.id, { result, startedAt, finishedAt, output: nothing, flows }] as const;
      }
      const own: CommandOutput = { ...ran, stderr: '' };
      const { startedAt, finishedAt } = ran;
      return [
        technique.id,
        { result: noted(plan.parse(own), unresolved), startedAt, finishedAt, output: own, flows },
      ] as const;
    }),
  );
}

/**
 * Where a plan's flows went if they were sent and nobody says so: null for a name without an address. Without those to the
 * VPC's own resolver, of which no firewall has a record.
 */
export const plannedFlows = (
  { flows }: Pick<TechniquePlan, 'flows'>,
  addresses: ReadonlyMap<string, string>,
): readonly SentFlow[] =>
  flows
    .filter(({ to }) => to !== RESOLVER)
    .map(({ shape, to }) => ({ shape, address: ADDRESS.test(to) ? to : (addresses.get(to) ?? null) }));

/** The names that the host's resolver had an address for, to be tried where another's has none. Never throws. */
export const batteryAddresses = ({ stdout }: CommandOutput, nonce: string): ReadonlyMap<string, string> => {
  const { addresses, elsewhere } = readFrames(stdout, nonce);
  return new Map([...addresses].filter(([name]) => !elsewhere.has(name)));
};

const MAX_DETAIL = 300;

function noted(result: ClientResult, unresolved: readonly string[]): ClientResult {
  if (unresolved.length === 0) return result;
  const names = [...new Set(unresolved)].join(', ');
  const note = `${names} has no public address here, so it was sent to the one that it has elsewhere; ${result.detail}`;
  return { ...result, detail: note.slice(0, MAX_DETAIL) };
}

interface BatteryReport {
  readonly begun: boolean;
  readonly missingTool: string | null;
  readonly addresses: ReadonlyMap<string, string>;
  /** Names of which it says an address, or that they have none. */
  readonly said: ReadonlySet<string>;
  /** Names whose address the host's own resolver did not give. */
  readonly elsewhere: ReadonlySet<string>;
  readonly ran: ReadonlyMap<string, Ran | 'doubtful'>;
}

function absence(
  output: CommandOutput,
  { begun, missingTool }: BatteryReport,
  ran: 'doubtful' | undefined,
): string {
  if (ran === 'doubtful')
    return "the technique's report does not add up: it was cut, or somebody else wrote it";
  if (missingTool !== null) return `the host has no ${missingTool}`;
  const exit = output.exitCode === null ? 'its bound ended it' : `exit ${output.exitCode}`;
  return begun
    ? `the battery's report ends before this technique (${exit})`
    : `the battery's script did not begin (${exit})`;
}

/** Only lines at the left margin can be frames, and only those with this battery's nonce are ours. */
function readFrames(stdout: string, nonce: string): BatteryReport {
  const ran = new Map<string, Ran | 'doubtful'>();
  const addresses = new Map<string, string>();
  const elsewhere = new Set<string>();
  const said = new Set<string>();
  let [begun, missingTool]: [boolean, string | null] = [false, null];
  let open: { readonly id: string; readonly lines: string[] } | null = null;
  for (const line of stdout.split('\n')) {
    if (line.startsWith(OUTPUT_LINE)) open?.lines.push(line.slice(OUTPUT_LINE.length));
    const [, of, kind, value = ''] = FRAME.exec(line) ?? [];
    if (of !== nonce) continue;
    if (kind === 'begin') begun = true;
    if (kind === 'missing') missingTool ??= value;
    if (kind === 'address' || kind === 'elsewhere') {
      const [name = '', address = ''] = value.split('=', 2);
      if (address === '' || ADDRESS.test(address)) said.add(name);
    }
    if (kind === 'address') addAddress(addresses, value);
    if (kind === 'elsewhere') {
      const name = addAddress(addresses, value);
      if (name !== null) elsewhere.add(name);
    }
    if (kind === 'technique') open = { id: value, lines: [] };
    if (kind === 'ran') {
      const found = ranOf(value, open);
      if (found !== null) ran.set(found.id, ran.has(found.id) ? 'doubtful' : found.ran);
      open = null;
    }
  }
  return { begun, missingTool, addresses, said, elsewhere, ran };
}

/** The name that has an address now. The first word of a name counts; a second one would be somebody else's. */
function addAddress(addresses: Map<string, string>, value: string): string | null {
  const [name = '', address = ''] = value.split('=', 2);
  if (!ADDRESS.test(address) || addresses.has(name)) return null;
  addresses.set(name, address);
  return name;
}

function ranOf(
  value: string,
  open: { readonly id: string; readonly lines: readonly string[] } | null,
): { readonly id: string; readonly ran: Ran | 'doubtful' } | null {
  const [, id, code, started, finished, length] = RAN.exec(value) ?? [];
  if (id === undefined) return open === null ? null : { id: open.id, ran: 'doubtful' };
  const printed = open?.lines.reduce((sum, line) => sum + line.length, 0);
  if (open?.id !== id || printed !== Number(length)) return { id, ran: 'doubtful' };
  return {
    id,
    ran: {
      exitCode: Number(code),
      startedAt: new Date(Number(started)).toISOString(),
      finishedAt: new Date(Number(finished)).toISOString(),
      stdout: open.lines.map((line) => `${line}\n`).join(''),
    },
  };
}
