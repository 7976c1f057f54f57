/** Reads what a rule says of single packets, beside what rule-meaning.ts reads for classes of flows. */
import type { RulePrecision } from './rule';
import type { BitChange, RuleCondition } from './rule-condition';
import { bitChangeOf, conditionOf } from './rule-condition';
import { isSafePattern } from './safe-pattern';
import type { RuleOption, RuleText } from './suricata-rule';

/** Where a `content` is looked for: the packet's payload until a sticky buffer takes over. */
type Place = 'payload' | 'header-names' | 'elsewhere';

interface PendingContent {
  readonly place: Place;
  readonly bytes: readonly number[] | null;
  readonly negated: boolean;
  readonly modifiers: RuleOption[];
}

/** A reading under way; its lists become the rule's own. */
export interface PrecisionReading {
  place: Place;
  pending: PendingContent | null;
  readonly conditions: RuleCondition[];
  readonly untested: string[];
  readonly bits: BitChange[];
}

export function startPrecision(): PrecisionReading {
  return { place: 'payload', pending: null, conditions: [], untested: [], bits: [] };
}

const MODIFIERS: ReadonlySet<string> = new Set([
  'depth',
  'offset',
  'startswith',
  'endswith',
  'nocase',
  'distance',
  'within',
  'rawbytes',
]);

/**
 * Takes an option that says nothing evaluable about a class of flows. `nameBuffer` is the name that a sticky buffer
 * before it has selected, untransformed; null for none.
 *
 * Facts: Suricata user guide, "Payload Keywords" (`content`, `depth`, `startswith`), "HTTP Keywords"
 * (`http.header_names`); aws.md 2.14 uses the latter.
 */
export function readPrecisely(
  reading: PrecisionReading,
  option: RuleOption,
  nameBuffer: 'tls' | 'http' | null,
): void {
  const { keyword, value } = option;
  if (reading.pending !== null && MODIFIERS.has(keyword)) {
    reading.pending.modifiers.push(option);
    return;
  }
  if (reading.pending !== null && value === null && !keyword.includes('.')) {
    // The old way to write a buffer: it says afterwards where the content is looked for.
    reading.pending = null;
    reading.untested.push('content', keyword);
    return;
  }
  settle(reading);
  if (keyword === 'content' && nameBuffer === null) {
    reading.pending = { place: reading.place, ...bytesOf(value ?? ''), modifiers: [] };
    return;
  }
  if (keyword === 'flowbits' && value?.trim() === 'noalert') return;
  const bit = bitChangeOf(option);
  if (bit !== null) {
    reading.bits.push(bit);
    return;
  }
  const condition =
    keyword === 'pcre' && nameBuffer !== null ? patternOf(value ?? '', nameBuffer) : conditionOf(option);
  if (condition !== null) {
    reading.conditions.push(condition);
    return;
  }
  if (keyword === 'http.header_names' && value === null) {
    reading.place = 'header-names';
    return;
  }
  reading.untested.push(keyword);
  // What has no value or a dot in it may select a buffer or transform one.
  if (value === null || keyword.includes('.')) reading.place = 'elsewhere';
}

/** A sticky buffer of a name takes over. */
export function leavePayload(reading: PrecisionReading): void {
  settle(reading);
  reading.place = 'elsewhere';
}

/** Ends a content that may still have had modifiers. */
export function settle(reading: PrecisionReading): void {
  const { pending } = reading;
  if (pending === null) return;
  reading.pending = null;
  const condition = contentCondition(pending);
  if (condition === null) reading.untested.push('content');
  else reading.conditions.push(condition);
}

function contentCondition({ place, bytes, negated, modifiers }: PendingContent): RuleCondition | null {
  if (bytes === null || place === 'elsewhere') return null;
  const offset = offsetOf(modifiers, bytes.length);
  if (offset === null) return null;
  if (place === 'payload') return { kind: 'payload-at', offset, bytes, negated };
  const isAnyHeader = !negated && offset === 0 && bytes.join() === '13,10';
  return isAnyHeader ? { kind: 'request-headers' } : null;
}

/** The one place where a content with these modifiers can be; null where there are several, or other modifiers. */
function offsetOf(modifiers: readonly RuleOption[], length: number): number | null {
  let offset = 0;
  let isAnchored = false;
  for (const { keyword, value } of modifiers) {
    const number = /^\d{1,5}$/.test(value?.trim() ?? '') ? Number(value) : null;
    if (keyword === 'startswith' && value === null) isAnchored = true;
    else if (keyword === 'depth' && number === length) isAnchored = true;
    else if (keyword === 'offset' && number !== null) offset = number;
    else return null;
  }
  return isAnchored ? offset : null;
}

