/** Objects of an answer by their ids. */
import { NotKnown, returned } from '../snapshot/snapshot';

/** Throws {@link NotKnown} for an object without id, and for two with the same. */
export function byId<T>(items: readonly T[], idOf: (item: T) => string | undefined): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    const id = returned(idOf(item), 'the id of a resource');
    const before = map.size;
    if (map.set(id, item).size === before) throw new NotKnown(`${id} is there twice in the answer`);
  }
  return map;
}
