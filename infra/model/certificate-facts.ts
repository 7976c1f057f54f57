/** What AWS answered, as the certificate checker reads it. Throws at whatever is unread or not understood. */
import type { ManagedPrefixList, Route, RouteTable, Snapshot, Subnet } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import type { Block } from './certificate-lookup';
import { blockOf, insist } from './certificate-lookup';

/** What a route does with a packet: hands it to the table of a place, or it has come to an end. */
export interface Lead {
  readonly by: 'exit' | 'nat' | 'firewall' | 'local' | 'nobody';
  readonly id: string;
  readonly place: string;
}

export interface Facts {
  readonly snapshot: Snapshot;
  /** By subnet, gateway, route table; `main` and `pool` for what is neither. */
  readonly tables: ReadonlyMap<string, readonly InForce[]>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** The subnet of each endpoint of this VPC's firewalls. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** What {@link everyRoute} found, kept for the next state at the same table. */
  readonly distinct: Map<RouteTable, readonly Route[]>;
  readonly every: Map<string, readonly Routed[]>;
  /** Leads that do not depend on the destination, by member and target. */
  readonly leads: Map<string, Lead>;
  readonly whole: Readonly<Record<Block['family'], Block>>;
}

interface InForce {
  readonly table: RouteTable;
  readonly state: string | undefined;
}

const NOT_A_TARGET: ReadonlySet<string> = new Set([
  'DestinationCidrBlock',
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
  'State',
  'Origin',
  'InstanceId',
  'InstanceOwnerId',
]);
const EXIT = /^(GatewayId igw-|EgressOnlyInternetGatewayId|CarrierGatewayId)/;
const CONNECTION =
  /^(GatewayId vgw-|TransitGatewayId|VpcPeeringConnectionId|CoreNetworkArn|LocalGatewayId|OdbNetworkArn)/;
/** What IANA's special-purpose and allocation registries keep off the internet, sorted within each family. */
const OFF_INTERNET = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
  '::/10 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2 8000::/1',
];
/** Members of firewalls whose endpoints do not give packets back to the route tables. */
const OTHER_FORMS = ['TransitGatewayId', 'NoSourcePreservation', 'NatGatewayMappings', 'ProxySettings'];

export function factsOf(snapshot: Snapshot, accepted: readonly string[]): Facts {
  const tables = new Map<string, readonly InForce[]>();
  for (const table of sectionValue(snapshot, 'routeTables')) {
    tables.set(table.RouteTableId ?? '', [{ table, state: 'associated' }]);
    for (const { SubnetId, GatewayId, PublicIpv4Pool, AssociationState } of table.Associations ?? []) {
      const place = SubnetId ?? GatewayId ?? (PublicIpv4Pool === undefined ? 'main' : 'pool');
      tables.set(place, [...(tables.get(place) ?? []), { table, state: AssociationState?.State }]);
    }
  }
  const subnets = new Map(sectionValue(snapshot, 'subnets').map((one) => [one.SubnetId ?? '', one]));
  const kept = { distinct: new Map(), every: new Map(), leads: new Map() };
  const whole = { ipv4: blockOf('0.0.0.0/0'), ipv6: blockOf('::/0') };
  return { snapshot, tables, subnets, endpoints: endpointsOf(snapshot, accepted), whole, ...kept };
}

function endpointsOf(snapshot: Snapshot, accepted: readonly string[]): ReadonlyMap<string, string> {
  const { vpcId } = snapshot.target;
  const ordinary = sectionValue(snapshot, 'firewalls').filter(({ Firewall: one }) => {
    const members = Object.entries(one ?? {}).filter(([name]) => OTHER_FORMS.includes(name));
    return members.every(([, value]) => !value || (Array.isArray(value) && value.length === 0));
  });
  const arns = new Set(ordinary.map(({ Firewall: one }) => one?.FirewallArn));
  const own = ordinary.filter(({ Firewall: one }) => one?.VpcId === vpcId);
  const section = snapshot.sections.vpcEndpointAssociations;
  const more = (section.status === 'read' ? section.value : []).filter(
    ({ VpcEndpointAssociation: one }) => one?.VpcId === vpcId && arns.has(one.FirewallArn),
  );
  const zones = [
    ...own.map(({ FirewallStatus: status }) => status?.SyncStates),
    ...more.map(({ VpcEndpointAssociationStatus: status }) => status?.AssociationSyncState),
  ];
  const attachments = zones.flatMap((states) => Object.values(states ?? {}).map((state) => state.Attachment));
  const others = (accepted.length > 0 ? sectionValue(snapshot, 'vpcEndpoints') : []).filter(
    ({ VpcEndpointId, VpcEndpointType, VpcId }) =>
      accepted.includes(VpcEndpointId ?? '') && VpcEndpointType === 'GatewayLoadBalancer' && VpcId === vpcId,
  );
  return new Map([
    ...others.map((one): [string, string] => [one.VpcEndpointId ?? '', one.SubnetIds?.[0] ?? '']),
    ...attachments.flatMap((one): [string, string][] =>
      one?.EndpointId && one.SubnetId ? [[one.EndpointId, one.SubnetId]] : [],
    ),
  ]);
}