/** The bytes of a quoted content, `|16 03|` in hexadecimal; null for one that is not understood. */
function bytesOf(value: string): { readonly bytes: readonly number[] | null; readonly negated: boolean } {
  const parts = /^(!?)\s*"([^"\\]*)"$/.exec(value);
  const negated = value.startsWith('!');
  const pieces = parts?.[2]?.split('|') ?? [];
  if (pieces.length % 2 === 0 || parts?.[2] === '') return { bytes: null, negated };
  const bytes: number[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 1 && !/^\s*[0-9a-f]{2}(?:\s*[0-9a-f]{2})*\s*$/i.test(piece))
      return { bytes: null, negated };
    const read =
      index % 2 === 0
        ? Array.from({ length: piece.length }, (_none, at) => piece.charCodeAt(at))
        : [...piece.matchAll(/[0-9a-f]{2}/gi)].map(([pair]) => Number.parseInt(pair, 16));
    bytes.push(...read);
  }
  return bytes.every((byte) => byte < 256) ? { bytes, negated } : { bytes: null, negated };
}

function patternOf(value: string, application: 'tls' | 'http'): RuleCondition | null {
  const pattern = /^"\/(.*)\/(i?)"$/.exec(value);
  const text = pattern?.[1];
  if (text === undefined || !isSafePattern(text)) return null;
  return { kind: 'name-pattern', application, pattern: pattern?.[2] === 'i' ? `(?i)${text}` : text };
}

/** The rule as a whole, once its options are read. */
export function precisionOf(
  text: RuleText,
  reading: PrecisionReading,
  meaning: {
    readonly application: string | null;
    readonly named: boolean;
    readonly doubts: readonly string[];
  },
): RulePrecision {
  settle(reading);
  const { conditions, bits, untested } = reading;
  const has = (word: string): boolean => text.options.some(({ keyword }) => keyword === word);
  const silent =
    has('noalert') ||
    text.options.some(({ keyword, value }) => keyword === 'flowbits' && value?.trim() === 'noalert');
  const ofTransaction =
    meaning.named ||
    conditions.some(({ kind }) => TRANSACTION_KINDS.has(kind)) ||
    // Most keywords that are not understood look into the application that the rule is for.
    (meaning.application !== null && untested.length > 0);
  const addressesAlone =
    meaning.application === null &&
    !ofTransaction &&
    conditions.length + bits.length + untested.length + meaning.doubts.length === 0 &&
    !has('flow') &&
    /^(?:any)$/i.test(text.sourcePort) &&
    /^(?:any)$/i.test(text.destinationPort);
  const sid = text.options.find(({ keyword }) => keyword === 'sid')?.value;
  const name = typeof sid === 'string' && /^\d+$/.test(sid) ? `sid ${sid}` : `line ${text.line}`;
  return {
    place: { resource: '', rule: name },
    conditions,
    untested: [...meaning.doubts, ...untested],
    bits,
    ipOnly: addressesAlone && !/!|\$EXTERNAL_NET\b/.test(`${text.source} ${text.destination}`),
    scope: ofTransaction || addressesAlone ? 'flow' : 'packet',
    records: !silent && (text.action !== 'pass' || has('alert')),
    tells: tells(text.action),
    priority: priorityOf(text),
  };
}

/** Of a rule for an application protocol alone, negated or not, stock Suricata passes single packets (measured). */
const TRANSACTION_KINDS: ReadonlySet<RuleCondition['kind']> = new Set([
  'client-hello',
  'request-headers',
  'name-pattern',
]);

function tells(action: string): RulePrecision['tells'] {
  if (action === 'rejectdst') return 'receiver';
  if (action === 'rejectboth') return 'both';
  return action.startsWith('reject') ? 'sender' : null;
}

/** Suricata's own priority of a rule that sets none. */
const USUAL_PRIORITY = 3;

function priorityOf({ options }: RuleText): number {
  const value = options.find(({ keyword }) => keyword === 'priority')?.value?.trim() ?? '';
  return /^\d{1,3}$/.test(value) ? Number(value) : USUAL_PRIORITY;
}
