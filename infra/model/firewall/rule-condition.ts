/** Conditions of a rule that one concrete packet answers, and that a class of flows does not. */
import type { RuleOption } from './suricata-rule';

export type RuleCondition =
  | { readonly kind: 'ip-proto'; readonly numbers: readonly number[]; readonly negated: boolean }
  | { readonly kind: 'flags'; readonly set: string; readonly ignored: string; readonly mode: FlagsMode }
  /** Payload bytes of the packet itself; both ends inside. */
  | { readonly kind: 'dsize'; readonly least: number; readonly most: number; readonly negated: boolean }
  /** Bytes of the stream so far. */
  | {
      readonly kind: 'stream-size';
      readonly side: 'client' | 'server' | 'both' | 'either';
      readonly least: number;
      readonly most: number;
    }
  | { readonly kind: 'flowbit'; readonly name: string; readonly wanted: boolean }
  | { readonly kind: 'not-application'; readonly application: string }
  | { readonly kind: 'client-hello' }
  | { readonly kind: 'request-headers' }
  /** The bytes at one place of the payload, or of the stream for a rule that looks at streams. */
  | {
      readonly kind: 'payload-at';
      readonly offset: number;
      readonly bytes: readonly number[];
      readonly negated: boolean;
    }
  /** The payload goes at least as far as this offset. */
  | { readonly kind: 'data-at'; readonly offset: number }
  /** A number of some bytes in network order, at an offset. */
  | {
      readonly kind: 'byte-range';
      readonly offset: number;
      readonly count: number;
      readonly least: number;
      readonly most: number;
    }
  /** It looks at reassembled streams, which packets without payload add nothing to. */
  | { readonly kind: 'stream-only' }
  | { readonly kind: 'name-pattern'; readonly application: 'tls' | 'http'; readonly pattern: string };

/** Exactly these flags, these and perhaps more, any of these. */
export type FlagsMode = 'exactly' | 'all' | 'any';

/** What a rule that matches does to the flow's bits. */
export interface BitChange {
  readonly name: string;
  readonly to: 'set' | 'unset' | 'toggle';
}

const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, gre: 47, esp: 50, sctp: 132 };
const MOST = Number.MAX_SAFE_INTEGER;

/**
 * The condition that an option on its own says; null for one that is not evaluated. Conditions on a name's or a
 * payload's content depend on their neighbours and are read elsewhere (rule-precision.ts).
 *
 * Facts: Suricata user guide, "IP Keywords" (`ip_proto`), "TCP keywords" (`flags`: modifiers `+` and `*`, and after the
 * comma what is ignored; `!` is left open: stock Suricata 7 does not do what the guide says, measured), "Payload Keywords" (`dsize`: both ends of a range are outside), "Flow Keywords" (`flowbits`,
 * `stream_size`), "Payload Keywords" (`isdataat`, `byte_test`), "SSL/TLS Keywords" (`ssl_state`), "Rules Format" (`app-layer-protocol`).
 */
export function conditionOf({ keyword, value }: RuleOption): RuleCondition | null {
  const text = value?.trim() ?? '';
  switch (keyword) {
    case 'ip_proto':
      return ipProto(text);
    case 'flags':
    case 'tcp.flags':
      return flags(text);
    case 'dsize':
      return dsize(text);
    case 'stream_size':
      return streamSize(text);
    case 'flowbits':
      return flowbit(text);
    case 'app-layer-protocol': {
      const name = /^!\s*([a-z0-9-]+)$/i.exec(text)?.[1];
      return name === undefined ? null : { kind: 'not-application', application: name.toLowerCase() };
    }
    case 'isdataat':
      return /^\d{1,5}$/.test(text) ? { kind: 'data-at', offset: Number(text) } : null;
    case 'byte_test':
      return byteTest(text);
    case 'ssl_state':
      return text === 'client_hello' ? { kind: 'client-hello' } : null;
    default:
      return null;
  }
}

