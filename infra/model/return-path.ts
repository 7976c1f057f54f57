/**
 * The return claim: what comes back to a flow that left by an internet exit crosses the firewall again, by the
 * endpoints that it went out by. It is judged for every way out, stretch by stretch from the gateway back through
 * each NAT gateway to the subnet, for every address that the flow can have on that stretch.
 */
import { NotKnown } from '../snapshot/snapshot';
import { ask } from './known';
import type { Network } from './network';
import type { Hop, Proof } from './proof';
import type { Traversal } from './return-stretch';
import { stretchesOf, traversalsOf } from './return-stretch';
import type { DecidedClass } from './routing';
import { decidedClasses } from './routing';
import type { WayOut } from './way-out';
import { openWays, waysOut } from './way-out';

type Violation = Extract<Proof, { status: 'violated' }>;

interface WayBack {
  readonly violations: readonly Violation[];
  readonly doubts: readonly string[];
  readonly classes: number;
  readonly example: readonly Hop[];
}

/** As many different ways back as are looked at for one way out; beyond, the claim is undecided. */
const MOST_WAYS_BACK = 1000;

/**
 * Whether everything that comes back from the internet to a subnet crosses the firewall.
 *
 * Facts: aws.md 1.25 (VPC user guide, "Gateway route tables": without an edge table a gateway delivers straight
 * to the private address), 1.28 (Network Firewall developer guide, "Troubleshooting": request and response must
 * cross the same endpoint), 6.15 (REPORT: a missing edge route can let traffic pass in silence), proof.md 4 (the
 * way back begins at the private address behind the internet gateway's own translation).
 */
export function returnProof(network: Network, subnetId: string): Proof {
  return returnProofOf(network, subnetId, decidedClasses(network, subnetId));
}

/** The same for classes that are already decided. */
export function returnProofOf(network: Network, subnetId: string, classes: readonly DecidedClass[]): Proof {
  const ways = waysOut(classes);
  const answers = ways.map((way) => wayBack(network, subnetId, way));
  const violations = answers.flatMap((answer) => answer.violations);
  const [first] = violations;
  if (first) return { ...first, violatingClasses: violations.length };
  const doubts = new Set([...openWays(classes), ...answers.flatMap((answer) => answer.doubts)]);
  if (doubts.size > 0) return { status: 'undecided', because: [...doubts].join('; ') };
  return {
    status: 'holds',
    classes: answers.reduce((sum, answer) => sum + answer.classes, 0),
    exitingClasses: ways.length,
    hops: answers.find(({ example }) => example.length > 0)?.example ?? [],
  };
}

function wayBack(network: Network, subnetId: string, way: WayOut): WayBack {
  const stretches = ask(() =>
    stretchesOf(network, subnetId, way).map((stretch) => traversalsOf(network, stretch)),
  );
  if (!stretches.known) return { violations: [], doubts: [stretches.because], classes: 0, example: [] };
  const combined = ask(() => combinations(stretches.value.map(({ traversals }) => traversals)));
  const doubts = stretches.value.flatMap((stretch) => stretch.doubts);
  const classes = stretches.value.reduce((sum, stretch) => sum + stretch.classes, 0);
  if (!combined.known) return { violations: [], doubts: [...doubts, combined.because], classes, example: [] };
  const example = combined.value.find((traversals) => violationOf(way, traversals) === null) ?? [];
  return {
    violations: combined.value.flatMap((traversals) => violationOf(way, traversals) ?? []),
    doubts,
    classes,
    example: example.flatMap(({ hops }) => hops),
  };
}

function violationOf(way: WayOut, traversals: readonly Traversal[]): Violation | null {
  const crossed = traversals.flatMap(({ endpoints }) => endpoints);
  const expected = [...way.endpoints].reverse();
  const symmetric = way.endpoints.length === 0 || crossed.join() === expected.join();
  if (crossed.length > 0 && symmetric) return null;
  // The stretch on which the flow crossed the firewall on its way out is where the way back is wrong.
  const stretch = traversals[way.nats.length - way.natsBeforeFirewall] ?? traversals[0];
  if (stretch === undefined) return null;
  const wrong =
    crossed.length === 0
      ? 'comes back without crossing the firewall'
      : `comes back by ${crossed.join(', ')} where it went out by ${way.endpoints.join(', ')}`;
  return {
    status: 'violated',
    witness: { protocol: 'any', source: way.peer, destination: stretch.destination, port: null },
    hops: traversals.flatMap(({ hops }) => hops),
    because: `what ${way.peer} answers to ${stretch.destination} ${wrong}: ${stretch.deciding}`,
    violatingClasses: 1,
  };
}

function combinations<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const count = choices.reduce((product, options) => product * options.length, 1);
  if (count > MOST_WAYS_BACK)
    throw new NotKnown(`there are ${count} ways back, and the model looks at ${MOST_WAYS_BACK}`);
  return choices.reduce<readonly (readonly T[])[]>(
    (heads, options) => heads.flatMap((head) => options.map((option) => [...head, option])),
    [[]],
  );
}
