import * as fc from 'fast-check';
import { hostileText } from './hostile.fixture';
import { parseMarkup, textOf } from './markup.fixture';
import { escapeText, html, toText } from './safe-html';

const readable = (text: string): string =>
  // What the report shows in place of what cannot be seen.
  text.replace(/[^\n\t\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff]/g, '');

test('whatever a value holds, it stays one text inside its element and its attribute', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const element = parseMarkup(toText(html`<p title="${text}">${text}</p>`));
      expect(element.children.every((child) => typeof child === 'string')).toBe(true);
      expect(Object.keys(element.attributes)).toEqual(['title']);
      expect(readable(textOf(element))).toContain(readable(text).slice(0, 1));
      expect(element.attributes['title']).toBe(textOf(element));
    }),
  );
});

test('escaping loses nothing that a reader can see', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '`', 'a', ' ', 'é', '€', '\n', '\t') }),
      (text) => {
        expect(textOf(parseMarkup(`<p>${escapeText(text)}</p>`))).toBe(text);
      },
    ),
  );
});

test.each([
  ['an escape sequence', 'a\u001b[31mb', 'a\\u001B[31mb'],
  ['a bidirectional override', 'gpj\u202eexe', 'gpj\\u202Eexe'],
  ['a zero-width space', 'a\u200bb', 'a\\u200Bb'],
  ['a carriage return', 'a\rb', 'a\\u000Db'],
  ['a character of a hidden tag', 'a\u{e0041}b', 'a\\u{E0041}b'],
  ['a filler of Hangul', 'a\u3164b', 'a\\u3164b'],
  ['a variation selector', 'a\ufe0fb', 'a\\uFE0Fb'],
  ['the blank Braille pattern', 'a\u2800b', 'a\\u2800b'],
  ['half a surrogate pair', 'a\ud83d', 'a\\uD83D'],
])('%s is shown, not obeyed', (_, text, shown) => {
  expect(escapeText(text)).toBe(shown);
});

test('a whole surrogate pair stays', () => {
  expect(escapeText('\u{1f512}')).toBe('\u{1f512}');
});

test('white space around blocks is left out, in a value it stays', () => {
  const text = toText(
    html`<ul>
      <li>
        ${'a\n  <b'} <b>c</b>
        d
      </li>
    </ul>`,
  );
  expect(text).toBe('<ul><li>a\n  &#60;b <b>c</b>\nd</li></ul>');
});

test('an object from JSON cannot pose as markup', () => {
  const forged = JSON.parse('{"markup":"<script>","Symbol(markup)":"<script>","description":"markup"}');
  expect(toText(html`<p>${forged}</p>`)).not.toContain('<script>');
});

test('markup goes in as markup, lists one after another', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(
    toText(
      html`<ul>
        ${items}
      </ul>`,
    ).replace(/\s+/g, ''),
  ).toBe('<ul><li>a</li><li>&#60;b&#62;</li></ul>');
});
