/** Every fault of an intent's file is named by line and column, with the value and the fix; none is passed over. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { IntentFile } from '../suites/declared-intent';
import { readIntentText } from './intent-document';
import { readIntentFile } from './intent-file';
import { PROJECT_ROOT } from './run';
import { UsageError } from './usage-error';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'intent-file-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string | Buffer): IntentFile {
  const path = join(folder, 'intent.yaml');
  writeFileSync(path, text);
  return readIntentFile('--intent', path);
}

/** The lines of the refusal, each without the file's path. */
function faults(text: string | Buffer): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^.*intent\.yaml(:| )/, ''));
  }
  return [];
}

test('a sound file is read, with the hash of its bytes', () => {
  const text = 'version: 1\nlogs:\n  retentionDays: 90\n';
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(read(text)).toEqual({
    path: join(folder, 'intent.yaml'),
    sha256,
    declaration: { version: 1, logs: { retentionDays: 90 } },
  });
});

test('JSON is as good, and so is a byte order mark', () => {
  expect(read('{"version": 1, "logs": {"retentionDays": 90}}').declaration.logs).toEqual({
    retentionDays: 90,
  });
  expect(read('\uFEFFversion: 1\n').declaration).toEqual({ version: 1 });
});

test('all faults at once, in the order of the lines', () => {
  const text = [
    'versoin: 1',
    'destinations:',
    '  - client: wget',
    '    name: Kaggle.com',
    '    expect: alowed',
    '    because: data sets',
    '  - clinet: git',
    '  - {client: pip, package: torch, expect: allowed, because: models}',
    '  - {client: wget, name: pypi.org, expect: denied, because: own index}',
    'risks:',
    '  accepted:',
    '    - {technique: sni-spof, reason: x, owner: me, expires: 2031-02-30}',
    'logs: {retentionDays: 0}',
  ].join('\n');
  expect(faults(text)).toEqual([
    'is no intent; it has 9 faults:',
    expect.stringMatching(
      /^1:1: the file has no key "versoin"\. Did you mean "version"\? Use one of version, /,
    ),
    '1:1: the file lacks version. Add version: 1.',
    expect.stringMatching(/^4:11: destinations\[0\]\.name is "Kaggle\.com"\. Write a DNS name in lower case/),
    '5:13: destinations[0].expect is "alowed". Did you mean "allowed"? Write allowed or denied.',
    expect.stringMatching(/^7:5: destinations\[1\] lacks client\. Add client: wget, git, pip\.$/),
    expect.stringMatching(
      /^9:5: destinations\[3\] denies wget https:\/\/pypi\.org, and that goes to pypi\.org, which/,
    ),
    expect.stringMatching(
      /^12:19: risks\.accepted\[0\]\.technique is "sni-spof", and there is no such technique\. Did you mean "sni-spoof"/,
    ),
    expect.stringMatching(/^12:60: risks\.accepted\[0\]\.expires is "2031-02-30"\. Write the last day/),
    expect.stringMatching(/^13:23: logs\.retentionDays is 0\. /),
  ]);
});

