/** Names and numbers that the kernel takes, made from AWS ids. */

const maxInterfaceName = 15;

/**
 * An interface's name: the id itself where it fits, otherwise its prefix and as many of its last digits as fit.
 * Two ids that look alike then are told apart by whoever plans, see {@link refuseSame}.
 */
export function interfaceName(id: string): string {
  const name = checkedId(id);
  if (name.length <= maxInterfaceName) return name;
  const prefix = name.slice(0, name.indexOf('-') + 1);
  return prefix + name.slice(prefix.length - maxInterfaceName);
}

/** A kernel table's number for an AWS id: the same in every run, clear of the tables that have fixed numbers. */
export function tableNumber(id: string): number {
  let hash = 0x811c9dc5;
  for (const character of checkedId(id)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return 1000 + (hash % 0x3fffffff);
}

/** Ids reach the kernel's tools as words of a command: nothing but what AWS ids are made of may. */
export function checkedId(id: string): string {
  if (!/^[a-z][a-z0-9]*-[a-z0-9-]{1,60}$/.test(id)) throw new Error(`"${id}" is not an AWS resource id`);
  return id;
}

/** Throws when two of the ids would get the same name or number. */
export function refuseSame(ids: Iterable<string>, make: (id: string) => string | number): void {
  const seen = new Map<string | number, string>();
  for (const id of ids) {
    const other = seen.get(make(id));
    if (other !== undefined && other !== id)
      throw new Error(`the ids ${other} and ${id} are too alike for the lab's network`);
    seen.set(make(id), id);
  }
}