/** What `flowbits` does when the rule matches; null for an option that does nothing of the kind. */
export function bitChangeOf({ keyword, value }: RuleOption): BitChange | null {
  if (keyword !== 'flowbits') return null;
  const parts = /^(set|unset|toggle)\s*,\s*([\w.-]+)$/.exec(value?.trim() ?? '');
  const [, to, name] = parts ?? [];
  if (name === undefined || (to !== 'set' && to !== 'unset' && to !== 'toggle')) return null;
  return { name, to };
}

function ipProto(text: string): RuleCondition | null {
  const parts = /^(!?)\s*([a-z0-9]{1,5})$/i.exec(text);
  const word = parts?.[2]?.toLowerCase();
  if (word === undefined) return null;
  const number = NUMBERS[word] ?? (/^\d{1,3}$/.test(word) ? Number(word) : null);
  if (number === null || number > 255) return null;
  return { kind: 'ip-proto', numbers: [number], negated: parts?.[1] === '!' };
}

function flags(text: string): RuleCondition | null {
  const parts = /^([+*]?)\s*([FSRPAUEC0]{1,8})\s*([+*]?)\s*(?:,\s*([FSRPAUEC]{1,8}))?$/.exec(text);
  const set = parts?.[2];
  if (set === undefined || (parts?.[1] !== '' && parts?.[3] !== '')) return null;
  const modes: Readonly<Record<string, FlagsMode>> = { '': 'exactly', '+': 'all', '*': 'any' };
  const mode = modes[(parts?.[1] ?? '') || (parts?.[3] ?? '')];
  if (mode === undefined || (set.includes('0') && set !== '0')) return null;
  // Stock Suricata 7 looks for it among SYN packets alone (measured).
  if (mode === 'any' && set.includes('S')) return null;
  return { kind: 'flags', set: set === '0' ? '' : set, ignored: parts?.[4] ?? '', mode };
}

function dsize(text: string): RuleCondition | null {
  const range = /^(!?)(\d{1,6})<>(\d{1,6})$/.exec(text.replaceAll(' ', ''));
  if (range !== null) {
    return {
      kind: 'dsize',
      least: Number(range[2]) + 1,
      most: Number(range[3]) - 1,
      negated: range[1] === '!',
    };
  }
  const single = /^(!?)([<>]?)(\d{1,6})$/.exec(text.replaceAll(' ', ''));
  if (single === null) return null;
  return { kind: 'dsize', ...bounds(single[2] ?? '', Number(single[3])), negated: single[1] === '!' };
}

function bounds(operator: string, size: number): { readonly least: number; readonly most: number } {
  if (operator === '>') return { least: size + 1, most: MOST };
  if (operator === '<') return { least: 0, most: size - 1 };
  if (operator === '>=') return { least: size, most: MOST };
  if (operator === '<=') return { least: 0, most: size };
  return { least: size, most: size };
}

function streamSize(text: string): RuleCondition | null {
  const parts = /^(client|server|both|either),(<=|>=|<|>|=),(\d{1,10})$/.exec(text.replaceAll(' ', ''));
  const side = parts?.[1];
  if (side !== 'client' && side !== 'server' && side !== 'both' && side !== 'either') return null;
  return { kind: 'stream-size', side, ...bounds(parts?.[2] ?? '', Number(parts?.[3])) };
}

function byteTest(text: string): RuleCondition | null {
  const parts = /^([1-4]),(<=|>=|<|>|=),(\d{1,10}),(\d{1,5})$/.exec(text.replaceAll(' ', ''));
  if (parts === null) return null;
  const [, count, operator, value, offset] = parts;
  const range = bounds(operator ?? '', Number(value));
  return { kind: 'byte-range', offset: Number(offset), count: Number(count), ...range };
}

function flowbit(text: string): RuleCondition | null {
  const parts = /^(isset|isnotset)\s*,\s*([\w.-]+)$/.exec(text);
  const name = parts?.[2];
  return name === undefined ? null : { kind: 'flowbit', name, wanted: parts?.[1] === 'isset' };
}
