/** Whether a name, or all below it, is one owner's, or whether anybody can get a name there. */
import { isAbovePublicSuffix } from './above-public-suffix';
import { publicSuffixOf } from './public-suffix';
import { awsRootOf, isAboveSharedSuffix, servesByPath, sharedSuffixOf } from './shared-suffix';

export type Breadth =
  /** One owner's, as far as the lists know. */
  | { readonly kind: 'named' }
  /** Anybody can have a name directly below it, or content behind it. */
  | { readonly kind: 'shared'; readonly because: string }
  /** Its owner's, but below it lies a name that is shared. */
  | { readonly kind: 'above'; readonly because: string }
  | { readonly kind: 'unclear'; readonly because: string };

/** One host of that name, or the name with everything below it. */
export type NameScope = 'host' | 'all below';

const NAMED: Breadth = { kind: 'named' };
/** Letters, digits, hyphens and underscores in labels: what TLS and HTTP carry, international names in their ASCII form. */
const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$/;
const ADDRESS = /^(?:\d+|0x[0-9a-f]+)(?:\.(?:\d+|0x[0-9a-f]+))*$/;

/**
 * What a name in an allow rule stands for. Upper case, a dot in front and a dot at the end make no difference.
 *
 * A single host is one owner's even where it is a suffix itself (`github.io` is a host of GitHub's), but for those that
 * serve everybody's content by path. All below a name is anybody's where the name is a public suffix (registries' and
 * providers' part of the Public Suffix List alike) or a shared one of shared-suffix.ts, and where one of these lies
 * below it. Below AWS's own roots, what is not known to be a customer's or one service's is unclear.
 */
export function breadthOf(text: string, scope: NameScope): Breadth {
  const name = text.toLowerCase().replace(/^\./, '').replace(/\.$/, '');
  if (!HOST_NAME.test(name) || name.length > 253) {
    return {
      kind: 'unclear',
      because: `${JSON.stringify(text)} is not a host name that this tool understands`,
    };
  }
  if (scope === 'host') return breadthOfHost(name);
  if (ADDRESS.test(name))
    return { kind: 'unclear', because: `${name} looks like an address, not like a domain` };
  return breadthBelow(name);
}

function breadthOfHost(name: string): Breadth {
  const provider = servesByPath(name);
  if (provider === null) return NAMED;
  return { kind: 'shared', because: `${name} serves every customer of ${provider} by path` };
}

function breadthBelow(name: string): Breadth {
  const own = sharedSuffixOf(name);
  if (own?.suffix === name) return shared(name, `customers of ${own.provider} get names there`);
  const placed = publicSuffixOf(name);
  if (placed === null) return { kind: 'unclear', because: `the Public Suffix List cannot place ${name}` };
  if (placed.isWhole) return shared(name, SECTIONS[placed.section]);
  if (isAbovePublicSuffix(name) || isAboveSharedSuffix(name)) {
    return { kind: 'above', because: `below ${name} lie names that anybody can get` };
  }
  // The list has a whole Region of AWS as a suffix; the names of services below it are AWS's own all the same.
  const isCustomers = placed.section === 'private' && !isAboveSharedSuffix(placed.suffix);
  if (awsRootOf(name) === null || own !== null || isCustomers) return NAMED;
  return {
    kind: 'unclear',
    because: `whether AWS's customers get names below ${name} is not known to this tool`,
  };
}

const SECTIONS = {
  icann: 'anybody can register a domain there (Public Suffix List)',
  private: 'customers of its provider get names there (Public Suffix List, private section)',
  unlisted: 'it is a whole top-level domain',
} as const;

const shared = (name: string, why: string): Breadth => ({
  kind: 'shared',
  because: `${name} is a suffix that many share: ${why}`,
});
