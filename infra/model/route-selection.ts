/** Which route of a table decides, for every destination at once: the table as sorted segments of one answer each. */
import { compare } from './address-set';
import type { Cidr, Family } from './cidr';
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

/**
 * A table's answer for every address of a family. Prefixes nest, so one sweep with a stack of the open ones
 * decides each segment once: O(n log n) for the sort, O(depth) per prefix.
 */
export function compileRoutes(candidates: readonly Candidate[], family: Family): readonly Segment[] {
  const segments: Segment[] = [{ first: 0n, deciding: [] }];
  const open: {
    readonly cidr: Cidr;
    readonly holding: Candidate[];
    readonly deciding: readonly Candidate[];
  }[] = [];
  const put = (first: bigint, deciding: readonly Candidate[]): void => {
    if (segments.at(-1)?.first === first) segments.pop();
    segments.push({ first, deciding });
  };
  const closeBefore = (address: bigint): void => {
    for (let top = open.at(-1); top !== undefined && top.cidr.last < address; top = open.at(-1)) {
      open.pop();
      put(top.cidr.last + 1n, open.at(-1)?.deciding ?? []);
    }
  };
  for (const same of byPrefix(candidates, family)) {
    closeBefore(same[0].cidr.first);
    const holding = [...(open.at(-1)?.holding ?? []), ...same];
    const deciding = decidingRoutes(holding);
    open.push({ cidr: same[0].cidr, holding, deciding });
    put(same[0].cidr.first, deciding);
  }
  const end = spaceOf(family).last;
  closeBefore(end + 1n);
  return segments.filter(({ first }) => first <= end);
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
