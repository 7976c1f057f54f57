/**
 * The differential test: random policies with random flows, through the model and through a real engine. A difference
 * counts when it stays with the flows that differ alone and a longer silence, so that a busy machine proves nothing.
 */
import * as fc from 'fast-check';
import { NotKnown } from '../snapshot/snapshot';
import { evaluateFlow, type FirewallVerdict } from './firewall/evaluate';
import { disagreement, seenOf, type Seen } from './differential-comparison.fixture';
import { concreteFlow, wireFlow, type TriedFlow } from './differential-flow.fixture';
import { flowBatch } from './differential-flows.fixture';
import { triedPolicy } from './differential-generator.fixture';
import { knownDifference } from './differential-known.fixture';
import type { DifferentialNetwork, Lane } from './differential-network.fixture';
import { accountOf, enforcedOf, FIREWALL_ARN, type TriedPolicy } from './differential-policy.fixture';

export interface Disagreement {
  readonly policy: TriedPolicy;
  readonly flow: TriedFlow;
  readonly seen: Seen;
  readonly verdict: FirewallVerdict;
  readonly what: string;
}

/** One flow under one policy. */
export type PairResult =
  | { readonly kind: 'agrees'; readonly outcome: string; readonly recordOpen: boolean }
  | { readonly kind: 'undecided'; readonly because: string; readonly seen: Seen }
  | { readonly kind: 'known'; readonly because: string }
  | { readonly kind: 'disagrees'; readonly disagreement: Disagreement };

export interface DifferentialReport {
  /** Flows compared, undecided and known differences among them. */
  readonly pairs: number;
  readonly policies: number;
  /** Reasons of the lab for policies that it does not carry. */
  readonly notCarried: readonly string[];
  readonly undecided: readonly string[];
  readonly known: readonly string[];
  /** Of those agreed on, how many leave the record open. */
  readonly recordsOpen: number;
  /** How often each outcome was agreed on. */
  readonly agreed: Readonly<Record<string, number>>;
  readonly disagreements: readonly Disagreement[];
  readonly elapsedMs: number;
}

export interface DifferentialOptions {
  readonly network: DifferentialNetwork;
  readonly pairs: number;
  readonly seed: number;
  /** What policies are drawn from, instead of all that can meet the flows. */
  readonly policies?: fc.Arbitrary<TriedPolicy>;
  /** What the model reads in place of each policy: a model that is wrong, to see that it is found out. */
  readonly misread?: (policy: TriedPolicy) => TriedPolicy;
}

/** Of the flows of one policy; each policy also has its own flows without ports. */
const FLOWS_PER_POLICY = 36;
const SILENCE_MS = 350;
/** Retransmissions of a second come within it. */
const LONG_SILENCE_MS = 1_500;

export interface TryOptions {
  readonly lane: Lane;
  readonly policy: TriedPolicy;
  readonly flows: readonly TriedFlow[];
  /** The policy as the model reads it, where that is another one. */
  readonly misread?: TriedPolicy;
}

export type Tried = { readonly results: readonly PairResult[] } | { readonly notCarried: string };

/** Try one policy, or say why the lab does not carry it. */
export async function tryPolicy(options: TryOptions): Promise<Tried> {
  const { flows } = options;
  const first = await tryOnce({ ...options, silenceMs: SILENCE_MS });
  if ('notCarried' in first) return first;
  const { results } = first;
  const suspects = flows.filter((_flow, index) => results[index]?.kind === 'disagrees');
  if (suspects.length === 0) return first;
  const second = await tryOnce({ ...options, flows: suspects, silenceMs: LONG_SILENCE_MS });
  if ('notCarried' in second) return second;
  let next = 0;
  return {
    results: results.map((result) =>
      result.kind === 'disagrees' ? (second.results[next++] ?? result) : result,
    ),
  };
}

/** The same without a second look. */
export async function tryOnce(options: SightOptions): Promise<Tried> {
  const sighted = await sight(options);
  if ('notCarried' in sighted) return sighted;
  return { results: judged(options, sighted.seen) };
}

interface SightOptions extends TryOptions {
  readonly silenceMs: number;
}

