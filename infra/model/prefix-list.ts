/** Managed prefix lists, AWS's own and the customer's, as sets of prefixes. */
import type { ManagedPrefixList } from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import { compare } from './address-set';
import type { Cidr, Family } from './cidr';
import { parseCidr } from './cidr';
import type { Known } from './known';
import { ask, notReturned } from './known';

/** Entries by prefix list id. A list that could not be understood is there, and not known. */
export interface PrefixLists {
  /** Sorted by first address, longer prefixes after shorter ones; undefined where the list was not returned. */
  get(id: string): Known<readonly Cidr[]> | undefined;
  /** The family of a list that is there and in no change; null for every other. Reads no entry. */
  settledFamily?(id: string): Family | null;
}

/**
 * Every prefix list that was read. A list in the middle of a change is not known: routes may still use either version.
 * Entries are read when they are asked for: of most lists nobody needs to know more than where they lead.
 */
export function prefixListsOf(lists: readonly ManagedPrefixList[]): PrefixLists {
  const byId = new Map<string, ManagedPrefixList>();
  const twice = new Set<string>();
  for (const list of lists) {
    const id = returned(list.PrefixList.PrefixListId, 'PrefixListId of a prefix list');
    if (byId.has(id)) twice.add(id);
    byId.set(id, list);
  }
  const read = new Map<string, Known<readonly Cidr[]>>();
  return {
    get(id) {
      const list = byId.get(id);
      if (list === undefined) return undefined;
      const known = read.get(id) ?? ask(() => entriesOf(id, list, twice));
      read.set(id, known);
      return known;
    },
    settledFamily(id) {
      const list = byId.get(id);
      return list === undefined || twice.has(id) || changing(list) ? null : familyOf(list);
    },
  };
}

function entriesOf(id: string, list: ManagedPrefixList, twice: ReadonlySet<string>): readonly Cidr[] {
  if (twice.has(id)) throw new NotKnown(`the prefix list ${id} is there twice in the answer`);
  if (changing(list)) throw new NotKnown(`the prefix list ${id} is in state "${list.PrefixList.State}"`);
  return list.Entries.map((entry) => parseCidr(entry.Cidr ?? notReturned(`Cidr of an entry of ${id}`))).sort(
    (a, b) => compare(a.first, b.first) || a.length - b.length,
  );
}

/** AWS's own lists carry no state of their own: they are always complete. */
function changing(list: ManagedPrefixList): boolean {
  const state = list.PrefixList.State;
  return state !== undefined && !state.endsWith('-complete');
}

/** Facts: EC2 API reference, `ManagedPrefixList.AddressFamily`: `IPv4` or `IPv6`; a list holds entries of one family. */
function familyOf({ PrefixList: { AddressFamily: family } }: ManagedPrefixList): Family | null {
  if (family === 'IPv4') return 'ipv4';
  return family === 'IPv6' ? 'ipv6' : null;
}
