/** AWS's route tables as candidates for the selection of a route. What could not be understood becomes a doubt, never a gap. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Cidr, Family } from './cidr';
import { FAMILIES, parseCidr, spaceOf } from './cidr';
import type { Known } from './known';
import { ask, insist } from './known';
import { meets } from './address-set';
import type { AddressSet } from './address-set';
import type { PrefixLists } from './prefix-list';
import type { Segment } from './route-selection';
import { compileRoutes } from './route-selection';
import type { Target } from './route-target';
import { targetOf } from './route-target';
import type { Leads } from './table-leads';
import { leadsOf } from './table-leads';

export type Precedence =
  | 'static'
  | 'prefix-list'
  | 'propagated'
  /** Something at this prefix that may or may not decide: added to whatever the other routes say. */
  | 'doubt'
  /** The same where not even the prefix is known. */
  | 'doubt-everywhere';

/** One prefix of one route: a prefix-list route gives one candidate per entry. */
export interface Candidate {
  readonly cidr: Cidr;
  /** The route's destination in AWS's spelling; for a prefix list with the entry that matched. */
  readonly destination: string;
  readonly target: Target;
  readonly precedence: Precedence;
  /** The prefix list's id, or null. */
  readonly prefixList: string | null;
}

/** A route by prefix list, before its entries are laid out: they are the same for every table that names the list. */
export interface ListedRoute {
  readonly listId: string;
  readonly entries: readonly Cidr[];
  readonly candidateOf: (entry: Cidr) => Candidate;
}

/** A route table. Everything but its id is worked out when it is first asked for. */
export interface RouteTable {
  readonly id: string;
  /** The answer for every address. */
  readonly segments: Readonly<Record<Family, readonly Segment[]>>;
  /** The routes that are no prefix lists'. */
  readonly candidates: readonly Candidate[];
  readonly listed: readonly ListedRoute[];
  /** Where the table can lead at all; null where that takes a look at destinations. */
  readonly leads: Leads | null;
}

export interface RouteTableContext {
  /** The VPC's own prefixes, each of which every table of the VPC has a route for. */
  readonly vpcCidrs: readonly Cidr[];
  readonly prefixLists: Known<PrefixLists>;
  /** Whether an endpoint is a gateway endpoint (S3, DynamoDB). */
  readonly isGatewayEndpoint: (id: string) => boolean;
  /** What a target is to packets that this table decides for; the target itself unless told. */
  readonly seen?: (target: Target) => Target;
}

interface Contents {
  readonly candidates: readonly Candidate[];
  readonly listed: readonly ListedRoute[];
}

/** A route table. Never throws {@link NotKnown} for what a route says: doubts are part of the table. */
export function routeTableOf(table: aws.RouteTable, context: RouteTableContext): RouteTable {
  const id = returned(table.RouteTableId, 'RouteTableId of a route table');
  return lazyTable(id, {
    contents() {
      const known = ask(() => contentsOf(table, context));
      return known.known ? known.value : { candidates: doubtEverywhere(known.because), listed: [] };
    },
    leads() {
      const prefixLists = context.prefixLists.known ? context.prefixLists.value : null;
      return leadsOf(table, { ...context, prefixLists, seen: context.seen ?? asItIs });
    },
  });
}

function asItIs(target: Target): Target {
  return target;
}

/** A table of which only its absence from the answer is known. */
export function unknownTable(id: string, because: string): RouteTable {
  return compiled(id, doubtEverywhere(because));
}

/** A table of routes that are candidates already: one that AWS does not describe as a VPC's route table. */
export function compiled(id: string, candidates: readonly Candidate[]): RouteTable {
  return lazyTable(id, {
    contents() {
      return { candidates, listed: [] };
    },
    leads() {
      return null;
    },
  });
}

/**
 * What a table answers inside some destinations, and nothing that holds outside of them. A few destinations are
 * looked up without laying out the whole table.
 */
export function segmentsWithin(
  table: RouteTable,
  family: Family,
  destinations: AddressSet,
): readonly Segment[] {
  if (destinations.length > FEW) return table.segments[family];
  const inside = (cidr: Cidr): boolean => cidr.family === family && meets(destinations, cidr);
  const listed = table.listed.flatMap(({ entries, candidateOf }) => entries.filter(inside).map(candidateOf));
  return compileRoutes([...table.candidates.filter(({ cidr }) => inside(cidr)), ...listed], family);
}

/** Beyond so many, laying out the whole table once for all is the smaller work. */
const FEW = 16;

interface Source {
  contents(): Contents;
  leads(): Leads | null;
}

/** Works everything out at the first question for it, and once. */
function lazyTable(id: string, source: Source): RouteTable {
  const kept: { contents?: Contents; leads?: Leads | null } & Partial<Record<Family, readonly Segment[]>> =
    {};
  return {
    id,
    segments: {
      get ipv4() {
        return (kept.ipv4 ??= laidOut((kept.contents ??= source.contents()), 'ipv4'));
      },
      get ipv6() {
        return (kept.ipv6 ??= laidOut((kept.contents ??= source.contents()), 'ipv6'));
      },
    },
    get candidates() {
      return (kept.contents ??= source.contents()).candidates;
    },
    get listed() {
      return (kept.contents ??= source.contents()).listed;
    },
    get leads() {
      if (kept.leads === undefined) kept.leads = source.leads();
      return kept.leads;
    },
  };
}

