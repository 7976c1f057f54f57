/**
 * The firewall model against a real engine, on as many random pairs as asked for:
 * `node --require ./bin/typescript.js bench/policy-differential.ts --pairs 20000 --seed 7`.
 * `--stack studio-firewall.yaml` (also more than once) tries that stack's policy instead of random ones.
 * Prints the counts and every disagreement, made small; exits with 1 when there is one.
 */
import * as fc from 'fast-check';
import { parseArgs } from 'node:util';
import { raiseDifferentialNetwork } from '../infra/model/differential-network.fixture';
import {
  counted,
  differentialRun,
  type DifferentialOptions,
  type DifferentialReport,
  type Disagreement,
} from '../infra/model/differential-run.fixture';
import { smallest } from '../infra/model/differential-shrinker.fixture';
import { withVariations } from '../infra/model/differential-generator.fixture';
import { policyOfStack } from '../infra/model/differential-stacks.fixture';
import { table } from './figures';

const LANES = 4;
/** Made small, which takes some seconds each; the rest is printed as found. */
const MOST_SHRUNK = 12;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      stack: { type: 'string', multiple: true, default: [] },
    },
  });
  const [pairs, seed] = [numberOf('pairs', values.pairs), numberOf('seed', values.seed)];
  const policies = await stackPolicies(values.stack);
  const network = await raiseDifferentialNetwork(LANES);
  try {
    const report = await differentialRun({ network, pairs, seed, ...policies });
    printCounts(seed, report);
    const [lane] = network.lanes;
    for (const [index, one] of distinct(report.disagreements).entries()) {
      const small = index < MOST_SHRUNK && lane !== undefined ? await smallest(lane, one) : one;
      console.log(text(small));
    }
    process.exitCode = report.disagreements.length === 0 ? 0 : 1;
  } finally {
    await network.close();
  }
}

function numberOf(option: string, given: string): number {
  if (!/^\d{1,9}$/.test(given) || Number(given) === 0)
    throw new Error(`--${option} is a number from 1 on, not ${given}`);
  return Number(given);
}

function printCounts(seed: number, report: DifferentialReport): void {
  const { pairs, policies, elapsedMs, undecided, known, recordsOpen, notCarried, disagreements } = report;
  const share = (count: number): string => `${((100 * count) / pairs).toFixed(1)} %`;
  const perSecond = ((1000 * pairs) / elapsedMs).toFixed(0);
  console.log(
    [
      `seed ${seed}: ${pairs} pairs under ${policies} policies in ${(elapsedMs / 1000).toFixed(1)} s (${perSecond} a second)`,
      `undecided ${share(undecided.length)}, record left open ${share(recordsOpen)}, known differences ${share(known.length)}`,
      `${notCarried.length} policies not carried, ${disagreements.length} disagreements\n`,
    ].join('\n'),
  );
  const section = (title: string, counts: Readonly<Record<string, number>>): void => {
    const rows = Object.entries(counts).slice(0, 40);
    console.log(
      table(
        [title, 'count'],
        rows.map(([what, count]) => [what.slice(0, 150), String(count)]),
      ),
    );
  };
  section('agreed', report.agreed);
  section('undecided because', counted(undecided));
  section('known difference', counted(known));
  section('not carried because', counted(notCarried));
}

/** Those of our own stacks, as they are and, in strict order, with other groups before their own. */
async function stackPolicies(files: readonly string[]): Promise<Pick<DifferentialOptions, 'policies'>> {
  if (files.length === 0) return {};
  const tried = await Promise.all(files.map(policyOfStack));
  return { policies: fc.oneof(...tried.map(withVariations)) };
}

/** One of each kind first. */
function distinct(all: readonly Disagreement[]): readonly Disagreement[] {
  const kind = ({ what, flow: { shape } }: Disagreement): string =>
    `${shape.transport} ${what.replaceAll(/\(.*?\)|\d+/g, '')}`;
  const firsts = new Map(all.toReversed().map((one) => [kind(one), one]));
  return [...firsts.values()].toReversed();
}

/** For a reader; the last line is what a regression case is made of. */
function text({ what, policy, flow, seen }: Disagreement): string {
  const { StatelessDefaultActions: stateless = [], StatelessFragmentDefaultActions: fragments = [] } =
    policy.policy;
  const { StatefulEngineOptions: engine, StatefulDefaultActions: defaults = [] } = policy.policy;
  const groups = [...policy.stateless, ...policy.stateful].map(
    ({ RulesSource: source, RuleVariables: own }) => {
      const rules = source?.RulesString ?? JSON.stringify(source?.StatefulRules ?? source);
      return `${own === undefined ? '' : `${JSON.stringify(own)}\n`}${rules}`;
    },
  );
  const { transport, application, port, name, carriedBy, hello, fragmented, headerless } = flow.shape;
  return [
    `-- ${what}`,
    JSON.stringify({ transport, application, port, name, carriedBy, hello, fragmented, headerless }),
    `${flow.source} -> ${flow.destination}; ${JSON.stringify(seen.records)}; ${JSON.stringify(engine ?? 'action order')} ` +
      `${[...stateless, ...fragments].join('|')} ${defaults.join()}`,
    ...groups,
    JSON.stringify({ policy, flow }),
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
