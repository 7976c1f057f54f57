/**
 * HTML that cannot be broken out of. Evidence holds text that strangers wrote (server answers, log lines, DNS names), so
 * every value put into the `html` template is escaped; only what the template itself made goes in as markup.
 */
const MARKUP = Symbol('markup');

/** Markup made by {@link html}. Evidence comes from JSON and cannot hold the symbol, so it cannot pose as this. */
export interface SafeHtml {
  readonly [MARKUP]: string;
}

export type HtmlValue = string | number | SafeHtml | readonly SafeHtml[];

/**
 * A template whose values are escaped. Values may stand in text and in quoted attributes (quotes must be written in the
 * template); never inside style or script, in tag or attribute names, or in attributes that hold a URL. The template's
 * own indentation is left out: a large report is a third smaller without it.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const written = withoutIndentation(parts);
  let text = written[0] ?? '';
  for (let index = 0; index < values.length; index += 1) {
    text += markupOf(values[index] ?? '') + (written[index + 1] ?? '');
  }
  return { [MARKUP]: text };
}

/** By template: a report of ten thousand findings is made of some dozens of them. */
const compact = new WeakMap<TemplateStringsArray, readonly string[]>();

/** White space beside these is never shown, and in a browser each piece of it is an object of its own. */
const BLOCK = 'table|caption|thead|tbody|tfoot|tr|th|td|ul|ol|li|dl|dt|dd|p|div|h[1-6]|summary|option';
const BEFORE_BLOCK = new RegExp(`\\s+(?=</?(?:${BLOCK})\\b)`, 'g');
const AFTER_BLOCK = new RegExp(`(</?(?:${BLOCK})\\b[^<>]*>)\\s+`, 'g');

function withoutIndentation(parts: TemplateStringsArray): readonly string[] {
  const known = compact.get(parts);
  if (known !== undefined) return known;
  const made = parts.map((part) =>
    part.replace(BEFORE_BLOCK, '').replace(AFTER_BLOCK, '$1').replace(/\n\s*/g, '\n'),
  );
  compact.set(parts, made);
  return made;
}

export const nothing: SafeHtml = { [MARKUP]: '' };

/** The markup as text, for the file. */
export const toText = (markup: SafeHtml): string => markup[MARKUP];

/** Our own constants only (the style sheet, the script), never anything that evidence had a part in. */
export const constantMarkup = (text: string): SafeHtml => ({ [MARKUP]: text });

function markupOf(value: HtmlValue): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return value.map(toText).join('');
  return value[MARKUP];
}

const isList = (value: HtmlValue): value is readonly SafeHtml[] => Array.isArray(value);

/** What most values are made of; the look-up of what is not is slow. */
const HARMLESS = /^[\n\t !#-%(-;=?-_a-~]*$/;

/**
 * Characters that a reader would not see or that would mislead them, by Unicode's own properties: controls other than
 * tab and line feed, format characters (bidirectional, zero-width, tags), whatever a font may leave out (fillers,
 * variation selectors), line separators, lone surrogates, non-characters, the blank Braille pattern.
 */
const INVISIBLE =
  /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu;

/** Escapes for text and quoted attributes; what cannot be seen is written out as `\u202E`. */
export function escapeText(text: string): string {
  if (HARMLESS.test(text)) return text;
  return visibleText(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The text with every character that cannot be seen written out: `\u202E`, `\u{E0041}`. */
export const visibleText = (text: string): string =>
  text.replace(INVISIBLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return code.length > 4 ? `\\u{${code}}` : `\\u${code}`;
  });
