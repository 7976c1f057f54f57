import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { MANIFEST_NAME, manifestOf, type Manifest } from './manifest';

test('every file is there with the hash and size of its bytes, whatever the order they are given in', () => {
  const file = fc.record({
    name: fc.string({ unit: fc.constantFrom('a', 'b', 'é', '.', '-', '/'), minLength: 1 }),
    content: fc.uint8Array(),
  });
  const files = fc.uniqueArray(file, { selector: ({ name }) => name });
  fc.assert(
    fc.property(files, (given) => {
      const text = manifestOf(given);
      const { files: listed }: Manifest = JSON.parse(text);
      expect(listed.map(({ name }) => name)).toEqual(given.map(({ name }) => name).sort());
      for (const { name, sha256, sizeBytes } of listed) {
        const content = given.find((one) => one.name === name)?.content ?? new Uint8Array();
        expect(sizeBytes).toBe(content.length);
        expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
      }
      expect(manifestOf([...given].reverse())).toBe(text);
    }),
  );
});

test('text counts in bytes of UTF-8', () => {
  expect(JSON.parse(manifestOf([{ name: 'a', content: 'é' }]))).toMatchObject({ files: [{ sizeBytes: 2 }] });
});

test('it does not list itself, and no name twice', () => {
  expect(() => manifestOf([{ name: MANIFEST_NAME, content: '' }])).toThrow('its own hash');
  expect(() =>
    manifestOf([
      { name: 'a', content: '1' },
      { name: 'a', content: '2' },
    ]),
  ).toThrow('two files are called a');
});