/** The one route table that is in force at a place. */
export function tableAt({ tables, subnets }: Facts, place: string): RouteTable {
  const entries = tables.get(place) ?? (subnets.has(place) ? tables.get('main') : undefined) ?? [];
  const [only] = entries;
  insist(entries.length === 1 && only?.state === 'associated', `${place} has no one route table in force`);
  return only.table;
}

/** What a route does with packets for a block. */
export function leadOf(facts: Facts, route: Route, block: Block): Lead {
  const { name, id, targets } = targetIn(route);
  insist(targets === 1, `a route has ${targets} targets`);
  if (route.State === 'blackhole') return { by: 'nobody', id, place: '' };
  insist(route.State === 'active', `the route to ${id} is in state ${route.State}`);
  const target = `${name} ${id}`;
  if (CONNECTION.test(target)) {
    insist(isOffInternet(block), `where ${id} leads is not known here`);
    return { by: 'nobody', id, place: '' };
  }
  const lead = facts.leads.get(target) ?? leadBy(facts, name, id);
  facts.leads.set(target, lead);
  return lead;
}

function leadBy({ snapshot, endpoints }: Facts, name: string, id: string): Lead {
  const target = `${name} ${id}`;
  if (target === 'GatewayId local') return { by: 'local', id, place: '' };
  if (EXIT.test(target)) return { by: 'exit', id, place: '' };
  const inspected = name === 'GatewayId' ? endpoints.get(id) : undefined;
  if (inspected !== undefined) return { by: 'firewall', id, place: inspected };
  if (name === 'NatGatewayId') return { by: 'nat', id, place: behindNat(snapshot, id) };
  const isDropped = name === 'NetworkInterfaceId' && checksAddresses(snapshot, id);
  insist(
    isDropped || (name === 'GatewayId' && isService(snapshot, id)),
    `where ${id} leads is not known here`,
  );
  return { by: 'nobody', id, place: '' };
}

interface Named {
  readonly name: string;
  readonly id: string;
  readonly targets: number;
}

function targetIn(route: Route): Named {
  const fields = route as Readonly<Record<string, string | undefined>>;
  let found: Named = { name: '', id: '', targets: 0 };
  for (const name in fields) {
    const id = fields[name];
    if (id !== undefined && !NOT_A_TARGET.has(name)) found = { name, id, targets: found.targets + 1 };
  }
  return found;
}

function isOffInternet({ family, first, last }: Block): boolean {
  let next = first;
  for (const off of OFF_INTERNET.flatMap((line) => line.split(' ')).map(blockOf))
    if (off.family === family && off.first <= next && next <= off.last) next = off.last + 1n;
  return next > last;
}

/** The place whose table decides for what a NAT gateway sends on. */
export function behindNat(snapshot: Snapshot, id: string): string {
  const nat = sectionValue(snapshot, 'natGateways').find((one) => one.NatGatewayId === id);
  const isPlain = nat?.State !== 'deleted' && nat?.State !== 'failed' && !nat?.AttachedAppliances?.length;
  insist(nat !== undefined && isPlain, `${id} is no plain NAT gateway`);
  return nat.SubnetId ?? nat.RouteTableId ?? '';
}

function checksAddresses(snapshot: Snapshot, id: string): boolean {
  const found = sectionValue(snapshot, 'networkInterfaces').find((one) => one.NetworkInterfaceId === id);
  return found?.SourceDestCheck === true;
}

function isService(snapshot: Snapshot, id: string): boolean {
  const endpoint = sectionValue(snapshot, 'vpcEndpoints').find((one) => one.VpcEndpointId === id);
  return endpoint?.VpcEndpointType === 'Gateway';
}

/** A route, and the addresses of a family that it may decide for. */
export interface Routed {
  readonly route: Route;
  readonly block: Block;
}

