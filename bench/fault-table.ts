/** The fault table's largest part: every call of a reading, failing in every way, on several stacks. */
import { DEFECTS, withoutNeeded, type FaultOutcome } from './fault-comparison';
import { openFaultRun, WORKERS, type FaultStart, type TriedFault } from './fault-run';
import { CENTRAL } from '../infra/mutants/deployed/central-stack';
import { FULL_ACCOUNT } from '../infra/mutants/deployed/full-account';
import { table } from './figures';

export const FAULT_STARTS = [
  { id: 'recommended', file: 'studio-firewall.yaml' },
  { id: 'as published', file: 'as-published.yaml' },
  { ...FULL_ACCOUNT, id: 'full account', file: 'studio-firewall.yaml' },
  { ...CENTRAL, id: 'central inspection', file: 'studio-firewall.yaml' },
] as const satisfies readonly FaultStart[];

const OUTCOMES: readonly FaultOutcome[] = ['same', 'unknown', 'fail', ...DEFECTS];

/** Every case of the start that is asked for, some at a time. */
export async function triedFaults(
  start: FaultStart,
  wanted: (operation: string, name: string) => boolean = () => true,
): Promise<readonly TriedFault[]> {
  const run = await openFaultRun(start);
  try {
    const cases = run.cases.filter(({ operation, name }) => wanted(operation, name));
    const tried: TriedFault[] = [];
    // What rests on an operation is learnt from its first case, so the first ones come first.
    const denied = cases.filter(({ name }) => name === 'access denied');
    for (const portion of [denied, cases.filter((one) => !denied.includes(one))]) {
      const waiting = [...portion];
      const work = async (): Promise<void> => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
          tried.push(await run.try(one));
      };
      await Promise.all(Array.from({ length: WORKERS }, work));
    }
    return withoutNeeded(tried);
  } finally {
    await run.close();
  }
}

const rowOf = ({ tried: { name } }: TriedFault): string =>
  /^(unknown value|without|credentials expired after)/.exec(name)?.[0] ?? name;

/** What a reading of the start calls. */
export async function operationsOf(start: FaultStart): Promise<ReadonlySet<string>> {
  const run = await openFaultRun(start);
  try {
    return new Set(run.cases.map(({ operation }) => operation));
  } finally {
    await run.close();
  }
}

export function faultTable(tried: readonly TriedFault[]): string {
  const rows = [...new Set(tried.map(rowOf))].map((row) => {
    const of = tried.filter((one) => rowOf(one) === row);
    return [
      row,
      String(of.length),
      ...OUTCOMES.map((outcome) => String(of.filter((one) => one.outcome === outcome).length)),
    ];
  });
  const total = OUTCOMES.map((outcome) => String(tried.filter((one) => one.outcome === outcome).length));
  return table(['fault', 'cases', ...OUTCOMES], [...rows, ['total', String(tried.length), ...total]]);
}

export const defectsIn = (tried: readonly TriedFault[]): readonly string[] =>
  tried
    .filter(({ outcome }) => DEFECTS.includes(outcome))
    .flatMap(({ start, tried: { operation, name }, said }) =>
      said.map((what) => `${start}, ${operation}, ${name}: ${what}`),
    );
