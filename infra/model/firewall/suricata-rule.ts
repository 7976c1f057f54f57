/** Suricata rule text, taken apart strictly: header and options, with line and column for what is not understood. */
import type { TextLine } from './rule-lines';
import { ruleLines } from './rule-lines';

export interface RuleOption {
  readonly keyword: string;
  /** As written after the colon, escapes included; null for a keyword without a value. */
  readonly value: string | null;
}

/** One rule's own words; what they mean is decided elsewhere. */
export interface RuleText {
  readonly action: string;
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  readonly direction: '->' | '<>';
  readonly destination: string;
  readonly destinationPort: string;
  readonly options: readonly RuleOption[];
  /** 1 for the first line. */
  readonly line: number;
  /** It begins with a blank: stock Suricata skips such a line (src/detect-engine-loader.c), Network Firewall may not. */
  readonly indented?: boolean;
}

/** A line that is not a rule as this parser knows them; both numbers from 1, in the text as it was given. */
export interface RuleSyntaxProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedLine =
  | { readonly understood: true; readonly rule: RuleText }
  | { readonly understood: false; readonly problem: RuleSyntaxProblem };

/**
 * Every rule of a RulesString, in order. Empty lines and comments are left out; a line that ends in a backslash goes on
 * in the next one, but a comment does not (src/detect-engine-loader.c looks for the comment first).
 *
 * Facts: Suricata user guide, "Rules Format": action, header, options in parentheses, each ended by a semicolon, which
 * a value writes as `\;`. aws.md 2.28: Network Firewall also knows a newer language with hooks (`accept:hook`); it
 * comes out as not understood.
 */
export function parseRules(text: string): readonly ParsedLine[] {
  return parseCounting(text).lines;
}

/** The same with the number of characters that were looked at, so that a test can hold it against the text's length. */
export function parseCounting(text: string): {
  readonly lines: readonly ParsedLine[];
  readonly steps: number;
} {
  const count = { steps: 0 };
  const lines = ruleLines(text, count).map((line) => parseLine(line, count));
  return { lines, steps: count.steps };
}

/** Characters looked at so far. */
export interface StepCount {
  steps: number;
}

/** What is wrong, at an index of the rule's own text. */
interface Misread {
  readonly at: number;
  readonly wrong: string;
}

const ACTION = /^[a-z]{1,20}$/;
const PROTOCOL = /^[a-z0-9][a-z0-9-]{0,30}$/;
const KEYWORD = /^[A-Za-z][\w.-]{0,60}$/;
/** Words of a problem's message that are quoted are cut at this length. */
const LONGEST_QUOTED = 60;

function parseLine(line: TextLine, count: StepCount): ParsedLine {
  const read = readRule(line, count);
  if (!('wrong' in read)) return { understood: true, rule: read };
  return { understood: false, problem: { ...line.placeOf(read.at), message: read.wrong } };
}

function readRule({ content, line }: TextLine, count: StepCount): RuleText | Misread {
  count.steps += content.length;
  const open = content.indexOf('(');
  if (open < 0) return { at: content.length, wrong: 'the options in parentheses are missing' };
  const end = content.trimEnd().length - 1;
  if (content[end] !== ')' || end <= open)
    return { at: Math.max(end, 0), wrong: 'the rule does not end with a closing parenthesis' };
  const words = headerWords(content.slice(0, open), count);
  if ('wrong' in words) return words;
  const [action, protocol, source, sourcePort, direction, destination, destinationPort] = words;
  if (
    words.length !== 7 ||
    action === undefined ||
    protocol === undefined ||
    source === undefined ||
    sourcePort === undefined ||
    direction === undefined ||
    destination === undefined ||
    destinationPort === undefined
  )
    return { at: words[7]?.at ?? open, wrong: `the header has ${words.length} words instead of 7` };
  if (!ACTION.test(action.text)) return notUnderstood('action', action);
  if (!PROTOCOL.test(protocol.text)) return notUnderstood('protocol', protocol);
  if (direction.text !== '->' && direction.text !== '<>')
    return { at: direction.at, wrong: `the direction ${quoted(direction.text)} is neither -> nor <>` };
  const options = readOptions(content, { from: open + 1, to: end }, count);
  if ('wrong' in options) return options;
  return {
    action: action.text,
    protocol: protocol.text,
    source: source.text,
    sourcePort: sourcePort.text,
    direction: direction.text,
    destination: destination.text,
    destinationPort: destinationPort.text,
    options,
    line,
    indented: content.startsWith(' '),
  };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, LONGEST_QUOTED));
const notUnderstood = (what: string, { at, text }: Word): Misread => ({
  at,
  wrong: `the ${what} ${quoted(text)} is not understood`,
});

interface Word {
  readonly at: number;
  readonly text: string;
}

/** Words of a header; a list in brackets is one word, blanks and all. */
function headerWords(header: string, count: StepCount): readonly Word[] | Misread {
  const words: Word[] = [];
  let [depth, start] = [0, -1];
  for (let index = 0; index <= header.length; index += 1) {
    count.steps += 1;
    const character = header[index] ?? ' ';
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (depth < 0) return { at: index, wrong: 'a bracket closes that was not opened' };
    const isBlank = character.trim() === '' && (depth === 0 || index === header.length);
    if (isBlank && start >= 0) {
      words.push({ at: start, text: header.slice(start, index) });
      start = -1;
    } else if (!isBlank && start < 0) start = index;
  }
  const last = words.at(-1);
  return depth === 0 || last === undefined ? words : { at: last.at, wrong: 'a bracket is not closed' };
}

/** Options up to the closing parenthesis. A semicolon ends one, in quotes too, unless a backslash precedes it. */
function readOptions(
  content: string,
  { from, to }: { readonly from: number; readonly to: number },
  count: StepCount,
): readonly RuleOption[] | Misread {
  const options: RuleOption[] = [];
  let start = from;
  for (let index = from; index < to; index += 1) {
    count.steps += 1;
    if (content[index] === '\\') index += 1;
    else if (content[index] === ';') {
      const option = readOption(content.slice(start, index), start, count);
      if ('wrong' in option) return option;
      options.push(option);
      start = index + 1;
    }
  }
  const rest = content.slice(start, to);
  count.steps += rest.length;
  return rest.trim() === ''
    ? options
    : { at: start + blanks(rest), wrong: 'the last option has no semicolon' };
}

function readOption(text: string, start: number, count: StepCount): RuleOption | Misread {
  count.steps += text.length;
  const at = start + blanks(text);
  const colon = text.indexOf(':');
  const keyword = (colon < 0 ? text : text.slice(0, colon)).trim();
  if (!KEYWORD.test(keyword)) return { at: at, wrong: `an option is not understood: ${quoted(text.trim())}` };
  const value = colon < 0 ? null : text.slice(colon + 1).trim();
  if (value !== null && isQuoteOpen(value))
    return { at: start + colon + 1, wrong: `the quotation of ${keyword} is not closed` };
  return { keyword: keyword.toLowerCase(), value };
}

const blanks = (text: string): number => text.length - text.trimStart().length;

/** A value that begins with a quotation mark and does not end with another. */
function isQuoteOpen(value: string): boolean {
  const body = value.startsWith('!') ? value.slice(1).trimStart() : value;
  return body.startsWith('"') && (body.length < 2 || !body.endsWith('"'));
}