test.each<readonly [string, string, RegExp]>([
  ['an empty file', '', /^1:1: the file is empty\. Begin it with version: 1$/],
  ['nothing but comments', '# x\n', /the file is empty/],
  ['a list', '- version: 1\n', /^1:1: the file is a list\. /],
  ['a sentence', 'allow kaggle\n', /^1:1: the file is "allow kaggle"\. /],
  ['broken YAML', 'version: 1\ndestinations: [\nlogs: x\n', /^\d:\d+: this is not YAML: /],
  ['tabs', 'version: 1\nlogs:\n\tretentionDays: 3\n', /^3:1: this is not YAML: Tabs/],
  [
    'a key twice',
    'version: 1\nlogs: {retentionDays: 9}\nlogs: {retentionDays: 1}\n',
    /^3:1: the file has the key "logs" twice\. /,
  ],
  [
    'a key twice below',
    'version: 1\nlogs:\n  retentionDays: 9\n  retentionDays: 1\n',
    /^4:3: logs has the key "retentionDays" twice/,
  ],
  ['a second document', 'version: 1\n---\nversion: 1\n', /^2:1: a second document begins here/],
  [
    'an alias',
    'version: &v 1\nlogs: {retentionDays: *v}\n',
    /^2:23: logs\.retentionDays is the alias "\*v"\. Write its value out\.$/,
  ],
  ['an anchor', 'version: &v 1\n', /^1:13: version has the anchor "&v"\. /],
  ['a merge key', 'version: 1\n<<: {logs: {retentionDays: 9}}\n', /^2:1: the file has no key "<<"\. /],
  ['a tag', 'version: !!int 1\n', /^1:16: version has the tag /],
  ['a key that is no word', 'version: 1\n? [a]\n: 1\n', /^2:3: the file has a key that is no plain word/],
  ['a number as text', 'version: "1"\n', /^1:10: version is "1"\. Write the number 1\.$/],
  ['a section without value', 'version: 1\ndestinations:\n', /^2:\d+: destinations is empty\. Write a list/],
  [
    'a number that is none',
    'version: 1\nlogs: {retentionDays: .inf}\n',
    /^2:23: logs\.retentionDays is "\.inf"/,
  ],
  ['a fraction of a day', 'version: 1\nlogs: {retentionDays: 1.5}\n', /^2:23: logs\.retentionDays is 1\.5/],
  ['a version that is to come', 'version: 2\n', /^1:10: version is 2\. Write the number 1\.$/],
  [
    'a control character',
    'version: 1\nlistener: "a\\u009b2J.com"\n',
    /^2:11: listener is "a\\u009b2J\.com"\. /,
  ],
  [
    'a prototype',
    'version: 1\n__proto__: {logs: {retentionDays: 9}}\n',
    /^2:1: the file has no key "__proto__"/,
  ],
])('%s is refused', (_case, text, expected) => {
  const said = faults(text);
  expect(said.at(-1)).toMatch(expected);
});

test('what is not text, and what is too much of it, is refused', () => {
  expect(faults(Buffer.from([0x76, 0xff, 0xfe]))).toEqual([' this is not UTF-8 text; save it as UTF-8']);
  expect(faults(`version: 1\n#${' '.repeat(1_100_000)}`)).toEqual([
    ' an intent has at most 262144 bytes, and this file has more',
  ]);
  expect(() => readIntentFile('--intent', folder)).toThrow('this is not a file');
  expect(() => readIntentFile('--intent', join(folder, 'none'))).toThrow('there is no such file');
});

test('brackets without end, and keys without number, end with a message', () => {
  expect(faults('['.repeat(200_000)).length).toBeGreaterThan(0);
  const many = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
  const said = faults(`version: 1\n${many}`);
  expect(said).toHaveLength(52);
  expect(said.at(-1)).toBe('and 19950 more faults');
});

test('a file of aliases that would unfold to millions is not unfolded', () => {
  const levels = Array.from({ length: 12 }, (_, index) =>
    index === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${index}: &a${index} [${Array(9)
          .fill(`*a${index - 1}`)
          .join(', ')}]`,
  );
  expect(faults(`version: 1\n${levels.join('\n')}\n`).join('\n')).toMatch(/has the anchor "&a0"/);
});

test('whatever the text is, it is sound or refused with a place, and nothing of it reaches the terminal', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'version: 1',
      'destinations:',
      '  - client: wget',
      '    name: a.com',
      'logs: {retentionDays: 1}',
      '---',
      '...',
      '%YAML 1.1',
      '- x',
      '? y',
      '&a b',
      '*a',
      '{',
      ']',
      '"',
      '|',
      '!t u',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      for (const said of faults(lines.join('\n')).slice(1)) {
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        expect(said).toMatch(/^\d+:\d+: |more faults$/);
      }
    }),
    { numRuns: 400 },
  );
});

test('every place of a document is found again', () => {
  const document = readIntentText('version: 1\nexits:\n  approved:\n    - target: tgw-a\n      because: x\n');
  expect(document.placeOf({ path: ['exits', 'approved', 0, 'target'] })).toEqual({ line: 4, column: 15 });
  expect(document.placeOf({ path: ['exits', 'approved', 0, 'target'], at: 'key' })).toEqual({
    line: 4,
    column: 7,
  });
  expect(document.placeOf({ path: ['exits', 'approved', 0, 'destinations'] })).toEqual({
    line: 4,
    column: 7,
  });
});

test('the intent that ships beside the stack has no fault', () => {
  const path = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.intent.yaml');
  const { declaration, sha256 } = readIntentFile('--intent', path);
  expect(sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  expect(declaration.destinations?.map(({ client, expect: outcome }) => [client, outcome])).toEqual([
    ['wget', 'allowed'],
    ['git', 'denied'],
    ['pip', 'denied'],
    ['wget', 'denied'],
  ]);
});
