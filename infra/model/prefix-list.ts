/** Managed prefix lists, AWS's own and the customer's, as sets of prefixes. */
import type { ManagedPrefixList } from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Cidr } from './cidr';
import { parseCidr } from './cidr';
import type { Known } from './known';
import { ask } from './known';

/** Entries by prefix list id. A list that could not be understood is there, and not known. */
export type PrefixLists = ReadonlyMap<string, Known<readonly Cidr[]>>;

/** Every prefix list that was read. A list in the middle of a change is not known: routes may still use either version. */
export function prefixListsOf(lists: readonly ManagedPrefixList[]): PrefixLists {
  return new Map(
    lists.map((list) => {
      const id = returned(list.PrefixList.PrefixListId, 'PrefixListId of a prefix list');
      return [id, ask(() => entriesOf(id, list))];
    }),
  );
}

function entriesOf(id: string, list: ManagedPrefixList): readonly Cidr[] {
  const state = list.PrefixList.State;
  // AWS's own lists carry no state of their own: they are always complete.
  if (state !== undefined && !state.endsWith('-complete')) {
    throw new NotKnown(`the prefix list ${id} is in state "${state}"`);
  }
  return list.Entries.map((entry) => parseCidr(returned(entry.Cidr, `Cidr of an entry of ${id}`)));
}
