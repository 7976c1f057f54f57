import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { MANIFEST_NAME, manifestOf, parseManifest, SIGNATURE_NAME, type Manifest } from './manifest';

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

test('what was written is read again as it is', () => {
  const text = manifestOf([
    { name: 'evidence.json', content: '{}' },
    { name: 'report.html', content: '' },
  ]);
  expect(parseManifest(text)).toEqual({ status: 'parsed', manifest: JSON.parse(text) });
});

const hash = '0'.repeat(64);
test.each([
  '../evidence.json',
  '/etc/passwd',
  'a/b',
  'a\\b',
  '.',
  '..',
  '.hidden',
  '',
  'a\n',
  'a\u001b[31m',
  'é',
  MANIFEST_NAME,
  SIGNATURE_NAME,
  7,
  null,
])('a file cannot be called %j', (name) => {
  const text = JSON.stringify({
    schema: 'studio-egress/manifest/v1',
    files: [{ name, sha256: hash, sizeBytes: 0 }],
  });
  const parsed = parseManifest(text);
  expect(parsed).toMatchObject({ status: 'refused', because: expect.stringContaining('files[0].name') });
  // The answer goes to a terminal.
  expect(JSON.stringify(parsed)).toMatch(/^[ -~]*$/);
});

test.each([
  ['{', 'studio-egress/manifest/v1'],
  ['{"schema":"studio-egress/manifest/v1"}', 'no list of files'],
  [
    `{"schema":"studio-egress/manifest/v1","files":[{"name":"a","sha256":"0","sizeBytes":0}]}`,
    'not a SHA-256',
  ],
  [
    `{"schema":"studio-egress/manifest/v1","files":[{"name":"a","sha256":"${hash}","sizeBytes":-1}]}`,
    'not a number of bytes',
  ],
  [
    `{"schema":"studio-egress/manifest/v1","files":[{"name":"a","sha256":"${hash}","sizeBytes":0},{"name":"a","sha256":"${hash}","sizeBytes":0}]}`,
    'lists a twice',
  ],
])('%s is no manifest', (text, because) => {
  expect(parseManifest(text)).toMatchObject({ because: expect.stringContaining(because) });
});
