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
import { insistOnOneDestination, nameOf, targetOf } from './route-target';
import type { Leads } from './table-leads';
import { leadsOf } from './table-leads';
import type { MetTargets } from './usual-route';

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
  /** Shared by the tables of one context, to tell targets that were met before. */
  readonly met?: MetTargets;
}

interface Contents {
  readonly candidates: readonly Candidate[];
  readonly listed: readonly ListedRoute[];
}

/** A route table. Never throws {@link NotKnown} for what a route says: doubts are part of the table. */
export function routeTableOf(table: aws.RouteTable, context: RouteTableContext): RouteTable {
  return new LazyTable(returned(table.RouteTableId, 'RouteTableId of a route table'), { table, context });
}

/** A table of which only its absence from the answer is known. */
export function unknownTable(id: string, because: string): RouteTable {
  return compiled(id, doubtEverywhere(because));
}

/** A table of routes that are candidates already: one that AWS does not describe as a VPC's route table. */
export function compiled(id: string, candidates: readonly Candidate[]): RouteTable {
  return new LazyTable(id, { candidates, listed: [] });
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

interface Described {
  readonly table: aws.RouteTable;
  readonly context: RouteTableContext;
}

/**
 * Works everything out at the first question for it, and once. A class, for its getters are made once for all tables: an
 * object with getters of its own takes longer to make than the targets of a hundred routes take to read.
 */
class LazyTable implements RouteTable {
  private contents: Contents | null = null;
  private answers: RouteTable['segments'] | null = null;
  private targets: Leads | null | undefined = undefined;

  constructor(
    readonly id: string,
    private readonly source: Described | Contents,
  ) {}

  get segments(): RouteTable['segments'] {
    return (this.answers ??= segmentsOf(this.read()));
  }

  get candidates(): readonly Candidate[] {
    return this.read().candidates;
  }

  get listed(): readonly ListedRoute[] {
    return this.read().listed;
  }

  get leads(): Leads | null {
    const { source } = this;
    if (this.targets === undefined)
      this.targets = 'candidates' in source ? null : leadsOf(source.table, source.context);
    return this.targets;
  }

  private read(): Contents {
    const { source } = this;
    return (this.contents ??= 'candidates' in source ? source : contentsOf(source));
  }
}

function segmentsOf(contents: Contents): RouteTable['segments'] {
  const kept: Partial<Record<Family, readonly Segment[]>> = {};
  return {
    get ipv4() {
      return (kept.ipv4 ??= laidOut(contents, 'ipv4'));
    },
    get ipv6() {
      return (kept.ipv6 ??= laidOut(contents, 'ipv6'));
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

function contentsOf({ table, context }: Described): Contents {
  const id = table.RouteTableId ?? '';
  if (!table.Routes) return { candidates: doubtEverywhere(`AWS did not return Routes of ${id}`), listed: [] };
  const candidates: Candidate[] = [];
  const listed: ListedRoute[] = [];
  const targets: KnownTargets = new Map();
  for (const route of table.Routes) {
    try {
      const target = targetIn(route, context, targets);
      const { DestinationPrefixListId: listId } = route;
      insistOnOneDestination(route);
      if (listId) listed.push(listedRoute(id, { route, listId, target }, context));
      else candidates.push(candidateOfRoute(id, route, target));
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      candidates.push(...doubtEverywhere(`in ${id}, ${error.message}`));
    }
  }
  return { candidates: [...candidates, ...missingLocalRoutes(id, candidates, context.vpcCidrs)], listed };
}

/** One object per target, so that routes to the same one are seen to be alike. */
function targetIn(route: aws.Route, context: RouteTableContext, known: KnownTargets): Target {
  const named = targetOf(route);
  const alike = known.get(named.kind) ?? new Map<string, Target>();
  const same = alike.get(nameOf(named));
  if (same) return same;
  const target = context.seen?.(named) ?? named;
  if (target.kind !== 'unmodelled') known.set(named.kind, alike.set(nameOf(named), target));
  return target;
}

/** By kind and id. */
type KnownTargets = Map<Target['kind'], Map<string, Target>>;

function candidateOfRoute(table: string, route: aws.Route, target: Target): Candidate {
  const text = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
  if (text === undefined) throw new NotKnown(`AWS did not return the destination of a route of ${table}`);
  const { State: state } = route;
  if (!state) throw new NotKnown(`AWS did not return State of the route ${text} of ${table}`);
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
  { route, listId, target }: { readonly route: aws.Route; readonly listId: string; readonly target: Target },
  context: RouteTableContext,
): ListedRoute {
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
