/** Which route of a table decides, for every destination at once: the table as sorted segments of one answer each. */
import { compare } from './address-set';
import type { Family } from './cidr';
import { spaceOf } from './cidr';
import type { Candidate } from './route-table';

/** From `first` on to the next segment's first, one of these routes decides; none: there is no route. */
export interface Segment {
  readonly first: bigint;
  /** More than one where AWS chooses at random, or where something is in doubt. */
  readonly deciding: readonly Candidate[];
}

/**
 * The routes that may decide for an address, of those whose prefix holds it.
 *
 * Facts: aws.md 1.1–1.3 (VPC user guide, "Route priority"): longest prefix, then static, then prefix list, then
 * propagated. 1.4 (VPC user guide, "Prefix lists"): overlapping prefixes of several lists with different targets
 * are chosen between at random, so all of them may decide. 1.6 (Site-to-Site VPN user guide, "Route priority"):
 * a propagated route that overlaps the local route loses to it, also where it is more specific.
 */
export function decidingRoutes(holding: readonly Candidate[]): readonly Candidate[] {
  const local = holding.some((route) => route.target.kind === 'local');
  const modelled = holding.filter(({ precedence }) =>
    precedence === 'propagated' ? !local : precedence === 'static' || precedence === 'prefix-list',
  );
  const longest = modelled.reduce((length, { cidr }) => Math.max(length, cidr.length), -1);
  const doubts = holding.filter(
    ({ precedence, cidr }) =>
      precedence === 'doubt-everywhere' || (precedence === 'doubt' && cidr.length >= longest),
  );
  return [...winners(modelled, longest), ...doubts];
}

function winners(modelled: readonly Candidate[], longest: number): readonly Candidate[] {
  const best = bestAt(modelled, longest);
  if (best[0]?.precedence !== 'prefix-list') return best;
  const lengths = new Set(modelled.map(({ cidr }) => cidr.length));
  const overlapping = [...lengths]
    .filter((length) => length < longest)
    .flatMap((length) => bestAt(modelled, length))
    .filter(
      (route) =>
        route.precedence === 'prefix-list' && !best.some((other) => other.prefixList === route.prefixList),
    );
  return [...best, ...overlapping];
}

/** The routes of one prefix length that AWS would choose from there. */
function bestAt(routes: readonly Candidate[], length: number): readonly Candidate[] {
  const here = routes.filter(({ cidr }) => cidr.length === length);
  for (const precedence of ['static', 'prefix-list', 'propagated'] as const) {
    const found = here.filter((route) => route.precedence === precedence);
    if (found.length > 0) return found;
  }
  return [];
}

/** A prefix that is open during the sweep, with what is known of all that are. */
interface Open {
  readonly same: readonly Candidate[];
  readonly last: bigint;
  readonly outer: Open | null;
  readonly deciding: readonly Candidate[];
  /** Whether a local route, or a doubt that knows no prefix, is among the open ones. */
  readonly local: boolean;
  readonly doubtful: boolean;
  /** The one prefix list among the open ones: null where there is none, undefined where there are several. */
  readonly list: string | null | undefined;
}

/**
 * A table's answer for every address of a family. Prefixes nest, so one sweep with a stack of the open ones
 * decides each segment once: O(n log n) for the sort, O(1) for a route that plainly wins, else O(depth).
 */
export function compileRoutes(candidates: readonly Candidate[], family: Family): readonly Segment[] {
  const segments: Segment[] = [{ first: 0n, deciding: NO_ROUTE }];
  const put = (first: bigint, deciding: readonly Candidate[]): void => {
    if (segments.at(-1)?.first === first) segments.pop();
    if (segments.at(-1)?.deciding !== deciding) segments.push({ first, deciding });
  };
  let open: Open | null = null;
  const closeBefore = (address: bigint): void => {
    for (; open !== null && open.last < address; open = open.outer)
      put(open.last + 1n, open.outer?.deciding ?? NO_ROUTE);
  };
  for (const same of byPrefix(candidates, family)) {
    const [{ cidr }] = same;
    closeBefore(cidr.first);
    open = opened(same, open);
    put(cidr.first, open.deciding);
  }
  const end = spaceOf(family).last;
  closeBefore(end + 1n);
  return (segments.at(-1)?.first ?? 0n) > end ? segments.slice(0, -1) : segments;
}

const NO_ROUTE: readonly Candidate[] = [];

function opened(same: readonly [Candidate, ...Candidate[]], outer: Open | null): Open {
  const [first] = same;
  const local = outer?.local === true || same.some(({ target }) => target.kind === 'local');
  const doubtful =
    outer?.doubtful === true || same.some(({ precedence }) => precedence === 'doubt-everywhere');
  const lists = new Set([...same.map(({ prefixList }) => prefixList), outer ? outer.list : null]);
  if (lists.size > 1) lists.delete(null);
  const list = lists.size > 1 ? undefined : [...lists][0];
  const plain = same.length === 1 && !doubtful && plainlyWins(first, { local, list });
  const frame = { same, last: first.cidr.last, outer, local, doubtful, list };
  return { ...frame, deciding: plain ? same : decidingRoutes(holding(same, outer)) };
}

/** Whether a route decides wherever it is the longest: no rule but the length of the prefix has a say. */
function plainlyWins(route: Candidate, open: Pick<Open, 'local' | 'list'>): boolean {
  if (route.precedence === 'propagated') return !open.local;
  return route.precedence === 'static' || (route.precedence === 'prefix-list' && open.list !== undefined);
}

/** Every candidate whose prefix is open, outer ones first. */
function holding(same: readonly Candidate[], outer: Open | null): readonly Candidate[] {
  const all = [same];
  for (let frame = outer; frame !== null; frame = frame.outer) all.unshift(frame.same);
  return all.flat();
}

/** The segment that holds an address. */
export function segmentAt(segments: readonly Segment[], address: bigint): Segment {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.first ?? 0n) <= address) low = middle;
    else high = middle - 1;
  }
  return segments[low] ?? { first: 0n, deciding: [] };
}

/** Candidates grouped by equal prefix, outer prefixes before inner ones. */
function byPrefix(
  candidates: readonly Candidate[],
  family: Family,
): readonly (readonly [Candidate, ...Candidate[]])[] {
  const sorted = candidates
    .filter(({ cidr }) => cidr.family === family)
    .sort((a, b) => compare(a.cidr.first, b.cidr.first) || a.cidr.length - b.cidr.length);
  const groups: [Candidate, ...Candidate[]][] = [];
  for (const candidate of sorted) {
    const group = groups.at(-1);
    const same = group?.[0].cidr;
    if (group && same?.first === candidate.cidr.first && same.length === candidate.cidr.length)
      group.push(candidate);
    else groups.push([candidate]);
  }
  return groups;
}
