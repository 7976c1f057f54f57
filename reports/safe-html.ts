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
 * template); never inside style or script, in tag or attribute names, or in attributes that hold a URL.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const text = parts.reduce((before, part, index) => before + markupOf(values[index - 1] ?? '') + part);
  return { [MARKUP]: text };
}

export const nothing: SafeHtml = { [MARKUP]: '' };

/** The markup as text, for the file. */
export const toText = (markup: SafeHtml): string => markup[MARKUP];

/** Our own constants only (the style sheet), never anything that evidence had a part in. */
export const constantMarkup = (text: string): SafeHtml => ({ [MARKUP]: text });

function markupOf(value: HtmlValue): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return value.map(toText).join('');
  return value[MARKUP];
}

const isList = (value: HtmlValue): value is readonly SafeHtml[] => Array.isArray(value);

/**
 * Characters that a reader would not see or that would mislead them: controls other than tab and line feed, zero-width
 * and bidirectional ones, line separators, lone surrogates, non-characters.
 */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Escapes for text and quoted attributes; what cannot be seen is written out as `\u202E`. */
export const escapeText = (text: string): string =>
  text
    .replace(
      INVISIBLE,
      (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    )
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