/** Entries come sorted, so they stand in front: the sort finds them in order. */
function laidOut({ candidates, listed }: Contents, family: Family): readonly Segment[] {
  const ofLists = listed.flatMap(({ entries, candidateOf }) =>
    entries.filter((entry) => entry.family === family).map(candidateOf),
  );
  return compileRoutes([...ofLists, ...candidates], family);
}

function contentsOf(table: aws.RouteTable, context: RouteTableContext): Contents {
  const id = table.RouteTableId ?? '';
  const candidates: Candidate[] = [];
  const listed: ListedRoute[] = [];
  const targets = new Map<string, Target>();
  for (const route of returned(table.Routes, `Routes of ${id}`)) {
    const parsed = ask(() => {
      const target = targetIn(route, context, targets);
      return route.DestinationPrefixListId
        ? listedRoute(
            id,
            { ...route, DestinationPrefixListId: route.DestinationPrefixListId },
            { target, context },
          )
        : candidateOfRoute(id, route, target);
    });
    if (!parsed.known) candidates.push(...doubtEverywhere(`in ${id}, ${parsed.because}`));
    else if ('entries' in parsed.value) listed.push(parsed.value);
    else candidates.push(parsed.value);
  }
  return { candidates: [...candidates, ...missingLocalRoutes(id, candidates, context.vpcCidrs)], listed };
}

/** One object per target, so that routes to the same one are seen to be alike. */
function targetIn(route: aws.Route, context: RouteTableContext, known: Map<string, Target>): Target {
  const named = targetOf(route);
  const target = context.seen?.(named) ?? named;
  if (target.kind === 'local' || target.kind === 'unmodelled') return target;
  const key = `${target.kind} ${target.id}`;
  const same = known.get(key) ?? target;
  known.set(key, same);
  return same;
}

function candidateOfRoute(table: string, route: aws.Route, target: Target): Candidate {
  const text = returned(
    route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock,
    `the destination of a route of ${table}`,
  );
  const state = returned(route.State, `State of the route ${text} of ${table}`);
  const cidr = parseCidr(text);
  const reason = doubtAbout(table, route, state);
  if (reason !== null) return doubt(cidr, text, reason);
  const precedence = route.Origin === 'EnableVgwRoutePropagation' ? 'propagated' : 'static';
  return { cidr, destination: text, target, precedence, prefixList: null };
}

/** Why a route cannot be taken at its word, or null. Facts: aws.md 1.16, 1.37 (EC2 API reference, `Route`). */
function doubtAbout(table: string, route: aws.Route, state: string): string | null {
  const origin = route.Origin;
  if (state !== 'active' && state !== 'blackhole') return `a route of ${table} is in state "${state}"`;
  if (origin === 'CreateRouteTable' || origin === 'CreateRoute' || origin === 'EnableVgwRoutePropagation')
    return null;
  if (origin === 'Advertisement')
    return `VPC Route Server put a route into ${table}, which can change at any time`;
  return `AWS did not return a known Origin of a route of ${table}`;
}

/**
 * A prefix-list route. Where the entries are not known, a gateway endpoint as target is left out, for it leads to S3
 * or DynamoDB and never to an internet exit: what the other routes do with the same destinations is then judged for
 * all of them (over-approximation). Any other target becomes a doubt, so it throws {@link NotKnown}.
 */
function listedRoute(
  table: string,
  route: aws.Route & { readonly DestinationPrefixListId: string },
  { target, context }: { readonly target: Target; readonly context: RouteTableContext },
): ListedRoute {
  const listId = route.DestinationPrefixListId;
  const state = returned(route.State, `State of the route ${listId} of ${table}`);
  const entries = ask(() => {
    const list = insist(context.prefixLists).get(listId);
    if (list === undefined)
      throw new NotKnown(`the prefix list ${listId}, a destination in ${table}, was not returned`);
    return insist(list);
  });
  const harmless = target.kind === 'vpc-endpoint' && context.isGatewayEndpoint(target.id);
  if (!entries.known && !harmless) throw new NotKnown(entries.because);
  const settled = state === 'active' || state === 'blackhole';
  return {
    listId,
    entries: entries.known ? entries.value : [],
    candidateOf: (cidr) => {
      const destination = `${listId} (${cidr.text})`;
      return settled
        ? { cidr, destination, target, precedence: 'prefix-list', prefixList: listId }
        : doubt(cidr, destination, `a route of ${table} is in state "${state}"`);
    },
  };
}

/** Facts: aws.md 1.11 (VPC user guide, "Route tables"): every table holds a route for each CIDR of the VPC. */
function missingLocalRoutes(
  table: string,
  candidates: readonly Candidate[],
  vpcCidrs: readonly Cidr[],
): readonly Candidate[] {
  return vpcCidrs
    .filter((cidr) => !candidates.some((other) => sameBlock(other.cidr, cidr) && other.prefixList === null))
    .map((cidr) =>
      doubt(cidr, cidr.text, `AWS did not return the route for the VPC's own ${cidr.text} in ${table}`),
    );
}

function sameBlock(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first === b.first && a.length === b.length;
}

function doubt(cidr: Cidr, destination: string, because: string): Candidate {
  return {
    cidr,
    destination,
    target: { kind: 'unmodelled', id: 'unknown', because },
    precedence: 'doubt',
    prefixList: null,
  };
}

function doubtEverywhere(because: string): readonly Candidate[] {
  return FAMILIES.map((family) => ({
    cidr: { family, length: 0, text: 'unknown', ...spaceOf(family) },
    destination: 'unknown',
    target: { kind: 'unmodelled', id: 'unknown', because },
    precedence: 'doubt-everywhere',
    prefixList: null,
  }));
}
