/** The Public Suffix List, by the library that carries it (decision 0007); nothing else here knows the library. */
import { parse } from 'tldts';

/** Where a name stands on the list: the longest suffix that it ends in, and which part of the list has it. */
export interface PublicSuffix {
  readonly suffix: string;
  /** `icann`: registries; `private`: providers that list their own; `unlisted`: an unknown top-level domain. */
  readonly section: 'icann' | 'private' | 'unlisted';
  /** The name is itself the suffix: whoever registers does so directly below it. */
  readonly isWhole: boolean;
}

/**
 * The public suffix of a host name in lower case, without dots at its ends; null for an IP address and for what the list
 * cannot place.
 *
 * Source: publicsuffix.org/list, "algorithm": the longest matching rule prevails, an exception rule over the others, and
 * without any the last label is the suffix. A name that a wildcard rule matches is a suffix, too.
 */
export function publicSuffixOf(name: string): PublicSuffix | null {
  const { publicSuffix: suffix, isIcann, isPrivate } = parse(name, PLACEMENT);
  if (suffix === null) return null;
  const listed = isPrivate === true ? 'private' : 'icann';
  return { suffix, section: isIcann || isPrivate ? listed : 'unlisted', isWhole: suffix === name };
}

const PLACEMENT = { allowPrivateDomains: true, extractHostname: false } as const;