async function sight({
  lane,
  policy,
  flows,
  silenceMs,
}: SightOptions): Promise<{ readonly seen: readonly Seen[] } | { readonly notCarried: string }> {
  const batch = lane.nextBatch();
  const wires = flows.map((flow, index) => wireFlow(flow, { index, batch }));
  const result = await lane.run({
    account: accountOf(policy),
    firewallArn: FIREWALL_ARN,
    flows: wires,
    silenceMs,
  });
  if (result.kind === 'not carried') return { notCarried: result.because };
  return {
    seen: flows.map((flow, index) => {
      const wire = wires[index];
      if (wire === undefined) throw new Error('a flow without bytes');
      return seenOf(flow, wire, index, result.sighting);
    }),
  };
}

/** What the model says against what was seen. Pure. */
function judged(
  { policy, flows, misread = policy }: TryOptions,
  seen: readonly Seen[],
): readonly PairResult[] {
  const verdicts = verdictsOf(misread, flows);
  return flows.map((flow, index) => {
    const [verdict, saw] = [verdicts[index], seen[index]];
    if (verdict === undefined || saw === undefined) throw new Error('a flow without a verdict');
    if (verdict.outcome === 'undecided') return { kind: 'undecided', because: verdict.because, seen: saw };
    const what = disagreement(flow, verdict, saw);
    if (what === null) return { kind: 'agrees', outcome: verdict.outcome, recordOpen: isRecordOpen(verdict) };
    const because = knownDifference({ policy, flow, verdict, seen: saw });
    if (because !== null) return { kind: 'known', because };
    return { kind: 'disagrees', disagreement: { policy, flow, seen: saw, verdict, what } };
  });
}

/** Whether a block's record is left open: of what passes no record is compared. */
const isRecordOpen = (verdict: Exclude<FirewallVerdict, { outcome: 'undecided' }>): boolean =>
  verdict.outcome !== 'passed' && verdict.logged === null;

function verdictsOf(policy: TriedPolicy, flows: readonly TriedFlow[]): readonly FirewallVerdict[] {
  try {
    const enforced = enforcedOf(policy);
    return flows.map((flow) => evaluateFlow(enforced, concreteFlow(flow)));
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
    return flows.map(() => ({ outcome: 'undecided', because: error.message }));
  }
}

/** Random pairs until there are as many as asked for. The same seed makes the same pairs, but for the last few. */
export async function differentialRun({
  network,
  pairs,
  seed,
  policies: given = triedPolicy,
  misread = (policy) => policy,
}: DifferentialOptions): Promise<DifferentialReport> {
  const startedMs = performance.now();
  const trials = trialsOf(seed, given);
  const results: PairResult[] = [];
  const notCarried: string[] = [];
  let policies = 0;
  const work = async (lane: Lane): Promise<void> => {
    while (results.length < pairs) {
      const [policy, flows] = trials();
      const tried = await tryPolicy({ lane, policy, flows, misread: misread(policy) });
      if ('notCarried' in tried) notCarried.push(tried.notCarried);
      else {
        policies += 1;
        results.push(...tried.results);
      }
    }
  };
  await Promise.all(network.lanes.map(work));
  const of = <K extends PairResult['kind']>(kind: K) =>
    results.filter((result): result is Extract<PairResult, { kind: K }> => result.kind === kind);
  return {
    pairs: results.length,
    policies,
    notCarried,
    undecided: of('undecided').map(({ because }) => because),
    known: of('known').map(({ because }) => because),
    recordsOpen: of('agrees').filter(({ recordOpen }) => recordOpen).length,
    agreed: counted(of('agrees').map(({ outcome }) => outcome)),
    disagreements: of('disagrees').map(({ disagreement: one }) => one),
    elapsedMs: performance.now() - startedMs,
  };
}

/** The next policy and its flows; each has a seed of its own that follows from the run's. */
function trialsOf(
  seed: number,
  policies: fc.Arbitrary<TriedPolicy>,
): () => readonly [TriedPolicy, readonly TriedFlow[]] {
  const both = fc.tuple(policies, flowBatch(FLOWS_PER_POLICY));
  let count = 0;
  return () => {
    const [trial] = fc.sample(both, { seed: seed * 1_000_003 + count++, numRuns: 1 });
    if (trial === undefined) throw new Error('nothing was generated');
    return trial;
  };
}

/** How often each text occurs, most frequent first. */
export function counted(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}
