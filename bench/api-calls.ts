/**
 * The calls that a reading makes, by operation, in accounts with 1, 10 and 100 resources more of one class. They may
 * grow by pages; where AWS has no call for several resources, by one call each, and those operations are named here with
 * the reason. Anything else that grows, or an unread section, ends the bench with exit code 1.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import { allHandlers } from '../infra/lab/aws-api/services';
import { startApiServer } from '../infra/lab/aws-api/server';
import { raiseLab } from '../infra/lab/lab';
import { SECTION_NAMES, takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget } from '../infra/snapshot/target';
import { CLASSES, type ResourceClass } from './api-calls-account';
import { grown, PAGE_SIZE, type CallCounts } from './api-calls-growth';
import { table } from './figures';

const COUNTS = [1, 10, 100] as const;
/** The calls of one reading. Throws when a section is unread: what was not read needed no calls. */
async function callsOf({ add }: ResourceClass, count: number): Promise<CallCounts> {
  const templatePath = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.yaml');
  const template = readFileSync(templatePath, 'utf8');
  const lab = await raiseLab({ template, templatePath, parameters: {}, network: false });
  const { state, connection, stackName } = lab;
  const context = { state, hosts: () => null, now: () => new Date(), pageSize: PAGE_SIZE };
  const server = await startApiServer({ context, handlers: (api) => allHandlers(context, api) });
  try {
    const target = await findTarget(connection, { stack: stackName });
    add(state, { target, count });
    const { sections } = await takeSnapshot({ ...connection, endpoint: server.endpoint }, target);
    const unread = SECTION_NAMES.map((name) => sections[name]).find(({ status }) => status === 'unread');
    if (unread?.status === 'unread') throw new Error(`${unread.operation}: ${unread.message}`);
    const counts = new Map<string, number>();
    for (const { service, operation } of server.calls) {
      const name = `${service}:${operation}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  } finally {
    await server.close();
    await lab.close();
  }
}

function sum(counts: CallCounts): number {
  return [...counts.values()].reduce((total, number) => total + number, 0);
}

async function main(): Promise<void> {
  const totals: string[][] = [];
  const rows: string[][] = [];
  let allowed = true;
  for (const resourceClass of CLASSES) {
    const counted: CallCounts[] = [];
    for (const count of COUNTS) counted.push(await callsOf(resourceClass, count));
    totals.push([resourceClass.name, ...counted.map((counts) => String(sum(counts)))]);
    for (const growth of grown(counted, COUNTS)) {
      rows.push([resourceClass.name, growth.operation, ...growth.calls.map(String), growth.because]);
      allowed &&= growth.allowed;
    }
  }
  const counts = COUNTS.map((count) => `+${count}`);
  process.stdout.write(table(['calls of a reading', ...counts], totals));
  process.stdout.write(`\n${table(['class', 'operation that grew', ...counts, 'because'], rows)}`);
  process.stdout.write(`\n${allowed ? 'No call grows that need not.' : 'Some calls grow that need not.'}\n`);
  if (!allowed) process.exitCode = 1;
}

void main();
