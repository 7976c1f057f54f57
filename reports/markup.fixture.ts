/** A small strict parser of XML and of the HTML that we write, for tests: whatever is not well formed throws. */
export interface MarkupElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (MarkupElement | string)[];
}

/** HTML's elements without an end tag. */
const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

const TOKEN =
  /<\/(?<end>[A-Za-z][\w-]*)\s*>|<(?<start>[A-Za-z][\w-]*)(?<attributes>(?:\s+[A-Za-z:-]+="[^"<]*")*)\s*(?<empty>\/?)>|<!doctype html>|<\?xml version="1\.0" encoding="UTF-8"\?>|(?<text>[^<]+)/gy;

export function parseMarkup(text: string): MarkupElement {
  const root: MarkupElement = { name: '', attributes: {}, children: [] };
  const open: MarkupElement[] = [root];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`not well formed: ${JSON.stringify(text.slice(at, at + 60))}`);
    at = TOKEN.lastIndex;
    take(match.groups ?? {}, open);
  }
  const [element, ...others] = root.children.filter(
    (child) => typeof child !== 'string' || child.trim() !== '',
  );
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  if (element === undefined || typeof element === 'string' || others.length > 0)
    throw new Error('no single root element');
  return element;
}

function take(groups: Record<string, string | undefined>, open: MarkupElement[]): void {
  const parent = open.at(-1);
  if (parent === undefined) throw new Error('text behind the end');
  if (groups['text'] !== undefined) {
    parent.children.push(decoded(groups['text']));
  } else if (groups['end'] !== undefined) {
    if (parent.name !== groups['end']) throw new Error(`</${groups['end']}> inside <${parent.name}>`);
    open.pop();
  } else if (groups['start'] !== undefined) {
    const element = {
      name: groups['start'],
      attributes: attributesOf(groups['attributes'] ?? ''),
      children: [],
    };
    parent.children.push(element);
    if (groups['empty'] !== '/' && !VOID.has(element.name)) open.push(element);
  }
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([A-Za-z:-]+)="([^"<]*)"/g)) {
    if (name === undefined || name in found) throw new Error(`attribute ${name} twice`);
    found[name] = decoded(value ?? '');
  }
  return found;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d+);|([a-z]+);)?/g,
    (whole, number: string | undefined, name: string | undefined) => {
      const character = number === undefined ? NAMED[name ?? ''] : String.fromCodePoint(Number(number));
      if (character === undefined) throw new Error(`not a reference: ${JSON.stringify(whole)}`);
      return character;
    },
  );
}

export const elementsOf = (element: MarkupElement): MarkupElement[] => [
  element,
  ...element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child))),
];

export const named = (element: MarkupElement, name: string): MarkupElement[] =>
  elementsOf(element).filter((one) => one.name === name);

export const textOf = (element: MarkupElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');

const INLINE = new Set(['a', 'b', 'code', 'span', 'strong', 'text', 'title', 'desc']);

/** The text as a reader sees it: what stands in blocks of its own is apart, white space is one blank. */
export const wordsOf = (element: MarkupElement): string => {
  const apart = (child: MarkupElement): string =>
    child.children
      .map((one) => (typeof one === 'string' ? one : INLINE.has(one.name) ? apart(one) : ` ${apart(one)} `))
      .join('');
  return apart(element).replace(/\s+/g, ' ').trim();
};
