/**
 * Linux as a second opinion on route tables: the same routes as kernel policy tables inside the lab's sandbox, and
 * what the kernel's own longest prefix match finds there. For tests only; it shares nothing with the model.
 */
import type { Sandbox } from '../lab/network/sandbox';
import { openSandbox } from '../lab/network/sandbox';

export type KernelFamily = 'ipv4' | 'ipv6';

export interface KernelLookupRoute {
  readonly prefix: string;
  /** Among routes to one prefix the kernel takes the lowest. Unique within a table, so it names the route. */
  readonly metric: number;
  readonly blackhole: boolean;
}

/** The metric of the route that decides, or how the kernel refuses. */
export type KernelAnswer = number | 'blackhole' | 'no route';

export interface KernelTables {
  /** Replace what a table of a family holds. Tables are numbered from 1 on. */
  load(family: KernelFamily, tables: readonly (readonly KernelLookupRoute[])[]): Promise<void>;
  /** What a table says to each address, in their order. Addresses in the kernel's usual spelling or any other. */
  lookUp(
    family: KernelFamily,
    questions: readonly { readonly table: number; readonly address: string }[],
  ): Promise<readonly KernelAnswer[]>;
  close(): Promise<void>;
}

/** Linux has 252 to 255 for itself. */
const MOST_TABLES = 200;
const timeoutMs = 20_000;

/**
 * A sandbox with one device and one rule per table. Rejects with SandboxError where this machine has no namespaces to
 * give: without a kernel there is nothing to compare with, and the test fails and says so.
 */
export async function openKernelTables(): Promise<KernelTables> {
  const sandbox = await openSandbox({ usrOverlay: null });
  const numbers = Array.from({ length: MOST_TABLES }, (_, index) => index + 1);
  const rules = numbers.map((table) => `rule add fwmark ${table} lookup ${table} pref ${table}`);
  // No address: the only routes are then those that a test loads. (addrgenmode: not even a link-local one.)
  await ip(sandbox, 'ipv4', [
    'link add out type veth peer name back',
    'link set out addrgenmode none',
    'link set back addrgenmode none',
    'link set back up',
    'link set out up',
    ...rules,
  ]);
  await ip(sandbox, 'ipv6', rules);
  return {
    load: async (family, tables) => {
      if (tables.length > MOST_TABLES) throw new Error(`more than ${MOST_TABLES} tables at once`);
      await flush(sandbox, family);
      await ip(
        sandbox,
        family,
        tables.flatMap((routes, index) => routes.map((route) => addition(route, index + 1))),
      );
    },
    lookUp: async (family, questions) => lookUp(sandbox, family, questions),
    close: async () => sandbox.close(),
  };
}

function addition({ prefix, metric, blackhole }: KernelLookupRoute, table: number): string {
  const target = blackhole ? `blackhole ${prefix}` : `${prefix} dev out`;
  return `route add ${target} table ${table} metric ${metric}`;
}

async function flush(sandbox: Sandbox, family: KernelFamily): Promise<void> {
  const tables = Array.from({ length: MOST_TABLES }, (_, index) => `route flush table ${index + 1}`);
  const { stderr } = await batch(sandbox, family, tables, ['-force']);
  // A table that was never filled does not exist, which is as good.
  const others = stderr
    .split('\n')
    .filter((line) => line !== '' && !/does not exist|^Flush terminated|^Command failed/.test(line));
  if (others.length > 0) throw new Error(`the kernel did not empty its tables: ${others.join('; ')}`);
}

/** `fibmatch` asks for the route itself. A blackhole and the lack of a route are errors of different names. */
async function lookUp(
  sandbox: Sandbox,
  family: KernelFamily,
  questions: readonly { readonly table: number; readonly address: string }[],
): Promise<readonly KernelAnswer[]> {
  const lines = questions.map(({ table, address }) => `route get fibmatch ${address} mark ${table}`);
  const { stdout, stderr } = await batch(sandbox, family, lines, ['-force', '-oneline']);
  const answers = new Map<number, KernelAnswer>();
  for (const [, error, line] of stderr.matchAll(/^RTNETLINK answers: (.*)\nCommand failed -:(\d+)$/gm))
    answers.set(Number(line) - 1, refusal(error ?? ''));
  const found = stdout.split('\n').filter((line) => line !== '');
  let next = 0;
  const all = questions.map((_, index) => answers.get(index) ?? metricOf(found[next++] ?? 'nothing'));
  if (next !== found.length) throw new Error(`ip said ${found.length} routes, ${next} were asked for`);
  return all;
}

function refusal(error: string): KernelAnswer {
  if (error === 'Invalid argument') return 'blackhole';
  if (error === 'Network is unreachable') return 'no route';
  throw new Error(`the kernel answered a lookup with "${error}"`);
}

function metricOf(line: string): KernelAnswer {
  const metric = / metric (\d+)/.exec(line)?.[1];
  if (metric === undefined) throw new Error(`"${line}" is not a route of the test`);
  return Number(metric);
}

async function ip(sandbox: Sandbox, family: KernelFamily, lines: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await batch(sandbox, family, lines, []);
  if (exitCode !== 0) throw new Error(`the kernel refused the test's own setup: ${stderr.trim()}`);
}

async function batch(
  sandbox: Sandbox,
  family: KernelFamily,
  lines: readonly string[],
  options: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const argv = ['ip', family === 'ipv4' ? '-4' : '-6', ...options, '-batch', '-'];
  return sandbox.exec(argv, { stdin: `${lines.join('\n')}\n`, timeoutMs });
}
