/** The certificate of a way back: for every way out that some route leads to, a stretch that nothing comes past. */
import { insist, minus } from './certificate-addresses';
import type { Snapshot } from '../snapshot/snapshot';
import type { ReturnCertificate, State } from './certificate';
import { insistClosed, isTaken, OFF_INTERNET } from './certificate-closure';
import type { Places } from './certificate-places';
import { addressesIn, tableAt } from './certificate-places';
import type { Lead, Routes } from './certificate-routes';
import { behindNat } from './certificate-routes';

/** What all certificates of a snapshot are checked against. */
export interface Facts extends Places, Routes {
  readonly snapshot: Snapshot;
}

/** Packets of a family at a place, and the last NAT gateway that they crossed, or ''. */
interface Sent {
  readonly place: string;
  readonly family: State['family'];
  readonly nat: string;
}

interface WaysOut {
  readonly exits: readonly (Sent & { readonly exit: string })[];
  /** By NAT gateway, how packets come to it. */
  readonly before: ReadonlyMap<string, readonly Sent[]>;
}

/** Whatever the subnet sends, through every NAT gateway and by every exit that some route leads to, comes back guarded. */
export function insistGuarded(facts: Facts, { subnet, guards }: ReturnCertificate): void {
  insist(!facts.tables.has('pool'), 'a public IPv4 pool has a route table');
  const { exits, before } = waysOut(facts, subnet);
  const subnetBehind = (nat: string): string => behindNat(facts.snapshot, nat) ?? '';
  const insistBack = (from: string, { family, nat }: Omit<Sent, 'place'>, trail: readonly string[]): void => {
    const to = nat === '' ? subnet : subnetBehind(nat);
    const start = trail.length === 0 ? from : subnetBehind(from);
    const guard = guards.find(
      (one) => one.from === from && one.to === to && one.states.some((state) => state.family === family),
    );
    const blocks = addressesIn(facts, facts.snapshot, { to, family });
    if (guard && blocks.length > 0)
      return insistClosed(facts, guard.states, { start, blocks, forbidden: 'local' });
    const isBehindOthers = nat !== '' && !trail.includes(nat);
    insist(isBehindOthers, `nothing guards what comes from ${from} to ${to} in ${family}`);
    for (const earlier of before.get(nat) ?? []) insistBack(nat, earlier, [...trail, nat]);
  };
  for (const { exit, ...sent } of exits) insistBack(exit, sent, []);
}

/** Every way that some route leads to, through the firewall too, whatever the prefixes. */
function waysOut(facts: Facts, subnet: string): WaysOut {
  const waiting: Sent[] = [{ place: subnet, family: 'ipv4', nat: '' }];
  waiting.push({ place: subnet, family: 'ipv6', nat: '' });
  const exits: (Sent & { readonly exit: string })[] = [];
  const before = new Map<string, Sent[]>();
  const met = new Set<string>();
  for (const sent of waiting) {
    const key = `${sent.place} ${sent.family} ${sent.nat}`;
    if (met.has(key)) continue;
    met.add(key);
    for (const { by, id, place } of leadsAt(facts, sent)) {
      if (by === 'exit') exits.push({ ...sent, exit: id });
      if (by === 'firewall') waiting.push({ ...sent, place });
      if (by !== 'nat') continue;
      before.set(id, [...(before.get(id) ?? []), sent]);
      waiting.push({ place, family: 'ipv4', nat: id });
    }
  }
  return { exits, before };
}

/** Where the routes of a family at a place lead, each once; refuses what leads to nobody knows where. */
function leadsAt(facts: Facts, { place, family }: Sent): readonly Lead[] {
  return [...facts.byLead(tableAt(facts, place))].flatMap(([lead, routes]) => {
    if (lead.by === 'nobody' || lead.by === 'local') return [];
    const isPlain = lead.by === 'exit' || lead.by === 'firewall' || (lead.by === 'nat' && family === 'ipv4');
    const member = family === 'ipv4' ? 'DestinationCidrBlock' : 'DestinationIpv6CidrBlock';
    if (isPlain && routes.some((route) => route[member] !== undefined)) return [lead];
    const blocks = routes.flatMap((route) => facts.prefixesOf(route, family));
    const met = lead.by === 'away' ? minus(blocks, OFF_INTERNET) : blocks;
    const isKnown = lead.by !== 'away' && lead.by !== 'unknown';
    insist(met.length === 0 || isKnown, `where ${lead.id} leads is not known here`);
    insist(lead.by !== 'nat' || met.every(isTaken), 'IPv6 is routed to a NAT gateway past NAT64');
    return met.length > 0 ? [lead] : [];
  });
}
