/**
 * Text of evidence for formats that have no markup. Strangers wrote it (server answers, log lines, tags), so what a reader
 * would not see, or what would mislead them, is written out; then nothing in a terminal, a viewer or a parser acts on it.
 */

/**
 * Controls other than tab and line feed, zero-width and bidirectional characters, line separators, lone surrogates,
 * non-characters (facts: reports.md 2, "all readers take"; XML 1.0 section 2.2 refuses the first and last of them).
 */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What cannot be seen is written out as `\u202E`; line ends become LF. */
export const visibleText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(
      INVISIBLE,
      (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    );

/** On one line, without blanks at its ends, never empty: `(nothing)` stands for no text. */
export function oneLine(text: string): string {
  const line = visibleText(text).replace(/\s+/g, ' ').trim();
  return line === '' ? '(nothing)' : line;
}

/** At most `max` UTF-16 units, never half a character; what is missing is said. */
export function clipped(text: string, { max }: { readonly max: number }): string {
  if (text.length <= max) return text;
  const more = ' … (shortened)';
  return `${text.slice(0, max - more.length).replace(/[\ud800-\udbff]$/, '')}${more}`;
}

/** A document as JSON text, one member a line, with a line end. Lone surrogates never get here: see `visibleText`. */
export const jsonText = (document: object): string => `${JSON.stringify(document, null, 1)}\n`;
