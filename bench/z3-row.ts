/** One row of the comparison with Z3: both sides' verdicts on every subnet, which must be right, and their times. */
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { route } from '../infra/mutants/reference-network';
import { addRoutes } from '../infra/mutants/route-changes';
import type { EgressProof } from '../infra/model/proof';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { median, timed } from './figures';
import { proofNetwork } from './proof-networks';
import { proven } from './proven';
import type { ClaimFamily } from './z3-claim';
import { z3Claim } from './z3-claim';
import { range, studioSubnetId } from './zoned-plan';

export interface Row {
  readonly name: string;
  readonly family: ClaimFamily;
  /** 0: the reference network, which is the published stack's. */
  readonly tables: number;
  readonly routes: number;
  readonly listEntries: number;
  readonly holes: number;
}

export interface Measured {
  readonly subnets: number;
  readonly z3Ms: number;
  readonly proofMs: number;
}

const HOLE = '44.1.2.3';
const PROOF_RUNS = 5;

/** The part of z3-solver's interface that is used; the package is not a dependency, so its types are not here. */
interface Z3 {
  Context(name: string): {
    readonly Solver: new () => {
      fromString(text: string): void;
      check(): Promise<'sat' | 'unsat' | 'unknown'>;
      model(): { eval(value: unknown, complete: boolean): { value(): bigint } };
    };
    readonly BitVec: { const(name: string, width: number): unknown };
  };
}

/** Times Z3 and the proof on one network. Throws when either says anything but what is true of it. */
export async function measure(row: Row, z3Path: string): Promise<Measured> {
  const { snapshot, subnets, holes } = networkOfRow(row);
  const { init } = require(z3Path) as { init(): Promise<Z3> };
  const z3 = await init();
  const ask = async (subnetId: string): Promise<string> => verdictOfZ3(z3, snapshot, subnetId, row.family);
  await ask(subnets[0] ?? ''); // compiles the WebAssembly
  const startedMs = performance.now();
  const verdicts: string[] = [];
  for (const subnetId of subnets) verdicts.push(await ask(subnetId));
  const z3Ms = performance.now() - startedMs;
  const runs = range(PROOF_RUNS).map(() => timed(() => proven(snapshot, subnets)));
  subnets.forEach((subnetId, index) => {
    const hole = holes.get(subnetId);
    const said = { z3: verdicts[index], proof: verdictOf(runs[0]?.result.proofs[index]) };
    const right = hole === undefined ? 'holds' : `violated by ${hole}`;
    if (said.z3 !== right || said.proof !== right)
      throw new Error(`${subnetId}: z3 says ${said.z3}, the proof ${said.proof}; right is ${right}`);
  });
  return { subnets: subnets.length, z3Ms, proofMs: median(runs.map(({ ms }) => ms)) };
}

function networkOfRow(row: Row): {
  readonly snapshot: Snapshot;
  readonly subnets: readonly string[];
  readonly holes: ReadonlyMap<string, string>;
} {
  if (row.tables > 0) {
    const { snapshot, holes } = proofNetwork({ ...row, seed: 3 });
    const byId = new Map(holes.map(({ subnetId, address }) => [subnetId, address]));
    return { snapshot, subnets: range(row.tables).map(studioSubnetId), holes: byId };
  }
  const subnets = ['subnet-studio'];
  if (row.holes === 0) return { snapshot: referenceSnapshot(), subnets, holes: new Map() };
  const snapshot = addRoutes(referenceSnapshot(), 'rtb-studio', route(`${HOLE}/32`, { GatewayId: 'igw-a' }));
  return { snapshot, subnets, holes: new Map([['subnet-studio', HOLE]]) };
}

async function verdictOfZ3(
  z3: Z3,
  snapshot: Snapshot,
  subnetId: string,
  family: ClaimFamily,
): Promise<string> {
  const context = z3.Context('claim');
  const solver = new context.Solver();
  solver.fromString(z3Claim(snapshot, subnetId, family));
  const answer = await solver.check();
  if (answer !== 'sat') return answer === 'unsat' ? 'holds' : 'unknown';
  const width = family === 'ipv4' ? 32 : 128;
  const destination = solver.model().eval(context.BitVec.const('d', width), true).value();
  return `violated by ${addressText(destination, family)}`;
}

function addressText(value: bigint, family: ClaimFamily): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = range(8).map((index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function verdictOf(proof: EgressProof | undefined): string {
  return proof?.status === 'violated'
    ? `violated by ${proof.witness.destination}`
    : (proof?.status ?? 'nothing');
}
