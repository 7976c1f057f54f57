/**
 * Suricata rules as text, taken apart as far as compiling needs: action, header, options. Pure.
 * Grammar: Suricata 7 user guide, "Rules format". What does not follow it is refused with its place.
 */

export const ACTIONS = ['pass', 'drop', 'reject', 'alert'] as const;
export type Action = (typeof ACTIONS)[number];

export interface RuleOption {
  readonly keyword: string;
  /** Everything after the colon as written, quotes included; null for a keyword without one. */
  readonly value: string | null;
}

export interface Rule {
  readonly action: Action;
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  readonly direction: '->' | '<>';
  readonly destination: string;
  readonly destinationPort: string;
  readonly options: readonly RuleOption[];
}

/** Text that is no Suricata rule. The message names the line. */
export class RuleSyntaxError extends Error {
  override readonly name = 'RuleSyntaxError';
}

/** Every rule of a rules string, in order; comments and blank lines are skipped, `\` joins lines. */
export function parseRules(text: string): Rule[] {
  const rules: Rule[] = [];
  let joined = '';
  let start = 1;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (joined === '') start = index + 1;
    joined += line.trim();
    if (joined.endsWith('\\')) {
      joined = `${joined.slice(0, -1)} `;
      continue;
    }
    if (joined !== '' && !joined.startsWith('#')) rules.push(parseRule(joined, start));
    joined = '';
  }
  if (joined.trim() !== '') throw new RuleSyntaxError(`line ${start}: ends in a continuation`);
  return rules;
}

function parseRule(text: string, line: number): Rule {
  const fail = (what: string): never => {
    throw new RuleSyntaxError(`line ${line}: ${what}: ${text.slice(0, 120)}`);
  };
  const open = text.indexOf('(');
  if (open < 0 || !text.endsWith(')')) return fail('no options in parentheses');
  const words = headerWords(text.slice(0, open));
  const [action, protocol, source, sourcePort, direction, destination, destinationPort, more] = words;
  if (destinationPort === undefined || more !== undefined) return fail('a header has seven parts');
  const known = ACTIONS.find((name) => name === action?.toLowerCase());
  if (known === undefined) return fail(`"${action}" is not one of ${ACTIONS.join(', ')}`);
  if (direction !== '->' && direction !== '<>') return fail(`"${direction}" is not a direction`);
  const options = parseOptions(text.slice(open + 1, -1)) ?? fail('an option does not end in a semicolon');
  return {
    action: known,
    protocol: (protocol ?? '').toLowerCase(),
    source: source ?? '',
    sourcePort: sourcePort ?? '',
    direction,
    destination: destination ?? '',
    destinationPort,
    options,
  };
}

/** Words of a header; a list in brackets is one word, with or without blanks in it. */
function headerWords(header: string): string[] {
  const words: string[] = [];
  let depth = 0;
  let word = '';
  for (const character of header) {
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (/\s/.test(character)) {
      if (depth === 0 && word !== '') {
        words.push(word);
        word = '';
      }
    } else {
      word += character;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

/** Options up to their semicolons; a backslash takes the next character as it is, quotes shield semicolons. */
function parseOptions(text: string): RuleOption[] | null {
  const options: RuleOption[] = [];
  let current = '';
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === '\\') {
      current += character + (text[++index] ?? '');
    } else if (character === ';' && !quoted) {
      if (current.trim() !== '') options.push(parseOption(current.trim()));
      current = '';
    } else {
      if (character === '"') quoted = !quoted;
      current += character;
    }
  }
  return current.trim() === '' && !quoted ? options : null;
}

function parseOption(text: string): RuleOption {
  const colon = text.indexOf(':');
  if (colon < 0) return { keyword: text.toLowerCase(), value: null };
  return { keyword: text.slice(0, colon).trim().toLowerCase(), value: text.slice(colon + 1).trim() };
}

/** The value of an option, without quotes; null where the rule has no such option or it has no value. */
export function optionOf(rule: Rule, keyword: string): string | null {
  const value = rule.options.find((option) => option.keyword === keyword)?.value ?? null;
  return value === null ? null : value.replace(/^"(.*)"$/s, '$1');
}

/** The rule's own signature id, or null where it has none that is a number. */
export function signatureIdOf(rule: Rule): number | null {
  const text = optionOf(rule, 'sid');
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/** The rule as one line. */
export function formatRule(rule: Rule): string {
  const header = [rule.action, rule.protocol, rule.source, rule.sourcePort, rule.direction];
  const options = rule.options.map(({ keyword, value }) =>
    value === null ? `${keyword};` : `${keyword}:${value};`,
  );
  return `${[...header, rule.destination, rule.destinationPort].join(' ')} (${options.join(' ')})`;
}

/** The same rule with another signature id. */
export function withSignatureId(rule: Rule, signatureId: number): Rule {
  const others = rule.options.filter((option) => option.keyword !== 'sid');
  return { ...rule, options: [...others, { keyword: 'sid', value: String(signatureId) }] };
}
