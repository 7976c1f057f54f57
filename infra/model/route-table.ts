/** AWS's route tables as candidates for the selection of a route. What could not be understood becomes a doubt, never a gap. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Cidr, Family } from './cidr';
import { FAMILIES, parseCidr, spaceOf } from './cidr';
import type { Known } from './known';
import { ask, insist } from './known';
import type { PrefixLists } from './prefix-list';
import type { Segment } from './route-selection';
import { compileRoutes } from './route-selection';
import type { Target } from './route-target';
import { targetOf } from './route-target';

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

export interface RouteTable {
  readonly id: string;
  readonly segments: Readonly<Record<Family, readonly Segment[]>>;
}

export interface RouteTableContext {
  /** The VPC's own prefixes, each of which every table of the VPC has a route for. */
  readonly vpcCidrs: readonly Cidr[];
  readonly prefixLists: Known<PrefixLists>;
  /** Whether an endpoint is a gateway endpoint (S3, DynamoDB). */
  readonly isGatewayEndpoint: (id: string) => boolean;
}

/** A route table, compiled for both families. Never throws {@link NotKnown}: doubts are part of the table. */
export function routeTableOf(table: aws.RouteTable, context: RouteTableContext): RouteTable {
  const id = returned(table.RouteTableId, 'RouteTableId of a route table');
  const candidates = ask(() => candidatesOf(table, context));
  return compiled(id, candidates.known ? candidates.value : doubtEverywhere(candidates.because));
}

/** A table of which only its absence from the answer is known. */
export function unknownTable(id: string, because: string): RouteTable {
  return compiled(id, doubtEverywhere(because));
}

function compiled(id: string, candidates: readonly Candidate[]): RouteTable {
  return {
    id,
    segments: { ipv4: compileRoutes(candidates, 'ipv4'), ipv6: compileRoutes(candidates, 'ipv6') },
  };
}

function candidatesOf(table: aws.RouteTable, context: RouteTableContext): readonly Candidate[] {
  const id = table.RouteTableId ?? '';
  const routes = returned(table.Routes, `Routes of ${id}`);
  const candidates = routes.flatMap((route) => {
    const parsed = ask(() => candidatesOfRoute(id, route, context));
    return parsed.known ? parsed.value : doubtEverywhere(`in ${id}, ${parsed.because}`);
  });
  return [...candidates, ...missingLocalRoutes(id, candidates, context.vpcCidrs)];
}

function candidatesOfRoute(
  table: string,
  route: aws.Route,
  context: RouteTableContext,
): readonly Candidate[] {
  const target = targetOf(route);
  const listId = route.DestinationPrefixListId;
  const destination = listId ?? route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
  const text = returned(destination, `the destination of a route of ${table}`);
  const state = returned(route.State, `State of the route ${text} of ${table}`);
  if (listId) return candidatesOfList({ table, listId, target, state }, context);
  const cidr = parseCidr(text);
  const reason = doubtAbout(table, route, state);
  if (reason !== null) return [doubt(cidr, text, reason)];
  const precedence = route.Origin === 'EnableVgwRoutePropagation' ? 'propagated' : 'static';
  return [{ cidr, destination: text, target, precedence, prefixList: null }];
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
 * A prefix-list route, entry by entry. Where the entries are not known, a gateway endpoint as target is left
 * out, for it leads to S3 or DynamoDB and never to an internet exit: what the other routes do with the same
 * destinations is then judged for all of them (over-approximation). Any other target becomes a doubt.
 */
function candidatesOfList(
  route: { readonly table: string; readonly listId: string; readonly target: Target; readonly state: string },
  context: RouteTableContext,
): readonly Candidate[] {
  const { table, listId, target, state } = route;
  const entries = ask(() => {
    const list = insist(context.prefixLists).get(listId);
    if (list === undefined)
      throw new NotKnown(`the prefix list ${listId}, a destination in ${table}, was not returned`);
    return insist(list);
  });
  if (!entries.known) {
    const harmless = target.kind === 'vpc-endpoint' && context.isGatewayEndpoint(target.id);
    return harmless ? [] : doubtEverywhere(entries.because);
  }
  return entries.value.map((cidr) => {
    const destination = `${listId} (${cidr.text})`;
    if (state !== 'active' && state !== 'blackhole') {
      return doubt(cidr, destination, `a route of ${table} is in state "${state}"`);
    }
    return { cidr, destination, target, precedence: 'prefix-list', prefixList: listId };
  });
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
