/**
 * The tier in front of the exact proof: prefixes are ignored, and every route of every table is followed to what it can
 * lead to, not beyond the firewall's own endpoints. A place from which no internet exit and nothing open is reached
 * that way is cleared for all 2^32 and 2^128 destinations, whatever longest-prefix match does: O(number of routes).
 *
 * Facts: proof.md 1 (ignoring prefixes over-approximates what can be reached, so it is sound), aws.md 1.20 (only the
 * firewall's own endpoints count).
 */
import { spaceOf } from './cidr';
import type { Network, Place } from './network';
import { nextPlace } from './next-place';
import type { RouteTable } from './route-table';
import type { Leads } from './table-leads';
import type { Target } from './route-target';

/** What a target means for the claim: nothing that leaves, something that may, or a place where tables decide on. */
export type Lead =
  | { readonly kind: 'safe' }
  | { readonly kind: 'open' }
  | { readonly kind: 'on'; readonly place: Place };

export interface Cut {
  /** Whether nothing that is at this place can leave uninspected. False says nothing: the exact tier decides. */
  cleared(place: Place): boolean;
  leadOf(target: Target): Lead;
}

/** The cut of a network. Answers are kept: subnets share NAT gateways, tables and firewall endpoints. */
export function cutOf(network: Network): Cut {
  const answers: Answers = {
    network,
    leads: new Map(),
    met: new Map(),
    decided: new Map(),
    cleared: new Set(),
  };
  return {
    leadOf(target) {
      return leadOf(target, answers);
    },
    cleared(place) {
      return isCleared(place, answers);
    },
  };
}

interface Answers {
  readonly network: Network;
  /** By kind and id of the target. */
  readonly leads: Map<string, Lead>;
  /** The routes of a table share their targets, so that few are looked up by their text. */
  readonly met: Map<Target, Lead>;
  /** Whether a place is cleared, by its id. */
  readonly decided: Map<string, boolean>;
  /** What tables lead to that are cleared: tables that lead to the same share it. */
  readonly cleared: Set<Leads>;
}

function leadOf(target: Target, { network, leads, met }: Answers): Lead {
  const same = met.get(target);
  if (same) return same;
  const key = target.kind === 'local' ? 'local' : `${target.kind} ${target.id}`;
  const lead = leads.get(key) ?? leadIn(network, target);
  leads.set(key, lead);
  met.set(target, lead);
  return lead;
}

function isCleared(from: Place, answers: Answers): boolean {
  if (isPlainlyCleared(from.table, answers)) return true;
  const { decided } = answers;
  const answer = decided.get(from.id);
  if (answer !== undefined) return answer;
  const { places, before, open } = surroundings(from, answers);
  for (const id of tainted(open, before)) decided.set(id, false);
  for (const { id } of places) if (!decided.has(id)) decided.set(id, true);
  return decided.get(from.id) ?? false;
}

/** Whether all that a table leads to is known to be cleared: most subnets lead to a few NAT gateways that others have asked about. */
function isPlainlyCleared({ leads }: RouteTable, answers: Answers): boolean {
  if (leads === null) return false;
  const { cleared, decided } = answers;
  if (cleared.has(leads)) return true;
  for (const target of leads) {
    const lead = leadOf(target, answers);
    if (lead.kind === 'open' || (lead.kind === 'on' && decided.get(lead.place.id) !== true)) return false;
  }
  cleared.add(leads);
  return true;
}

/** Every place that is reached from one, what leads to each, and those that have an open end of their own. */
function surroundings(
  from: Place,
  answers: Answers,
): {
  readonly places: readonly Place[];
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly open: readonly string[];
} {
  const { decided } = answers;
  const places = [from];
  const met = new Set([from.id]);
  const before = new Map<string, string[]>();
  const open: string[] = [];
  for (const place of places) {
    if (place.table.leads === null || decided.get(place.id) === false) open.push(place.id);
    else if (!decided.has(place.id)) {
      for (const target of place.table.leads) {
        const lead = leadOf(target, answers);
        if (lead.kind === 'open') open.push(place.id);
        if (lead.kind !== 'on') continue;
        const sources = before.get(lead.place.id);
        if (sources) sources.push(place.id);
        else before.set(lead.place.id, [place.id]);
        if (!met.has(lead.place.id)) places.push(lead.place);
        met.add(lead.place.id);
      }
    }
  }
  return { places, before, open };
}

/** Every place from which one of these can be reached. */
function tainted(
  open: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set(open);
  for (const id of found) for (const source of before.get(id) ?? []) found.add(source);
  return found;
}

/**
 * What a target means, asked for the whole IPv4 space at once: for these kinds of target it does not depend on the
 * destination. IPv6 differs at a NAT gateway only, and table-leads.ts leaves such a table to the exact tier.
 */
function leadIn(network: Network, target: Target): Lead {
  if (target.kind === 'local' || target.kind === 'blackhole') return { kind: 'safe' };
  if (target.kind !== 'nat-gateway' && target.kind !== 'vpc-endpoint' && target.kind !== 'network-interface')
    return { kind: 'open' };
  const arrival = nextPlace(network, target, { family: 'ipv4', ...spaceOf('ipv4') });
  if (!arrival.on) {
    const { kind } = arrival.end;
    return { kind: kind === 'delivered' || kind === 'service' || kind === 'dropped' ? 'safe' : 'open' };
  }
  if (arrival.via.kind === 'firewall-endpoint') return { kind: 'safe' };
  return arrival.via.kind === 'nat-gateway' ? { kind: 'on', place: arrival.place } : { kind: 'open' };
}
