/**
 * The certificate check itself: a set of states is closed when every route that may decide for a destination of a state
 * leads to something allowed, or to a destination of another state.
 */
import type { State } from './certificate';
import type { Block } from './certificate-addresses';
import { blockOf, insist, merged, minus, overlap } from './certificate-addresses';
import type { Places } from './certificate-places';
import { ownBlocks, tableAt } from './certificate-places';
import type { Lead, Routes } from './certificate-routes';
import { decidedByOthers } from './certificate-routes';

export const WHOLE = { ipv4: blockOf('0.0.0.0/0'), ipv6: blockOf('::/0') };
const NAT64 = blockOf('64:ff9b::/96');
/** What IANA's special-purpose and allocation registries keep off the internet. */
export const OFF_INTERNET = merged(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ::/10 40::/11 80::/9 100::/8 200::/7 400::/6 800::/5 1000::/4 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2 8000::/1'
    .split(' ')
    .map(blockOf),
);

export interface Claim {
  readonly start: string;
  readonly blocks: readonly Block[];
  /** How no packet may come to an end. */
  readonly forbidden: 'exit' | 'local';
}

/** The states hold the start, and every route that may decide in a state leads to a state, or to an end that is allowed. */
export function insistClosed(facts: Places & Routes, states: readonly State[], claim: Claim): void {
  const known = new Map(states.map((state) => [`${state.place} ${state.family}`, blocksOf(state)]));
  insist(known.size === states.length, 'the certificate has two states for one place');
  const isKnown = (place: string, blocks: readonly Block[]): boolean =>
    blocks.every((block) => minus([block], known.get(`${place} ${block.family}`) ?? []).length === 0);
  const isFollowed = ({ by, place }: Lead, blocks: readonly Block[]): boolean =>
    blocks.length === 0 || (by === 'nat' && blocks.every(isTaken) && isKnown(place, blocks.map(translated)));
  insist(
    isKnown(claim.start, claim.blocks),
    `the certificate has no state for all that starts at ${claim.start}`,
  );
  for (const { place, family } of states) {
    const table = tableAt(facts, place);
    const held = known.get(`${place} ${family}`) ?? [];
    const own = merged(ownBlocks(facts, place));
    const stays = own.some((block) => overlap(held, block).length > 0);
    insist(claim.forbidden !== 'local' || !stays, `packets arrive in ${place} itself`);
    const here = minus(held, own);
    for (const [lead, routes] of facts.byLead(table)) {
      if (isHarmless(lead, claim)) continue;
      if (lead.by === 'nat' && family === 'ipv4' && isKnown(lead.place, [WHOLE.ipv4])) continue;
      for (const entry of routes.flatMap((route) => facts.prefixesOf(route, family))) {
        const met = overlap(here, entry);
        const taken = lead.by === 'away' ? minus(met, OFF_INTERNET) : met;
        if (isFollowed(lead, taken)) continue;
        const others = decidedByOthers(entry, { entries: facts.entriesOf(table), leadOf: facts.leadOf });
        insist(isFollowed(lead, minus(taken, others)), `in ${place}, a route to ${lead.id} may decide`);
      }
    }
  }
}

function isHarmless({ by }: Lead, { forbidden }: Claim): boolean {
  return by === 'firewall' || by === 'nobody' || ((by === 'exit' || by === 'local') && by !== forbidden);
}

function blocksOf({ family, destinations }: State): readonly Block[] {
  if (destinations === 'all') return [WHOLE[family]];
  const blocks = destinations.map((text) => text.split('-').map(BigInt));
  return merged(blocks.map(([first = 0n, last = -1n]) => ({ family, first, last })));
}

/** A NAT gateway takes IPv6 as NAT64 only. */
export function isTaken({ family, first, last }: Block): boolean {
  return family === 'ipv4' || (NAT64.first <= first && last <= NAT64.last);
}

function translated({ first, last }: Block): Block {
  return { family: 'ipv4', first: first & 0xffff_ffffn, last: last & 0xffff_ffffn };
}
