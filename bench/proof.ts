/**
 * What the routing proof costs against merely parsing the JSON of the same route tables: the network understood and
 * every Studio subnet proven, from objects that are already parsed and were never looked at. Making and checking the
 * certificates is told apart. Each cell is a process of its own with its code compiled (by tsx) and run before; runs of
 * the parser and the proof alternate, and the ratio is of the least times: other work on the machine changes them least.
 * Before each of both the garbage is collected, and the collector's own threads are given time to finish sweeping.
 * Every answer is checked: a clean network holds, and each hole is found with its exact address, in no subnet but its own.
 */
import type { EgressProof } from '../infra/model/proof';
import { sectionValue } from '../infra/snapshot/snapshot';
import { change } from '../infra/mutants/mutant';
import { growthExponent, machine, measureApart, median, milliseconds, table } from './figures';
import type { Hole, ProofNetworkSize } from './proof-networks';
import { proofNetwork } from './proof-networks';
import { proven } from './proven';
import { range, studioSubnetId } from './zoned-plan';

interface Cell extends ProofNetworkSize {
  readonly runs: number;
  /** How long the garbage collector's threads go on after a collection. */
  readonly settleMs: number;
}

interface Measured {
  readonly parseMs: Times;
  readonly parseCpuMs: Times;
  readonly proofMs: Times;
  readonly proofCpuMs: Times;
  readonly certificatesMs: Times;
  readonly peakMiB: number;
}

interface Times {
  readonly least: number;
  readonly median: number;
}

/** The small network runs often enough for its code to be compiled before a large one is measured. */
const WARM_UP = { tables: 50, routes: 100, runs: 200, settleMs: 0 };

function measure(cell: Cell): Measured {
  const warm = runsOf({ ...cell, ...WARM_UP, listEntries: Math.min(cell.listEntries, 10) });
  const { runs } = runsOf(cell);
  // Compiled code is thrown away with the last object of a shape that it knows, so one network stays.
  if (warm.kept.length === 0) throw new Error('nothing was kept');
  return {
    parseMs: times(runs.map(({ parseMs }) => parseMs)),
    parseCpuMs: times(runs.map(({ parseCpuMs }) => parseCpuMs)),
    proofMs: times(runs.map(({ proofMs }) => proofMs)),
    proofCpuMs: times(runs.map(({ proofCpuMs }) => proofCpuMs)),
    certificatesMs: times(runs.map(({ certificatesMs }) => certificatesMs)),
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}

function times(all: readonly number[]): Times {
  return { least: Math.min(...all), median: median(all) };
}

type Run = { readonly [Measure in Exclude<keyof Measured, 'peakMiB'>]: number };

interface Runs {
  readonly runs: readonly Run[];
  /** The last snapshot, with its network and proofs. */
  readonly kept: readonly unknown[];
}

function runsOf(cell: Cell): Runs {
  const { snapshot, holes } = proofNetwork(cell);
  const subnetIds = range(cell.tables).map(studioSubnetId);
  const text = JSON.stringify(sectionValue(snapshot, 'routeTables'));
  const kept: unknown[] = [];
  const runs = range(cell.runs).map(() => {
    kept.length = 0;
    settle(cell);
    const startedCpu = process.cpuUsage();
    const startedMs = performance.now();
    const parsed = JSON.parse(text) as never;
    const parseMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(startedCpu);
    const fresh = change(snapshot, 'routeTables', () => parsed);
    settle(cell);
    const { proofs, proofsMs, proofsCpuMs, certificatesMs } = proven(fresh, subnetIds);
    insist(proofs, holes);
    kept.push(fresh, proofs);
    const parseCpuMs = (user + system) / 1000;
    return { parseMs, parseCpuMs, proofMs: proofsMs, proofCpuMs: proofsCpuMs, certificatesMs };
  });
  return { runs, kept };
}

function settle({ settleMs }: Cell): void {
  // Only with --expose-gc, which measureApart gives.
  globalThis.gc?.();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settleMs);
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
  { name: '50 x 100', tables: 50, routes: 100, listEntries: 0, runs: 200, settleMs: 0 },
  {
    name: '500 x 1000 + list of 10000',
    tables: 500,
    routes: 1_000,
    listEntries: 10_000,
    runs: 7,
    settleMs: 150,
  },
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
    const { parseMs, proofMs, certificatesMs } = measured;
    const ratio = proofMs.least / parseMs.least;
    const target = cell.holes === 0 ? 0.1 : 1;
    return [
      name,
      cell.family,
      String(cell.holes),
      milliseconds(parseMs.least),
      milliseconds(proofMs.least),
      ratio.toFixed(3),
      `< ${target} ${ratio < target ? 'met' : 'MISSED'}`,
      (proofMs.median / parseMs.median).toFixed(3),
      (measured.proofCpuMs.least / measured.parseCpuMs.least).toFixed(3),
      (certificatesMs.least / parseMs.least).toFixed(2),
      `${measured.peakMiB.toFixed(0)} MiB`,
    ];
  });
  const headings = [
    'tables x routes',
    'family',
    'holes',
    'JSON.parse',
    'proof',
    'proof / parse',
    'target',
    'of medians',
    'of processor time',
    'certificates / parse',
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
          runs: 7,
          settleMs: 50,
        }).proofMs.least,
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
