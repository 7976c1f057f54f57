/**
 * The mutation catalogue through the whole product: `npm run mutants`, or `npm run mutants -- R01 F05` for some. Prints one
 * line per entry and the totals; ends with 1 when a fault was missed or a harmless variation was loud, with 3 for an id that
 * the catalogue does not have.
 */
import { deployedEntries } from '../infra/mutants/deployed/entries';
import { makeOf, type DeployedEntry } from '../infra/mutants/deployed/entry';
import { openMutantRun, type Tried } from './mutant-run';

function chosen(ids: readonly string[]): readonly DeployedEntry[] {
  const entries = deployedEntries();
  const unknown = ids.filter((id) => !entries.some((entry) => entry.id === id));
  if (unknown.length > 0) throw new Error(`the catalogue has no entry ${unknown.join(', ')}`);
  return ids.length === 0 ? entries : entries.filter(({ id }) => ids.includes(id));
}

/** Columns with their widths; what is longer pushes the rest of its line. */
const COLUMNS = [
  ['id', 12],
  ['made by', 8],
  ['verdict', 10],
  ['ms', 6],
  ['found', 14],
  ['expected', 52],
  ['what', 90],
  ['detecting checks', 0],
] as const;

function line(cells: readonly string[]): string {
  return `${cells.map((cell, index) => cell.padEnd(COLUMNS[index]?.[1] ?? 0)).join('  ')}\n`;
}

function cells({ entry, asExpected, found, detecting, ms }: Tried): readonly string[] {
  const others = detecting.length === 0 ? '-' : detecting.join(', ');
  const verdict = verdictOf(entry, asExpected);
  return [entry.id, makeOf(entry), verdict, ms.toFixed(0), found, expectedOf(entry), entry.what, others];
}

function verdictOf({ expect }: DeployedEntry, asExpected: boolean | null): string {
  if (asExpected === null) return 'not judged';
  if (asExpected) return 'ok';
  return expect === 'quiet' ? 'LOUD' : 'MISSED';
}

function expectedOf({ expect }: DeployedEntry): string {
  if (expect === 'quiet') return 'quiet';
  if ('notJudged' in expect) return `none, because ${expect.notJudged}`;
  return expect
    .map(({ check, outcome, names }) => `${check} ${outcome}${names === undefined ? '' : ` (${names})`}`)
    .join(', ');
}

function totals(tried: readonly Tried[]): string {
  const count = (which: (one: Tried) => boolean) => tried.filter(which).length;
  const quiet = ({ entry }: Tried) => entry.expect === 'quiet';
  const faults = count((one) => !quiet(one) && one.asExpected !== null);
  return [
    `${count((one) => !quiet(one) && one.asExpected === true)} of ${faults} faults noticed`,
    `${count((one) => quiet(one) && one.asExpected === true)} of ${count(quiet)} harmless variations quiet`,
    `${count((one) => one.asExpected === null)} not judged`,
  ].join(', ');
}

async function main(): Promise<void> {
  const startedMs = performance.now();
  const entries = chosen(process.argv.slice(2));
  const run = openMutantRun();
  const tried: Tried[] = [];
  process.stdout.write(line(COLUMNS.map(([name]) => name)));
  for (const entry of entries) {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${tried.length + 1}/${entries.length} ${entry.id}\u001b[K`);
    const one = await run.try(entry);
    tried.push(one);
    process.stdout.write(line(cells(one)));
    // Who asks for single entries wants to know why.
    if (entries.length < 10) for (const sentence of one.said) process.stdout.write(`    ${sentence}\n`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  for (const [id, loud] of await run.starts())
    process.stdout.write(`start ${id}: ${loud.length === 0 ? 'quiet' : loud.join(', ')}\n`);
  process.stdout.write(`${totals(tried)} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  process.exitCode = tried.some(({ asExpected }) => asExpected === false) ? 1 : 0;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
});
