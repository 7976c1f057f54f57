import * as fc from 'fast-check';
import { noncesIn } from './nonce';

const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
const spellings: readonly ((nonce: string) => string)[] = [
  (nonce) => `n${nonce}.example.com`,
  (nonce) => `\x11n${nonce}\x07example`,
  (nonce) => `studio-egress:${nonce}`,
  (nonce) => `GET /studio-egress/${nonce} HTTP/1.1`,
];

test('every spelling is found in whatever stands around it, in lower case', () => {
  fc.assert(
    fc.property(
      hex,
      fc.constantFrom(...spellings),
      fc.uint8Array({ maxLength: 50 }),
      fc.boolean(),
      (nonce, spell, noise, capitals) => {
        const text = capitals ? spell(nonce).toUpperCase() : spell(nonce);
        const bytes = Buffer.concat([noise, Buffer.from(text, 'latin1'), noise]);
        expect(noncesIn(bytes)).toContain(nonce);
      },
    ),
  );
});

test.each([
  '',
  'n0123456789abcde.',
  'm0123456789abcdef.',
  'studio-egress 0123456789abcdef',
  '0123456789abcdef',
])('%j has none', (text) => {
  expect(noncesIn(Buffer.from(text))).toEqual([]);
});

test('each is told once, and none from beyond what is searched', () => {
  const nonce = 'studio-egress:0123456789abcdef ';
  expect(noncesIn(Buffer.from(nonce + nonce))).toEqual(['0123456789abcdef']);
  expect(noncesIn(Buffer.from('x'.repeat(8 * 1024) + nonce))).toEqual([]);
});
