/**
 * The fault table: `npm run faults`, or `npm run faults -- ec2:DescribeSubnets` for one operation with every sentence. Ends
 * with 1 when a fault led to a pass that it must not, to an alarm, or to a crash. The part with probes waits for minutes, since
 * calls that are never answered have their whole time.
 */
import { triedAround } from './fault-around';
import { LIVE_STARTS, triedLive } from './fault-live';
import type { TriedFault } from './fault-run';
import { defectsIn, FAULT_STARTS, faultTable, triedFaults } from './fault-table';

type Wanted = (operation: string) => boolean;

interface Part {
  readonly id: string;
  readonly try: (wanted: Wanted) => Promise<readonly TriedFault[]>;
}

const PARTS: readonly Part[] = [
  ...FAULT_STARTS.map((start) => ({
    id: `the reading, ${start.id}`,
    try: async (wanted: Wanted) => triedFaults(start, wanted),
  })),
  { id: 'finding the target, and reading again', try: triedAround },
  ...LIVE_STARTS.map((start) => ({
    id: `probes and log, ${start.id}`,
    try: async (wanted: Wanted) => {
      // A lab with a network each takes its time; nothing is raised for operations that are not asked for.
      if (!start.operations.some(wanted)) return [];
      const { tried, notMade } = await triedLive(start, wanted);
      if (notMade.length > 0) throw new Error(`${start.id}: the run does not call ${notMade.join(', ')}`);
      return tried;
    },
  })),
];

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

async function main(): Promise<void> {
  const startedMs = performance.now();
  const operations = process.argv.slice(2);
  const wanted: Wanted = (operation) => operations.length === 0 || operations.includes(operation);
  const tried: TriedFault[] = [];
  for (const part of PARTS) {
    const partMs = performance.now();
    const of = await part.try(wanted);
    if (of.length === 0) continue;
    const count = new Set(of.map((one) => one.tried.operation)).size;
    process.stdout.write(`${part.id}: ${count} operations, ${seconds(partMs)}\n${faultTable(of)}\n`);
    tried.push(...of);
    if (operations.length > 0)
      for (const { start, tried: one, outcome, changed } of of)
        process.stdout.write(`  ${start}: ${one.operation} ${one.name}: ${outcome} ${changed.join(' ')}\n`);
  }
  const defects = defectsIn(tried);
  for (const defect of defects) process.stdout.write(`${defect}\n`);
  const count = new Set(tried.map((one) => one.tried.operation)).size;
  process.stdout.write(
    `${tried.length} cases of ${count} operations, ${defects.length} defects in ${seconds(startedMs)}\n`,
  );
  process.exitCode = defects.length === 0 ? 0 : 1;
}

if (require.main === module)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 3;
  });
