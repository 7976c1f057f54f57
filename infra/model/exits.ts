/**
 * The ways out of the VPC that lead neither to the internet nor through the firewall: transit gateways, peering
 * connections, private gateways, machines that forward. Which destinations a subnet reaches by each.
 */
import type { AddressSet } from './address-set';
import { subtract, union } from './address-set';
import type { Cidr, Family } from './cidr';
import { formatAddress } from './cidr';
import type { DistinctWay } from './distinct-ways';
import { witnessIn } from './global-address';
import type { Network } from './network';
import { subnetPlace } from './network';
import type { DestinationClass, Path, Step } from './packet-path';
import { pathsFrom } from './packet-path';
import type { Candidate } from './route-table';
import { nameOf } from './route-target';

/** An exit as a subnet's traffic meets it. */
export interface Exit {
  /** The route's target: `tgw-…`, `pcx-…`, `eni-…`, `vpce-…`, an ARN. */
  readonly target: string;
  /** In words: `transit gateway`, `network interface`. */
  readonly what: string;
  readonly uses: readonly ExitUse[];
}

/** One way to an exit, with the destinations that take it as the table before the exit sees them (behind NAT64: IPv4). */
interface ExitUse {
  readonly family: Family;
  readonly destinations: AddressSet;
  /** What to add to such a destination for the one that the subnet sends to. */
  readonly offset: bigint;
  readonly sentFamily: Family;
}

export interface Exits {
  readonly exits: readonly Exit[];
  /** Ways that the model cannot tell about, each as a sentence part. */
  readonly doubts: readonly string[];
}

/** A destination that leaves by an exit, and the route that leads it there. */
export interface Leaving {
  /** As the table before the exit sees it. */
  readonly address: string;
  readonly sent: DestinationClass;
  readonly route: Candidate;
  readonly tableId: string;
  readonly path: Path;
}

/**
 * Every such exit on a subnet's ways. What crosses an endpoint of the firewall, before the exit or behind it (a central
 * inspection VPC), is inspected and not counted; nor are the internet exits, which are another claim's, and the gateway
 * endpoints of AWS's own services.
 *
 * `inspection`: ids of Gateway Load Balancer endpoints that count as inspection.
 *
 * Facts: aws.md 1.18 (EC2 API reference, `Route`: the kinds of target), 1.39 (DERIVED: ways out besides the internet
 * gateway). A target that no route can name (a VPC's association with a VPC Lattice service network, Client VPN) is
 * not seen here.
 */
export function exitsOf(ways: readonly DistinctWay[], inspection: ReadonlySet<string>): Exits {
  const found = new Map<string, { what: string; uses: ExitUse[] }>();
  const doubts = new Set<string>();
  for (const way of ways) {
    for (const passed of passedOn(way.path, way.shown, inspection)) {
      if (passed.kind === 'doubt') {
        doubts.add(passed.because);
        continue;
      }
      const { target, what, shown } = passed;
      const use = useOf(way, shown);
      const known = found.get(target);
      if (known) known.uses.push(use);
      else found.set(target, { what, uses: [use] });
    }
  }
  return { exits: [...found].map(([target, one]) => ({ target, ...one })), doubts: [...doubts] };
}

/**
 * Why it cannot be told whether what leaves is inspected behind the exit, or null: it was followed to something that may be the
 * firewall. Where it goes on to another network, it has left.
 */
export function lostBehind({ path: { end, steps } }: Leaving): string | null {
  const last = steps.at(-1)?.route?.target.kind;
  return end.kind === 'unmodelled' && last !== 'private-connection' ? end.because : null;
}

/** The destinations of a family that leave by an exit. */
export function destinationsOf({ uses }: Exit, family: Family): AddressSet {
  return union(uses.flatMap((use) => (use.family === family ? use.destinations : [])));
}

