/** Suricata rule text, taken apart strictly: header and options, with line and column for what is not understood. */

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

/** A line that is not a rule as this parser knows them. */
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
  return joinedLines(text)
    .filter(({ content }) => !isSkipped(content))
    .map(({ content, line }) => parseLine(content, line));
}

const isSkipped = (content: string): boolean => /^\s*(#|$)/.test(content);

function joinedLines(text: string): readonly { readonly content: string; readonly line: number }[] {
  const joined: { content: string; line: number }[] = [];
  let open = false;
  text.split(/\r?\n/).forEach((content, index) => {
    // A comment ends with its own line, whatever that ends in: what stands below it is in force.
    if (!open && isSkipped(content)) return;
    const goesOn = content.endsWith('\\');
    const part = goesOn ? `${content.slice(0, -1)} ` : content;
    const previous = joined.at(-1);
    if (open && previous !== undefined) previous.content += part;
    else joined.push({ content: part, line: index + 1 });
    open = goesOn;
  });
  return joined;
}

const ACTION = /^[a-z]+$/;
const PROTOCOL = /^[a-z0-9][a-z0-9-]*$/;

function parseLine(content: string, line: number): ParsedLine {
  const wrong = (column: number, message: string): ParsedLine => ({
    understood: false,
    problem: { line, column: column + 1, message },
  });
  const open = content.indexOf('(');
  if (open < 0) return wrong(content.length, 'the options in parentheses are missing');
  const end = content.trimEnd().length - 1;
  if (content[end] !== ')') return wrong(end, 'the rule does not end with a closing parenthesis');
  const words = headerWords(content.slice(0, open));
  const [action, protocol, source, sourcePort, direction, destination, destinationPort] = words;
  if (words.length !== 7 || action === undefined || protocol === undefined || destinationPort === undefined) {
    return wrong(0, `the header has ${words.length} words instead of 7`);
  }
  if (!ACTION.test(action)) return wrong(0, `the action ${JSON.stringify(action)} is not understood`);
  if (!PROTOCOL.test(protocol)) {
    return wrong(content.indexOf(protocol), `the protocol ${JSON.stringify(protocol)} is not understood`);
  }
  if (source === undefined || sourcePort === undefined || destination === undefined)
    return wrong(0, 'the header is not complete');
  if (direction !== '->' && direction !== '<>') {
    return wrong(0, `the direction ${JSON.stringify(direction)} is neither -> nor <>`);
  }
  const options = parseOptions(content, { from: open + 1, to: end });
  if (!Array.isArray(options)) return wrong(options.column, options.message);
  return {
    understood: true,
    rule: {
      action,
      protocol,
      source,
      sourcePort,
      direction,
      destination,
      destinationPort,
      options,
      line,
      indented: content.startsWith(' '),
    },
  };
}

/** Words of a header; a list in brackets is one word, blanks and all. */
function headerWords(header: string): readonly string[] {
  const words: string[] = [];
  let [depth, word] = [0, ''];
  for (const character of header) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (/\s/.test(character) && depth === 0) {
      if (word !== '') words.push(word);
      word = '';
    } else word += character;
  }
  if (word !== '') words.push(word);
  return words;
}

function parseOptions(
  content: string,
  { from, to }: { readonly from: number; readonly to: number },
): RuleOption[] | { readonly column: number; readonly message: string } {
  const options: RuleOption[] = [];
  let start = from;
  for (let index = from; index < to; index += 1) {
    if (content[index] === '\\') index += 1;
    else if (content[index] === ';') {
      const option = optionOf(content.slice(start, index));
      if (option === null) return { column: start, message: 'an option is not understood' };
      options.push(option);
      start = index + 1;
    }
  }
  const rest = content.slice(start, to);
  if (rest.trim() !== '') return { column: start, message: 'the last option has no semicolon' };
  return options;
}

function optionOf(text: string): RuleOption | null {
  const parts = /^\s*([A-Za-z][\w.-]*)\s*(?::([\s\S]*))?$/.exec(text);
  if (parts?.[1] === undefined) return null;
  return { keyword: parts[1].toLowerCase(), value: parts[2]?.trim() ?? null };
}
