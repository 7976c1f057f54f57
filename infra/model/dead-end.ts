/** Where a packet's way ends for nothing: a blackhole, a circle, a table without a route for it. */
import { decidingRouteOf, hopsOf } from './hops';
import type { Path } from './packet-path';
import type { Hop } from './proof';
import { nameOf } from './route-target';

export interface DeadEnd {
  /** What drops the packet, as a sentence part. */
  readonly because: string;
  /** Equal for packets that the same table hands to the same target. */
  readonly cause: string;
  readonly hops: readonly Hop[];
  /** The table that decided last. */
  readonly tableId: string;
  /** The destination of its route, or null where none matches. */
  readonly route: string | null;
  /** What would bring the packet on its way; a route unless told. */
  readonly remedy?: 'route' | 'public NAT gateway' | 'VPC Block Public Access';
}

/**
 * The dead end of a path, or null where it has none.
 *
 * Facts: aws.md 1.16 (EC2 API reference, `Route.State`: a route whose target is gone or detached is a `blackhole`; that
 * it still takes part in the match and drops is MEMORY).
 */
export function deadEndOf(path: Path): DeadEnd | null {
  const { end } = path;
  if (end.kind !== 'dropped' && end.kind !== 'loop') return null;
  const last = path.steps.at(-1);
  // Where a circle closes no table is asked again: the one before led back.
  const decisive = last?.route ? last : end.kind === 'loop' ? path.steps.at(-2) : last;
  const tableId = decisive?.place.table.id ?? 'no route table';
  const route = decisive?.route?.destination ?? null;
  const target = decisive?.route ? nameOf(decisive.route.target) : 'no route';
  const at = { hops: hopsOf(path), tableId, route, cause: `${end.kind} ${tableId} ${target}` };
  if (end.kind === 'loop') {
    const before = decidingRouteOf({ ...path, steps: path.steps.slice(0, -1) });
    return { ...at, because: `the way leads in a circle, by ${before}` };
  }
  if (route === null) return { ...at, because: `no route of ${tableId} matches` };
  return { ...at, because: `${end.because}, by ${decidingRouteOf(path)}` };
}

/** Whether a path never began: the subnet's own table has no route for the destination, as if none was wanted. */
export function isUnrouted(path: Path): boolean {
  return path.end.kind === 'dropped' && path.steps.length === 1 && path.steps[0]?.route === null;
}
