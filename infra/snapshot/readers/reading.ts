/** What a section's reader works with, and the table's type: the compiler demands one reader per section. */
import { CallFailed } from '../call-failed';
import { type Calls } from '../calls';
import type { SectionName, SectionValues, Target, UnreadSection } from '../snapshot';

export interface Reading extends Pick<Calls, 'ask' | 'pages'> {
  readonly target: Target;
  /** The value of another section; throws {@link DependsOnUnread} when it could not be read. */
  readonly section: <N extends SectionName>(name: N) => Promise<SectionValues[N]>;
  /**
   * The value of another section that only adds names to look up, or null when it could not be read. Whoever asks
   * for what those names stand for comes from that section, and learns there that it is unread.
   */
  readonly sectionIfRead: <N extends SectionName>(name: N) => Promise<SectionValues[N] | null>;
}

export type SectionReader<N extends SectionName> = (reading: Reading) => Promise<SectionValues[N]>;
export type SectionReaders = { readonly [N in SectionName]: SectionReader<N> };

/** A section cannot be read because one that it needs could not be. */
export class DependsOnUnread extends Error {
  override readonly name = 'DependsOnUnread';
  readonly section: SectionName;
  readonly unread: UnreadSection;

  constructor(section: SectionName, unread: UnreadSection) {
    super(`it needs ${section}, which could not be read: ${unread.message}`);
    this.section = section;
    this.unread = unread;
  }
}

/** AWS's limit for the values of one filter of a Describe call (EC2 API reference, Filter). */
const FILTER_VALUES = 200;

/** The values in portions that one filter can hold; none for no values. */
export function filterPortions(values: readonly string[]): string[][] {
  const distinct = [...new Set(values)];
  const count = Math.ceil(distinct.length / FILTER_VALUES);
  return Array.from({ length: count }, (_, index) =>
    distinct.slice(index * FILTER_VALUES, (index + 1) * FILTER_VALUES),
  );
}

export interface Listed<L, D> {
  readonly list: () => Promise<readonly L[]>;
  readonly describe: (listed: L) => Promise<D>;
  /** The same for the same thing in two lists. */
  readonly key: (listed: L) => string;
  /** Whether the error says that there is no such thing. */
  readonly isGone: (error: CallFailed) => boolean;
}

/**
 * The descriptions of what a list names. People delete notebooks and spaces while the account is read: what cannot be found any
 * more is left out, but only once the list, asked again, does not name it either. A list that still names it makes its
 * absence a failure: it may have been made a moment ago, and AWS is eventually consistent.
 */
export async function describedOf<L, D>({ list, describe, key, isGone }: Listed<L, D>): Promise<D[]> {
  const gone: { readonly name: string; readonly error: CallFailed }[] = [];
  const described = await Promise.all(
    (await list()).map(async (listed): Promise<readonly D[]> => {
      try {
        return [await describe(listed)];
      } catch (error) {
        if (!(error instanceof CallFailed) || !isGone(error)) throw error;
        gone.push({ name: key(listed), error });
        return [];
      }
    }),
  );
  if (gone.length > 0) {
    const still = new Set((await list()).map(key));
    for (const { name, error } of gone) if (still.has(name)) throw error;
  }
  return described.flat();
}
