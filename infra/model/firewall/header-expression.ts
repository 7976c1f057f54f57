/** The address and port expressions of Suricata rule headers: `any`, `$HOME_NET`, `[10.0.0.0/8, !10.1.0.0/16]`, `443:445`. */
import { ask } from '../known';
import type { Family } from '../cidr';
import { parseAddress, parseCidr, spaceOf } from '../cidr';
import type { Interval } from '../address-set';
import type { UncertainSet } from './uncertain-set';
import { anythingOf, difference, exactly, unionOf } from './uncertain-set';

export type Addresses = Readonly<Record<Family, UncertainSet>>;

/** What a rule group's variables stand for. A name that is not here is a set of which nothing is known. */
export interface Variables {
  readonly addresses: ReadonlyMap<string, Addresses>;
  readonly ports: ReadonlyMap<string, UncertainSet>;
}

export const PORTS: Interval = { first: 0n, last: 65_535n };
/** Deeper nesting is not understood; Suricata's own limit is of this order. */
const DEEPEST_LIST = 32;

/**
 * The addresses that an expression stands for. A part that is not understood is a set of which nothing is known, so
 * that a rule with it possibly matches and never surely.
 *
 * Facts: Suricata user guide, "Rules Format" (lists, negation: what is listed without `!` minus what is listed with it;
 * a list of negations alone starts from any); aws.md 2.21 (Network Firewall API reference, `RuleVariables`).
 */
export function addressesOf(expression: string, variables: Variables): Addresses {
  const of = (family: Family): UncertainSet =>
    setOf(expression, { space: spaceOf(family), leaf: (item) => addressLeaf(item, family, variables) });
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

/**
 * The union of a definition's items, each an address, a prefix or another expression. What a negated item takes away
 * from the others is not documented (API reference, `IPSet`), so then nothing is known.
 */
export function definitionAddresses(items: readonly string[], variables: Variables): Addresses {
  if (items.some((item) => item.trim().startsWith('!'))) return unknownAddresses();
  const parts = items.map((item) => addressesOf(item, variables));
  return {
    ipv4: unionOf(parts.map(({ ipv4 }) => ipv4)),
    ipv6: unionOf(parts.map(({ ipv6 }) => ipv6)),
  };
}

/** Every address that is not among these. */
export function otherAddresses(addresses: Addresses): Addresses {
  const of = (family: Family): UncertainSet => difference(exactly([spaceOf(family)]), addresses[family]);
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

/** Every address there is. */
export function allAddresses(): Addresses {
  return { ipv4: exactly([spaceOf('ipv4')]), ipv6: exactly([spaceOf('ipv6')]) };
}

/** Some addresses, nobody knows which. */
export function unknownAddresses(): Addresses {
  return { ipv4: anythingOf(spaceOf('ipv4')), ipv6: anythingOf(spaceOf('ipv6')) };
}

/** The ports that an expression stands for; the same rules as for addresses. */
export function portsOf(expression: string, variables: Variables): UncertainSet {
  return setOf(expression, { space: PORTS, leaf: (item) => portLeaf(item, variables) });
}

interface Meaning {
  readonly space: Interval;
  leaf(item: string): UncertainSet;
}

function setOf(expression: string, meaning: Meaning, depth: number = 0): UncertainSet {
  const text = expression.trim();
  const nothing = anythingOf(meaning.space);
  if (depth > DEEPEST_LIST) return nothing;
  if (text.startsWith('!')) {
    return difference(exactly([meaning.space]), setOf(text.slice(1), meaning, depth + 1));
  }
  if (text.toLowerCase() === 'any') return exactly([meaning.space]);
  if (!text.startsWith('[')) return meaning.leaf(text);
  const items = listItems(text);
  if (items === null) return nothing;
  const plain = items.filter((item) => !item.startsWith('!'));
  const negated = items.filter((item) => item.startsWith('!')).map((item) => item.slice(1));
  const from =
    plain.length === 0
      ? exactly([meaning.space])
      : unionOf(plain.map((item) => setOf(item, meaning, depth + 1)));
  return difference(from, unionOf(negated.map((item) => setOf(item, meaning, depth + 1))));
}

/** The items of `[a,[b,c],!d]`, outermost only; null when the brackets do not pair or an item is empty. */
function listItems(text: string): readonly string[] | null {
  if (!text.endsWith(']')) return null;
  const items: string[] = [];
  let [depth, item] = [0, ''];
  for (const character of text.slice(1, -1)) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (depth < 0) return null;
    if (character === ',' && depth === 0) {
      items.push(item.trim());
      item = '';
    } else item += character;
  }
  items.push(item.trim());
  return depth === 0 && items.every((one) => one !== '' && one !== '!') ? items : null;
}

function addressLeaf(item: string, family: Family, variables: Variables): UncertainSet {
  const unknown = anythingOf(spaceOf(family));
  if (item.startsWith('$')) return variables.addresses.get(item.slice(1))?.[family] ?? unknown;
  // An IP set reference (`@NAME`) follows a prefix list or a resource group; its content is not in the rule group.
  const parsed = ask(() => (item.includes('/') ? parseCidr(item) : addressInterval(item)));
  if (!parsed.known) return unknown;
  return exactly(parsed.value.family === family ? [parsed.value] : []);
}

function addressInterval(item: string): Interval & { readonly family: Family } {
  const { family, value } = parseAddress(item);
  return { family, first: value, last: value };
}

function portLeaf(item: string, variables: Variables): UncertainSet {
  if (item.startsWith('$')) return variables.ports.get(item.slice(1)) ?? anythingOf(PORTS);
  const range = /^(?:(\d{1,5})|(\d{1,5})?:(\d{1,5})?)$/.exec(item);
  if (range === null || item === ':') return anythingOf(PORTS);
  const first = BigInt(range[1] ?? range[2] ?? 0);
  const last = BigInt(range[1] ?? range[3] ?? 65_535);
  if (first > last || last > PORTS.last) return anythingOf(PORTS);
  return exactly([{ first, last }]);
}
