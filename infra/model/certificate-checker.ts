/**
 * The second opinion on a routing proof: follows its certificate through AWS's own answers, and refuses what it cannot
 * follow. It shares nothing with the prover. A block of addresses is a text here, its family's digit and its bits: it
 * holds every block that begins with it. certificate.ts says what is claimed.
 */
import { isIP } from 'node:net';
import type { Route, Section, Snapshot } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import type * as made from './certificate';

const EXIT = /^(GatewayId,igw-|EgressOnlyInternetGatewayId,|CarrierGatewayId,)\S+$/;
const AWAY =
  /^(GatewayId,vgw-|(TransitGateway|VpcPeeringConnection|LocalGateway)Id,|(CoreN|OdbN)etworkArn,)\S+$/;
const DESTINATIONS = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'];
const NO_TARGET = new Set([...DESTINATIONS, 'State', 'Origin', 'InstanceId', 'InstanceOwnerId']);
/** Firewalls whose endpoints do not give packets back to the route tables. */
const ODD = /"(TransitGatewayId|NoSourcePreservation|NatGatewayMappings|ProxySettings)":(?!null|false|\[\])/;
const RANKS: Record<string, number> = { CreateRoute: 0, CreateRouteTable: 0, EnableVgwRoutePropagation: 2 };
const NAT64 = blockOf('64:ff9b::/96');
/** What IANA's special-purpose and allocation registries keep off the internet. */
const OFF_INTERNET =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ::/10 40::/11 80::/9 100::/8 200::/7 400::/6 800::/5 1000::/4 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2 8000::/1'
    .split(' ')
    .map(blockOf);