/** Every target of a place's table, whatever the prefixes: one route for all that lead to the same. */
export function everyRoute(facts: Facts, place: string, family: Block['family']): readonly Routed[] {
  const table = tableAt(facts, place);
  const key = `${table.RouteTableId} ${family}`;
  const routes = facts.distinct.get(table) ?? distinctRoutes(table);
  const every = facts.every.get(key) ?? routes.flatMap((route) => routedIn(facts, route, family));
  facts.distinct.set(table, routes);
  facts.every.set(key, every);
  return every;
}

function routedIn(facts: Facts, route: Route, family: Block['family']): readonly Routed[] {
  const text = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
  if (text === undefined) {
    const ofList = listOf(facts, route)?.PrefixList.AddressFamily?.toLowerCase() ?? family;
    return ofList === family ? [{ route, block: facts.whole[family] }] : [];
  }
  if ((text.includes(':') ? 'ipv6' : 'ipv4') !== family) return [];
  // Only where it matters which addresses they are, so that not every prefix needs to be read.
  const { name, id } = targetIn(route);
  const matters = CONNECTION.test(`${name} ${id}`) || (family === 'ipv6' && name === 'NatGatewayId');
  return [{ route, block: matters ? blockOf(text) : facts.whole[family] }];
}

/** Leaves out what leads nowhere, and routes that differ from another one in nothing but the prefix. */
function distinctRoutes(table: RouteTable): readonly Route[] {
  const found = new Map<string, Map<string, Route>>();
  const apart: Route[] = [];
  let lastTo = '';
  let lastTarget = '';
  for (const route of table.Routes ?? []) {
    const fields = route as Readonly<Record<string, string | undefined>>;
    let to = '';
    let target = '';
    let plain = 0;
    let dead = false;
    for (const member in fields) {
      const value = fields[member];
      if (member === 'State') dead = value === 'blackhole';
      else if (member === 'DestinationCidrBlock' || member === 'DestinationIpv6CidrBlock') to = member;
      else if (member === 'GatewayId' || member === 'NatGatewayId') {
        target = value ?? '';
        plain += 1;
      } else if (member !== 'Origin') plain += 2;
    }
    if (dead || (plain === 1 && to === lastTo && target === lastTarget)) continue;
    if (plain === 1 && to !== '' && !target.startsWith('vgw-') && !(to === IPV6 && route.NatGatewayId)) {
      lastTo = to;
      lastTarget = target;
      const known = found.get(to);
      if (known === undefined) found.set(to, new Map([[target, route]]));
      else if (!known.has(target)) known.set(target, route);
    } else apart.push(route);
  }
  return [...apart, ...[...found.values()].flatMap((routes) => [...routes.values()])];
}

const IPV6 = 'DestinationIpv6CidrBlock';

/** The list of a prefix-list route; null where it need not be known, because the route leads to a gateway endpoint. */
export function listOf({ snapshot }: Facts, route: Route): ManagedPrefixList | null {
  const section = snapshot.sections.managedPrefixLists;
  const lists = section.status === 'read' ? section.value : [];
  const [only, second] = lists.filter((one) => one.PrefixList.PrefixListId === route.DestinationPrefixListId);
  const state = only?.PrefixList.State ?? 'complete';
  if (only && !second && state.endsWith('complete')) return only;
  insist(isService(snapshot, route.GatewayId ?? ''), `${route.DestinationPrefixListId} is not known`);
  return null;
}

type WithIpv6 = Pick<Subnet, 'Ipv6CidrBlockAssociationSet'>;

function ipv6Of(one: WithIpv6 | undefined): readonly (string | undefined)[] {
  const settled = (one?.Ipv6CidrBlockAssociationSet ?? []).filter(
    (set) => set.Ipv6CidrBlockState?.State === 'associated',
  );
  return settled.map((set) => set.Ipv6CidrBlock);
}

/** A subnet's own addresses; none for a place that is no subnet. */
export function ownBlocks({ subnets }: Facts, place: string): readonly Block[] {
  const subnet = subnets.get(place);
  return [subnet?.CidrBlock, ...ipv6Of(subnet)].flatMap((text) =>
    text === undefined ? [] : [blockOf(text)],
  );
}

/** The addresses that packets to a subnet can have: its own, or where it has none of the family those of the VPC. */
export function addressesIn(facts: Facts, subnetId: string, family: Block['family']): readonly Block[] {
  const own = ownBlocks(facts, subnetId).filter((block) => block.family === family);
  if (own.length > 0) return own;
  const vpc = sectionValue(facts.snapshot, 'vpc');
  const ipv4 = (vpc.CidrBlockAssociationSet ?? []).map((one) => one.CidrBlock);
  const blocks = [...ipv4, ...ipv6Of(vpc)].flatMap((text) => (text === undefined ? [] : [blockOf(text)]));
  return blocks.filter((block) => block.family === family);
}
