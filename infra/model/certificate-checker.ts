/**
 * The second opinion on a routing proof: checks its certificate against AWS's own answers. It shares nothing with the
 * prover, and whatever it cannot follow is a refusal.
 */
import type { Snapshot } from '../snapshot/snapshot';
import type { Certificate, CheckedCertificate, ReturnCertificate, State } from './certificate';
import type { Facts, Routed } from './certificate-facts';
import {
  addressesIn,
  behindNat,
  everyRoute,
  factsOf,
  leadOf,
  listOf,
  ownBlocks,
  tableAt,
} from './certificate-facts';
import type { Block } from './certificate-lookup';
import {
  blockOf,
  deciding,
  entriesIn,
  insist,
  isCovered,
  isInside,
  lookupOf,
  partsOf,
} from './certificate-lookup';

const NAT64 = '64:ff9b::/96';

/** A checker for certificates of one snapshot, with the endpoints that the intent accepts; it never throws. */
export function certificateChecker(
  snapshot: Snapshot,
  acceptedInspection: readonly string[] = [],
): (certificate: Certificate) => CheckedCertificate {
  let facts: Facts | undefined;
  return (certificate) => {
    const { claim } = certificate;
    const states =
      claim === 'egress' ? certificate.states : certificate.guards.flatMap((guard) => guard.states);
    try {
      facts ??= factsOf(snapshot, acceptedInspection);
      if (claim === 'return') insistGuarded(facts, certificate);
      else
        insistClosed(facts, states, {
          start: certificate.subnet,
          blocks: Object.values(facts.whole),
          forbidden: 'exit',
        });
      return {
        accepted: true,
        states: states.length,
        because: 'every route that may decide in a state was followed',
      };
    } catch (error) {
      return {
        accepted: false,
        states: states.length,
        because: error instanceof Error ? error.message : String(error),
      };
    }
  };
}

interface Claim {
  readonly start: string;
  readonly blocks: readonly Block[];
  /** How no packet may come to an end. */
  readonly forbidden: 'exit' | 'local';
}

/** The states hold the start, and every route that may decide in a state leads to a state, or to an end that is allowed. */
function insistClosed(facts: Facts, states: readonly State[], { start, blocks, forbidden }: Claim): void {
  const known = new Map(
    states.map((state) => [`${state.place} ${state.family}`, { state, blocks: blocksOf(facts, state) }]),
  );
  insist(known.size === states.length, 'the certificate has two states for one place');
  const insistKnown = (place: string, block: Block): void => {
    const holds = isCovered(known.get(`${place} ${block.family}`)?.blocks ?? [], block);
    insist(holds, `the certificate has no state for all that reaches ${place} in ${block.family}`);
  };
  for (const block of blocks) insistKnown(start, block);
  for (const { state, blocks: within } of known.values())
    for (const { route, block } of routesIn(facts, state, { within, forbidden })) {
      const lead = leadOf(facts, route, block);
      insist(lead.by !== forbidden, `in ${state.place}, a route to ${lead.id} may decide`);
      if (lead.by === 'nat') insistKnown(lead.place, translated(block));
    }
}

function blocksOf({ whole }: Facts, { family, destinations }: State): readonly Block[] {
  if (destinations === 'all') return [whole[family]];
  return destinations.map((text) => {
    const [first = '', last = ''] = text.split('-');
    return { family, first: BigInt(first), last: BigInt(last) };
  });
}

/** The routes that may decide in a state. What stays inside a subnet meets none: it has arrived. */
function routesIn(
  facts: Facts,
  { place, family, destinations }: State,
  { within, forbidden }: { readonly within: readonly Block[]; readonly forbidden: Claim['forbidden'] },
): readonly Routed[] {
  if (destinations === 'all') return everyRoute(facts, place, family);
  const table = tableAt(facts, place);
  const entries = entriesIn(table, (route) => listOf(facts, route)).filter((one) => one.family === family);
  const own = ownBlocks(facts, place).filter((one) => one.family === family);
  const lookup = lookupOf(entries);
  return partsOf(within, [...entries, ...own]).flatMap((block) => {
    const stays = own.some((one) => isInside(one, block));
    insist(!stays || forbidden !== 'local', `packets arrive in ${place} itself`);
    return stays ? [] : deciding(lookup, block).map(({ route }) => ({ route, block }));
  });
}

/** A NAT gateway takes IPv6 as NAT64 only. */
function translated(block: Block): Block {
  if (block.family === 'ipv4') return block;
  insist(isInside(blockOf(NAT64), block), 'IPv6 is routed to a NAT gateway past NAT64');
  return { family: 'ipv4', first: block.first & 0xffff_ffffn, last: block.last & 0xffff_ffffn };
}

/** Packets of a family at a place, and the last NAT gateway that they crossed, or ''. */
interface Sent {
  readonly place: string;
  readonly family: Block['family'];
  readonly nat: string;
}

/** Whatever the subnet sends, through every NAT gateway and by every exit that some route leads to, comes back guarded. */
function insistGuarded(facts: Facts, { subnet, guards }: ReturnCertificate): void {
  insist(!facts.tables.has('pool'), 'a public IPv4 pool has a route table');
  const waiting: Sent[] = [{ place: subnet, family: 'ipv4', nat: '' }];
  waiting.push({ place: subnet, family: 'ipv6', nat: '' });
  const [met, exits, before] = [
    new Set<string>(),
    new Map<string, Sent & { readonly exit: string }>(),
    new Map<string, Sent[]>(),
  ];
  for (const sent of waiting) {
    const key = Object.values(sent).join(' ');
    if (met.has(key)) continue;
    met.add(key);
    for (const { route, block } of everyRoute(facts, sent.place, sent.family)) {
      const lead = leadOf(facts, route, block);
      if (lead.by === 'exit') exits.set(`${lead.id} ${sent.family} ${sent.nat}`, { ...sent, exit: lead.id });
      if (lead.by === 'firewall') waiting.push({ ...sent, place: lead.place });
      if (lead.by !== 'nat') continue;
      before.set(lead.id, [...(before.get(lead.id) ?? []), sent]);
      waiting.push({ place: lead.place, family: translated(block).family, nat: lead.id });
    }
  }
  const insistBack = (from: string, { family, nat }: Sent, trail: readonly string[]): void => {
    const to = nat === '' ? subnet : behindNat(facts.snapshot, nat);
    const start = trail.length === 0 ? from : behindNat(facts.snapshot, from);
    const guard = guards.find(
      (one) => one.from === from && one.to === to && one.states.some((state) => state.family === family),
    );
    const blocks = addressesIn(facts, to, family);
    if (guard && blocks.length > 0)
      return insistClosed(facts, guard.states, { start, blocks, forbidden: 'local' });
    insist(
      nat !== '' && !trail.includes(nat),
      `nothing guards what comes from ${from} to ${to} in ${family}`,
    );
    for (const earlier of before.get(nat) ?? []) insistBack(nat, earlier, [...trail, nat]);
  };
  for (const { exit, ...sent } of exits.values()) insistBack(exit, sent, []);
}
