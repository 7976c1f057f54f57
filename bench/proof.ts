/**
 * What the routing proof costs against merely parsing the JSON of the same route tables: every Studio subnet of a
 * network proven, certificates checked, from objects that are already parsed. Each cell is a process of its own; the
 * figures are medians of warm runs, and `cold` is the first run of all. Every answer is checked: a clean network holds,
 * and each hole is found with its exact address, in no subnet but its own.
 */
import type { EgressProof } from '../infra/model/proof';
import { sectionValue } from '../infra/snapshot/snapshot';
import { change } from '../infra/mutants/mutant';
import { growthExponent, machine, measureApart, median, milliseconds, table, timed } from './figures';
import type { Hole, ProofNetworkSize } from './proof-networks';
import { proofNetwork } from './proof-networks';
import { proven } from './proven';
import { range, studioSubnetId } from './zoned-plan';

interface Cell extends ProofNetworkSize {
  readonly runs: number;
}

interface Measured {
  readonly bytes: number;
  readonly parseMs: number;
  readonly proofMs: number;
  /** The least of the warm runs' over the least of the parses': what other work on the machine changes least. */
  readonly leastRatio: number;
  /** The same without making and checking certificates. */
  readonly uncertifiedMs: number;
  readonly coldProofMs: number;
  readonly peakMiB: number;
}

/** The first runs compile the code; what they take is the price of a run that has nothing else to do. */
const WARM_UP = 2;

function measure(cell: Cell): Measured {
  const { snapshot, holes } = proofNetwork(cell);
  const subnetIds = range(cell.tables).map(studioSubnetId);
  const text = JSON.stringify(sectionValue(snapshot, 'routeTables'));
  const runs = range(WARM_UP + cell.runs).map(() => {
    const parsed = timed(() => JSON.parse(text) as never);
    const fresh = change(snapshot, 'routeTables', () => parsed.result);
    const proof = timed(() => proven(fresh, subnetIds));
    insist(proof.result.proofs, holes);
    return { parseMs: parsed.ms, proofMs: proof.ms, uncertifiedMs: proof.result.proofsMs };
  });
  const warm = runs.slice(WARM_UP);
  return {
    bytes: text.length,
    parseMs: median(warm.map(({ parseMs }) => parseMs)),
    proofMs: median(warm.map(({ proofMs }) => proofMs)),
    uncertifiedMs: median(warm.map(({ uncertifiedMs }) => uncertifiedMs)),
    leastRatio:
      Math.min(...warm.map(({ proofMs }) => proofMs)) / Math.min(...warm.map(({ parseMs }) => parseMs)),
    coldProofMs: runs[0]?.proofMs ?? Number.NaN,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}

function insist(proofs: readonly EgressProof[], holes: readonly Hole[]): void {
  proofs.forEach((proof, index) => {
    const subnetId = studioSubnetId(index);
    const expected = holes.filter((hole) => hole.subnetId === subnetId).map(({ address }) => address);
    const found = proof.status === 'violated' ? [proof.witness.destination] : [];
    const right =
      proof.status === (expected.length > 0 ? 'violated' : 'holds') && found.join() === expected.join();
    if (!right)
      throw new Error(
        `${subnetId} must have the holes [${expected.join()}]; the proof says ${JSON.stringify(proof)}`,
      );
  });
}

const SIZES = [
  { name: '50 x 100', tables: 50, routes: 100, listEntries: 0, runs: 15 },
  { name: '500 x 1000 + list of 10000', tables: 500, routes: 1_000, listEntries: 10_000, runs: 4 },
] as const;
const FAMILIES = ['ipv4', 'ipv6'] as const;

function measuredApart(cell: Cell): Measured {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this very file's answer
  return measureApart(__filename, cell) as Measured;
}

function ratios(): string {
  const cells = SIZES.flatMap((size) =>
    FAMILIES.flatMap((family) => [0, 5].map((holes) => ({ ...size, family, holes, seed: 1 }))),
  );
  const rows = cells.map(({ name, ...cell }) => {
    const measured = measuredApart(cell);
    const ratio = measured.proofMs / measured.parseMs;
    const target = cell.holes === 0 ? 0.1 : 1;
    return [
      name,
      cell.family,
      String(cell.holes),
      milliseconds(measured.parseMs),
      milliseconds(measured.proofMs),
      ratio.toFixed(3),
      measured.leastRatio.toFixed(3),
      `< ${target} ${ratio < target ? 'met' : 'MISSED'}`,
      (measured.uncertifiedMs / measured.parseMs).toFixed(3),
      (measured.coldProofMs / measured.parseMs).toFixed(3),
      `${measured.peakMiB.toFixed(0)} MiB`,
    ];
  });
  const headings = [
    'tables x routes',
    'family',
    'holes',
    'JSON.parse',
    'proof',
    'ratio',
    'of minima',
    'target',
    'without certificates',
    'cold ratio',
    'peak memory',
  ];
  return table(headings, rows);
}

/** Growth with the number of routes, the number of tables being the same. */
const GROWTH = [125, 250, 500, 1_000];

function growth(): string {
  const rows = FAMILIES.flatMap((family) =>
    [0, 5].map((holes) => {
      const points = GROWTH.map((routes) => ({
        size: routes,
        ms: measuredApart({
          family,
          holes,
          tables: 100,
          routes,
          listEntries: 0,
          seed: 2,
          runs: 5,
        }).proofMs,
      }));
      return [
        family,
        String(holes),
        ...points.map(({ ms }) => milliseconds(ms)),
        growthExponent(points).toFixed(2),
      ];
    }),
  );
  return table(['family', 'holes', ...GROWTH.map((routes) => `100 x ${routes}`), 'exponent'], rows);
}

function main(): void {
  const question = process.argv[2];
  if (question !== undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this very file
    process.stdout.write(JSON.stringify(measure(JSON.parse(question) as Cell)));
    return;
  }
  process.stdout.write(`${machine()}${ratios()}\n${growth()}`);
}

main();