/** A destination that leaves a subnet by an exit and is in none of these prefixes, on the internet where one is; or null. */
export function beyond(
  network: Network,
  subnetId: string,
  { exit, approved }: { readonly exit: Exit; readonly approved: readonly Cidr[] },
): Leaving | null {
  const rest = exit.uses.flatMap((use) =>
    subtract(
      use.destinations,
      approved.filter((cidr) => cidr.family === use.family),
    ).map((interval) => ({ use, ...witnessIn(use.family, interval) })),
  );
  const shown = rest.find(({ global }) => global) ?? rest[0];
  if (shown === undefined) return null;
  const { use, address } = shown;
  const sent = { family: use.sentFamily, first: address + use.offset, last: address + use.offset };
  for (const path of pathsFrom(network, subnetPlace(network, subnetId), sent)) {
    const step = path.steps.find((one) => one.route !== null && nameOf(one.route.target) === exit.target);
    if (step?.route)
      return {
        address: formatAddress(use.family, address),
        sent,
        route: step.route,
        tableId: step.place.table.id,
        path,
      };
  }
  throw new Error(`no way of ${subnetId} leads to ${exit.target}, by which it leaves`);
}

type Passed =
  /** `shown`: the way's shown destinations as they arrive at the exit. */
  | {
      readonly kind: 'exit';
      readonly target: string;
      readonly what: string;
      readonly shown: DestinationClass;
    }
  | { readonly kind: 'doubt'; readonly because: string };

/** The exits that a path passes before it is inspected, in order, and what is in doubt until then. */
function passedOn(path: Path, sent: DestinationClass, inspection: ReadonlySet<string>): readonly Passed[] {
  const passed: Passed[] = [];
  let shown = sent;
  for (const [index, step] of path.steps.entries()) {
    const { route, arrival } = step;
    if (isInspection(step, inspection)) return passed;
    const what = exitKind(step);
    if (route && what !== null) {
      const leavesForGood = route.target.kind === 'private-connection';
      if (leavesForGood && (isDropped(path) || inspectedFrom(path.steps.slice(index + 1), inspection)))
        return passed;
      passed.push({ kind: 'exit', target: nameOf(route.target), what, shown });
      if (leavesForGood) return passed;
    }
    if (arrival.on) shown = arrival.packet;
  }
  if (path.end.kind === 'unmodelled') passed.push({ kind: 'doubt', because: path.end.because });
  return passed;
}

function useOf(
  { family: sentFamily, destinations, shown: sent }: DistinctWay,
  shown: DestinationClass,
): ExitUse {
  const offset = sent.first - shown.first;
  return {
    family: shown.family,
    sentFamily,
    offset,
    destinations: destinations.map(({ first, last }) => ({ first: first - offset, last: last - offset })),
  };
}

/** What kind of exit a step takes, in words; null: none. A machine that drops what is not its own is none. */
function exitKind({ route, arrival }: Step): string | null {
  if (route?.target.kind === 'private-connection') return route.target.what;
  if (!arrival.on || arrival.via.kind !== 'appliance') return null;
  return route?.target.kind === 'network-interface' ? 'network interface' : 'Gateway Load Balancer endpoint';
}

/** Only an endpoint can be accepted as inspection: not a NAT gateway, not a machine, whatever the intent names. */
function isInspection({ route, arrival }: Step, inspection: ReadonlySet<string>): boolean {
  if (!arrival.on) return false;
  if (arrival.via.kind === 'firewall-endpoint') return true;
  return (
    arrival.via.kind === 'appliance' &&
    route?.target.kind === 'vpc-endpoint' &&
    inspection.has(arrival.via.id)
  );
}

/** What a transit gateway's own table surely drops has left for nowhere. */
function isDropped({ end }: Path): boolean {
  return end.kind === 'dropped' || end.kind === 'loop';
}

function inspectedFrom(steps: readonly Step[], inspection: ReadonlySet<string>): boolean {
  return steps.some((step) => isInspection(step, inspection));
}
