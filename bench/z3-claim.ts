/**
 * The forward claim for one subnet, in SMT-LIB: is there a destination that leaves by the internet gateway without
 * crossing the firewall? Written from the route tables themselves, with a CIDR parser that is not ours, so that the two
 * answers have nothing in common but AWS's rules. Covers what the bench's networks have (longest prefix, static before
 * prefix list, NAT gateways, firewall and gateway endpoints, blackholes) and throws at anything else.
 */
import { Address4, Address6 } from 'ip-address';
import type { Route, RouteTable, Snapshot } from '../infra/snapshot/snapshot';
import { returned, sectionValue } from '../infra/snapshot/snapshot';

export type ClaimFamily = 'ipv4' | 'ipv6';

const WIDTH: Readonly<Record<ClaimFamily, number>> = { ipv4: 32, ipv6: 128 };
/** Target numbers are bit vectors of this width; 0 is "no route". */
const TARGET_BITS = 16;

interface Node {
  /** The bits of the prefix, from the first. */
  readonly bits: string;
  target: string | null;
  readonly children: [Node | null, Node | null];
}

/** SMT-LIB that is satisfiable exactly when the claim is violated; the destination is the constant `d`. */
export function z3Claim(snapshot: Snapshot, subnetId: string, family: ClaimFamily): string {
  const numbers = new Map<string, number>();
  const numberOf = (target: string): string => {
    const number = numbers.get(target) ?? numbers.size + 1;
    numbers.set(target, number);
    return bits(BigInt(number), TARGET_BITS);
  };
  const definitions: string[] = [];
  const defined = new Set<string>();
  const define = (table: RouteTable): string => {
    const id = returned(table.RouteTableId, 'RouteTableId');
    if (defined.has(id)) return id;
    defined.add(id);
    const trie = trieOf(snapshot, table, family);
    const ways = [...targetsOf(trie)].flatMap((target) => {
      const leaves = leavesBy(snapshot, target, family);
      if (leaves === false) return [];
      const on = leaves === true ? 'true' : `|out ${define(leaves)}|`;
      return [`(and (= |route ${id}| ${numberOf(target)}) ${on})`];
    });
    definitions.push(
      `(define-fun |route ${id}| () (_ BitVec ${TARGET_BITS}) ${decision(trie, bits(0n, TARGET_BITS), numberOf, WIDTH[family])})`,
      `(define-fun |out ${id}| () Bool (or false ${ways.join(' ')}))`,
    );
    return id;
  };
  const source = define(tableOf(snapshot, subnetId));
  return [`(declare-const d (_ BitVec ${WIDTH[family]}))`, ...definitions, `(assert |out ${source}|)`].join(
    '\n',
  );
}

/** Which table decides next, or whether the packet is out uninspected (true) or not (false). */
function leavesBy(snapshot: Snapshot, target: string, family: ClaimFamily): boolean | RouteTable {
  if (target === 'local' || target === 'blackhole') return false;
  if (target.startsWith('igw-')) return true;
  if (target.startsWith('vpce-')) {
    const type = sectionValue(snapshot, 'vpcEndpoints').find(
      ({ VpcEndpointId: id }) => id === target,
    )?.VpcEndpointType;
    const states = sectionValue(snapshot, 'firewalls').flatMap(({ FirewallStatus: status }) =>
      Object.values(status?.SyncStates ?? {}),
    );
    const own = states.some(({ Attachment: attachment }) => attachment?.EndpointId === target);
    if (own || type === 'Gateway') return false;
  }
  const nat = sectionValue(snapshot, 'natGateways').find(({ NatGatewayId: id }) => id === target);
  if (nat && family === 'ipv4') return tableOf(snapshot, returned(nat.SubnetId, `SubnetId of ${target}`));
  throw new Error(`the SMT encoding does not cover a route to ${target}`);
}

function tableOf(snapshot: Snapshot, subnetId: string): RouteTable {
  const table = sectionValue(snapshot, 'routeTables').find(({ Associations: associations }) =>
    associations?.some(({ SubnetId: id }) => id === subnetId),
  );
  return returned(table, `the route table of ${subnetId}`);
}

/** The table as a binary trie of prefixes: static routes first, so that lists do not replace them. */
function trieOf(snapshot: Snapshot, table: RouteTable, family: ClaimFamily): Node {
  const root: Node = { bits: '', target: null, children: [null, null] };
  const routes = [...(table.Routes ?? [])].sort((a, b) => Number(isListed(a)) - Number(isListed(b)));
  for (const route of routes) {
    for (const prefix of prefixesOf(snapshot, route)) {
      if (prefix.includes(':') === (family === 'ipv6')) insert(root, prefixBits(prefix), targetOf(route));
    }
  }
  return root;
}

function isListed(route: Route): boolean {
  return route.DestinationPrefixListId !== undefined;
}

function prefixesOf(snapshot: Snapshot, route: Route): readonly string[] {
  const listId = route.DestinationPrefixListId;
  if (listId === undefined)
    return [returned(route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock, 'destination')];
  const list = sectionValue(snapshot, 'managedPrefixLists').find(
    ({ PrefixList: { PrefixListId: id } }) => id === listId,
  );
  return returned(list, listId).Entries.map(({ Cidr: cidr }) => returned(cidr, `Cidr of ${listId}`));
}

function targetOf(route: Route): string {
  if (route.State === 'blackhole') return 'blackhole';
  return returned(route.GatewayId ?? route.NatGatewayId, 'the target of a route');
}

function prefixBits(prefix: string): string {
  const address = prefix.includes(':') ? new Address6(prefix) : new Address4(prefix);
  const width = prefix.includes(':') ? WIDTH.ipv6 : WIDTH.ipv4;
  return address.bigInt().toString(2).padStart(width, '0').slice(0, address.subnetMask);
}

/** Nodes only where a prefix ends or two part ways. */
function insert(root: Node, prefix: string, target: string): void {
  let node = root;
  while (node.bits !== prefix) {
    const side = prefix[node.bits.length] === '1' ? 1 : 0;
    const child = node.children[side];
    if (child === null) {
      node.children[side] = { bits: prefix, target, children: [null, null] };
      return;
    }
    if (prefix.startsWith(child.bits)) node = child;
    else node = node.children[side] = fork(child, prefix);
  }
  node.target ??= target;
}

/** A new node above one, where a prefix parts from it. */
function fork(below: Node, prefix: string): Node {
  let common = 0;
  while (common < prefix.length && below.bits[common] === prefix[common]) common++;
  const above: Node = { bits: prefix.slice(0, common), target: null, children: [null, null] };
  above.children[below.bits[common] === '1' ? 1 : 0] = below;
  return above;
}

/** The deciding target as a decision tree over the destination's bits. Depth is at most the width. */
function decision(
  node: Node,
  inherited: string,
  numberOf: (target: string) => string,
  width: number,
): string {
  const own = node.target === null ? inherited : numberOf(node.target);
  return node.children.reduce((otherwise, child) => {
    if (child === null) return otherwise;
    const [from, to] = [node.bits.length, child.bits.length];
    const slice = `((_ extract ${width - 1 - from} ${width - to}) d)`;
    return `(ite (= ${slice} #b${child.bits.slice(from)}) ${decision(child, own, numberOf, width)} ${otherwise})`;
  }, own);
}

function targetsOf(node: Node): ReadonlySet<string> {
  const below = node.children.flatMap((child) => (child === null ? [] : [...targetsOf(child)]));
  return new Set(node.target === null ? below : [node.target, ...below]);
}

function bits(value: bigint, width: number): string {
  return `#b${value.toString(2).padStart(width, '0')}`;
}
