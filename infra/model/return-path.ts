/**
 * Claims about what comes back to a flow that left by an internet exit. They are judged for every way out, stretch by
 * stretch from the gateway back through each NAT gateway to the subnet, for every address that the flow can have on
 * that stretch. The claim here is the coarsest: the firewall is crossed at all. That the way back crosses the
 * endpoints of the way out is the claim of `symmetry.ts`.
 */
import { NotKnown } from '../snapshot/snapshot';
import { asClasses, distinctWays } from './distinct-ways';
import { ask } from './known';
import type { Network } from './network';
import type { Hop, Proof } from './proof';
import type { Traversal } from './return-stretch';
import { stretchesOf, traversalsOf } from './return-stretch';
import type { DecidedClass } from './routing';
import type { WayOut } from './way-out';
import { openWays, waysOut } from './way-out';

/** What is wrong with a way back that crosses these firewall endpoints, as a sentence part; null: nothing. */
export type FaultOf = (way: WayOut, crossed: readonly string[]) => string | null;

type Violation = Extract<Proof, { status: 'violated' }>;

interface WayBack {
  readonly violations: readonly Violation[];
  readonly doubts: readonly string[];
  readonly classes: number;
  readonly example: readonly Hop[];
}

/**
 * Whether everything that comes back from the internet to a subnet crosses the firewall.
 *
 * Facts: aws.md 1.25 (VPC user guide, "Gateway route tables": without an edge table a gateway delivers straight
 * to the private address), 6.15 (REPORT: a missing edge route can let traffic pass in silence), proof.md 4 (the
 * way back begins at the private address behind the internet gateway's own translation).
 */
export function returnProof(network: Network, subnetId: string): Proof {
  return returnProofOf(network, subnetId, asClasses(distinctWays(network, subnetId)));
}

/** The same for classes that are already decided. */
export function returnProofOf(network: Network, subnetId: string, classes: readonly DecidedClass[]): Proof {
  return proofOfWaysBack(network, subnetId, {
    classes,
    faultOf: (_way, crossed) => (crossed.length === 0 ? 'comes back without crossing the firewall' : null),
  });
}

/** Whether no way back has a fault: every way out, with every combination of the ways over its stretches. */
export function proofOfWaysBack(
  network: Network,
  subnetId: string,
  claim: { readonly classes: readonly DecidedClass[]; readonly faultOf: FaultOf },
): Proof {
  const ways = waysOut(claim.classes);
  const answers = ways.map((way) => wayBack(network, subnetId, { way, faultOf: claim.faultOf }));
  const violations = answers.flatMap((answer) => answer.violations);
  const [first] = violations;
  if (first) return { ...first, violatingClasses: violations.length };
  const doubts = new Set([...openWays(claim.classes), ...answers.flatMap((answer) => answer.doubts)]);
  if (doubts.size > 0) return { status: 'undecided', because: [...doubts].join('; ') };
  return {
    status: 'holds',
    classes: answers.reduce((sum, answer) => sum + answer.classes, 0),
    exitingClasses: ways.length,
    hops: answers.find(({ example }) => example.length > 0)?.example ?? [],
  };
}

function wayBack(
  network: Network,
  subnetId: string,
  { way, faultOf }: { readonly way: WayOut; readonly faultOf: FaultOf },
): WayBack {
  const stretches = ask(() =>
    stretchesOf(network, subnetId, way).map((stretch) => traversalsOf(network, stretch)),
  );
  if (!stretches.known) return { violations: [], doubts: [stretches.because], classes: 0, example: [] };
  const combined = ask(() =>
    combinations(
      stretches.value.map(({ traversals }) => traversals),
      network.limits.mostWaysBack,
    ),
  );
  const doubts = stretches.value.flatMap((stretch) => stretch.doubts);
  const classes = stretches.value.reduce((sum, stretch) => sum + stretch.classes, 0);
  if (!combined.known) return { violations: [], doubts: [...doubts, combined.because], classes, example: [] };
  const judged = combined.value.map((traversals) => ({
    traversals,
    fault: faultOf(
      way,
      traversals.flatMap(({ endpoints }) => endpoints),
    ),
  }));
  const example = judged.find(({ fault }) => fault === null)?.traversals ?? [];
  return {
    violations: judged.flatMap(({ traversals, fault }) =>
      fault === null ? [] : (violationOf(way, traversals, fault) ?? []),
    ),
    doubts,
    classes,
    example: example.flatMap(({ hops }) => hops),
  };
}

function violationOf(way: WayOut, traversals: readonly Traversal[], fault: string): Violation | null {
  // The stretch on which the flow crossed the firewall on its way out is where the way back is wrong.
  const stretch = traversals[way.nats.length - way.natsBeforeFirewall] ?? traversals[0];
  if (stretch === undefined) return null;
  return {
    status: 'violated',
    witness: { protocol: 'any', source: way.peer, destination: stretch.destination, port: null },
    hops: traversals.flatMap(({ hops }) => hops),
    because: `what ${way.peer} answers to ${stretch.destination} ${fault}: ${stretch.deciding}`,
    violatingClasses: 1,
  };
}

/** Throws {@link NotKnown} when there are more than this. */
function combinations<T>(choices: readonly (readonly T[])[], most: number): readonly (readonly T[])[] {
  const count = choices.reduce((product, options) => product * options.length, 1);
  if (count > most) throw new NotKnown(`there are ${count} ways back, and the model looks at ${most}`);
  return choices.reduce<readonly (readonly T[])[]>(
    (heads, options) => heads.flatMap((head) => options.map((option) => [...head, option])),
    [[]],
  );
}