/** A checker for certificates of one snapshot, with the endpoints that the intent accepts; it never throws. */
export function certificateChecker(snapshot: Snapshot, accepted: readonly string[] = []): made.Checker {
  let facts: made.Facts | undefined;
  return (certificate) => {
    const states = certificate.states.length;
    try {
      facts ??= { ...factsOf(snapshot), leads: leadsOf(snapshot, accepted) };
      insistCertified(facts, certificate);
      return { accepted: true, states, because: 'every route that may decide in a state was followed' };
    } catch (error) {
      return { accepted: false, states, because: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** The states hold all that the subnet sends, and every route that may decide in one leads to what is fine there. */
function insistCertified(facts: made.Facts, { claim, subnet, states }: made.Certificate): void {
  const holds = (place: string, block: string, answers?: string): boolean => {
    const found = states.filter((one) => one.place === place && one.answers === answers);
    return found.some(({ destinations }) => destinations.some((to) => block.startsWith(blockOf(to))));
  };
  const isGuarded = (from: string, to: string, family: string): boolean => {
    const own = ownBlocks(facts, to).filter((one) => one.includes(':') === (family === '6'));
    return (own.length > 0 ? own.map(blockOf) : [family]).every((block) => holds(from, block));
  };
  const isFine = ({ by, place }: made.Lead, block: string, answers?: string): boolean => {
    if (by === 'nobody') return true;
    if (by === 'away') return OFF_INTERNET.some((off) => block.startsWith(off));
    // Of IPv6, a NAT gateway takes NAT64 only.
    const ipv4 = block.replace(NAT64, '4');
    if (by === 'nat' && (ipv4.startsWith('6') || holds(place, ipv4, answers && place)))
      return ipv4.startsWith('4');
    if (answers === undefined) return by === 'firewall' || by === (claim === 'egress' ? 'local' : 'exit');
    if (by === 'firewall') return holds(place, block, answers);
    return by === 'local' || (/exit|nat/.test(by) && isGuarded(place, answers, block.slice(0, 1)));
  };
  const start = claim === 'egress' ? undefined : subnet;
  insist(holds(subnet, '4', start) && holds(subnet, '6', start), `no state for all that starts at ${subnet}`);
  for (const { place, destinations, answers } of states) {
    const rules = rulesAt(facts, place);
    for (const block of destinations.map(blockOf)) {
      const isThere = (lead: made.Lead, part: string): boolean => isFine(lead, part, answers);
      const isOther = (to: string): boolean => to.includes('/') && to.includes(':') === block.startsWith('4');
      const met = rules.filter(({ destination }) => !isOther(destination));
      const leads = new Set(met.map(({ lead }) => lead));
      const fine = new Set([...leads].filter((lead) => isThere(lead, block)));
      const entries = (of: readonly made.Rule[]) => of.flatMap((rule) => entriesOf(facts, rule, block));
      const risky = entries(met.filter(({ lead }) => !fine.has(lead)));
      // What others decide matters only where one of these is not fine for all of its prefix.
      if (risky.every(({ bits, lead }) => isThere(lead, longer(bits, block)))) continue;
      insistFine(block, entries(rules), isThere);
    }
  }
}

/** The longest prefix decides, and of equal ones the least rank; no propagated route does where a local one is. */
function insistFine(block: string, entries: readonly made.Entry[], isFine: made.IsFine): void {
  const here = entries.filter(({ bits }) => bits.startsWith(block) || block.startsWith(bits));
  if (here.every(({ lead, bits }) => isFine(lead, longer(bits, block)))) return;
  if (here.some(({ bits }) => bits.length > block.length))
    return ['0', '1'].forEach((bit) => insistFine(block + bit, here, isFine));
  const isLocal = here.some(({ lead }) => lead.by === 'local');
  const inForce = here.filter(({ rank }) => rank !== 2 || !isLocal);
  const order = ({ bits, rank }: made.Entry): number => bits.length * 4 - rank;
  const [best] = inForce.filter(({ rank }) => rank !== -1).sort((a, b) => order(b) - order(a));
  // Between the lists that hold an address AWS chooses as it likes, unless a longer route is none of a list.
  const isStatic = (at: string): boolean => inForce.some(({ bits, rank }) => bits === at && rank === 0);
  for (const one of inForce) {
    const isChosen = one.rank === 1 && best?.rank === 1 && !isStatic(one.bits);
    const mayDecide = !best || order(one) >= order(best) || isChosen;
    insist(!mayDecide || isFine(one.lead, block), `a route for ${one.destination} may decide`);
  }
}

/** What of a route's prefixes holds a block or is inside of it. */
function entriesOf(facts: made.Facts, rule: made.Rule, block: string): readonly made.Entry[] {
  const { destination } = rule;
  const blocks = destination.includes('/') ? [blockOf(destination)] : blocksOf(facts, rule);
  const met = blocks.filter((bits) => bits.startsWith(block) || block.startsWith(bits));
  return met.map((bits) => ({ ...rule, bits }));
}

function blocksOf({ snapshot, blocksByList }: made.Facts, rule: made.Rule): readonly string[] {
  const { destination, lead } = rule;
  const lists = read(snapshot.sections.managedPrefixLists);
  const [list, more] = lists.filter(({ PrefixList: one }) => one.PrefixListId === destination);
  const isKnown = list && !more && (list.PrefixList.State ?? 'complete').endsWith('complete');
  insist(isKnown || lead.by === 'nobody', `${destination} is not known`);
  const entries = isKnown ? list.Entries : [];
  const blocks = blocksByList.get(destination) ?? entries.map(({ Cidr }) => blockOf(Cidr ?? ''));
  blocksByList.set(destination, blocks);
  return blocks;
}

/** The routes of the one table in force at a place, and the addresses of a subnet, about which no table is asked. */
function rulesAt(facts: made.Facts, place: string): readonly made.Rule[] {
  const own = ownBlocks(facts, place);
  const at = (wanted: string) => facts.tables.filter((one) => one.at === wanted);
  const named = [...at(place), ...(/^(igw|eigw|cagw)-/.test(place) ? at('pool') : [])];
  const [only, more] = named.length === 0 && own.length > 0 ? at('main') : named;
  insist(only?.routes && only.state === 'associated' && !more, `${place} has no one route table in force`);
  const inside = { lead: { by: 'local', place: '' }, rank: -1000 } as const;
  const rules = only.routes.map((route) => ruleOf(route, facts.leads));
  return [...rules, ...own.map((destination) => ({ destination, ...inside }))];
}

function ownBlocks({ snapshot }: made.Facts, place: string): readonly string[] {
  const subnet = sectionValue(snapshot, 'subnets').find(({ SubnetId }) => SubnetId === place);
  const six = subnet?.Ipv6CidrBlockAssociationSet ?? [];
  const settled = six.filter(({ Ipv6CidrBlockState: one }) => one?.State === 'associated');
  const four = subnet && subnet.Ipv6Native !== true ? [subnet.CidrBlock ?? ''] : [];
  return [...four, ...settled.map((one) => one.Ipv6CidrBlock ?? '')];
}

function ruleOf(route: Route, leads: made.Leads): made.Rule {
  const { State: state = '', Origin: origin = '', DestinationPrefixListId: list } = route;
  const destinations = [route.DestinationCidrBlock, route.DestinationIpv6CidrBlock, list];
  const [destination, more] = destinations.filter(Boolean);
  insist(destination && !more, 'a route has no destination, or several');
  const members = Object.entries(route).filter(([name, value]) => value && !NO_TARGET.has(name));
  const target = state === 'active' ? members.join(' ') : state;
  const by = EXIT.test(target) ? 'exit' : AWAY.test(target) ? 'away' : 'unknown';
  const lead = leads.get(target) ?? { by, place: target.slice(target.indexOf(',') + 1) };
  const isSettled = state === 'active' || state === 'blackhole';
  return { destination, lead, rank: isSettled ? (list ? 1 : (RANKS[origin] ?? -1)) : -1 };
}

function factsOf(snapshot: Snapshot): Omit<made.Facts, 'leads'> {
  const tables = sectionValue(snapshot, 'routeTables').flatMap(
    ({ RouteTableId, Associations, Routes: routes }) => {
      // One whose associations were not returned may be the table of any subnet.
      const associations = (Associations ?? [{ Main: true }]).map(({ SubnetId, GatewayId, Main, ...one }) => {
        const at = SubnetId ?? GatewayId ?? (Main === true ? 'main' : 'pool');
        return { at, state: one.AssociationState?.State, routes };
      });
      return [{ at: RouteTableId, state: 'associated', routes }, ...associations];
    },
  );
  return { snapshot, tables, blocksByList: new Map() };
}

function leadsOf({ sections, target: { vpcId } }: Snapshot, accepted: readonly string[]): made.Leads {
  const leads = new Map<string, made.Lead>();
  const put = (target: string, by: made.Lead['by'], place = ''): unknown => leads.set(target, { by, place });
  put('blackhole', 'nobody');
  put('GatewayId,local', 'local');
  for (const nat of read(sections.natGateways))
    if (nat.State !== 'deleted' && nat.State !== 'failed' && !nat.AttachedAppliances?.length)
      put(`NatGatewayId,${nat.NatGatewayId}`, 'nat', nat.SubnetId ?? nat.RouteTableId);
  for (const { NetworkInterfaceId: id, SourceDestCheck: isChecked } of read(sections.networkInterfaces))
    if (isChecked === true) put(`NetworkInterfaceId,${id}`, 'nobody');
  for (const { VpcEndpointId: id = '', VpcEndpointType: type, ...one } of read(sections.vpcEndpoints))
    if (type === 'Gateway') put(`GatewayId,${id}`, 'nobody');
    else if (type === 'GatewayLoadBalancer' && one.VpcId === vpcId && accepted.includes(id))
      put(`GatewayId,${id}`, 'firewall', one.SubnetIds?.[0]);
  const inspect = (vpc: string | undefined, zones: made.Zones = {}): void => {
    for (const { Attachment: one } of vpc === vpcId ? Object.values(zones) : [])
      put(`GatewayId,${one?.EndpointId}`, 'firewall', one?.SubnetId);
  };
  const shared = read(sections.vpcEndpointAssociations);
  for (const { Firewall: of, FirewallStatus: status } of read(sections.firewalls)) {
    if (ODD.test(JSON.stringify(of))) continue;
    inspect(of?.VpcId, status?.SyncStates);
    for (const { VpcEndpointAssociation: one, VpcEndpointAssociationStatus: states } of shared)
      if (one?.FirewallArn === of?.FirewallArn) inspect(one?.VpcId, states?.AssociationSyncState);
  }
  return leads;
}

function read<T>(section: Section<readonly T[]>): readonly T[] {
  return section.status === 'read' ? section.value : [];
}

function blockOf(text: string): string {
  const [, address = '', length = ''] = /^([\da-f.:]+)\/(0|[1-9]\d*)$/i.exec(text) ?? [];
  const [whole, base, width] = isIP(address) === 6 ? [128, 16, 16] : [32, 10, 8];
  const zeros = ':0'.repeat(Math.max(0, 8 - address.split(':').filter(Boolean).length));
  const groups = address.replace('::', `${zeros}:`).split(/[.:]/).filter(Boolean);
  const bits = groups.map((one) => parseInt(one, base).toString(2).padStart(width, '0')).join('');
  const isBlock = isIP(address) > 0 && bits.length === whole && Number(length) <= whole;
  insist(isBlock && !bits.slice(Number(length)).includes('1'), `${text} is no CIDR block`);
  return (whole === 128 ? '6' : '4') + bits.slice(0, Number(length));
}

const longer = (a: string, b: string): string => (a.length > b.length ? a : b);

function insist(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
