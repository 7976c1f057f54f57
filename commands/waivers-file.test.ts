import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWaiversFile } from './waivers-file';

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'waivers-'))));
afterAll(() => rmSync(dir, { recursive: true }));

function read(...lines: readonly string[]) {
  const path = join(dir, 'waivers.yaml');
  writeFileSync(path, lines.join('\n'));
  return readWaiversFile('--waivers', path);
}

const GOOD = [
  'version: 1',
  'waivers:',
  '  - check: firewall/is-protected',
  '    subject: arn:aws:network-firewall:us-east-1:123456789012:firewall/fw',
  '    reason: A test stack.',
  '    owner: network team',
  '    expires: 2027-01-31',
];

test('each entry comes with its line', () => {
  const { waivers, malformed, sha256 } = read(...GOOD, '', ...GOOD.slice(2));
  expect(malformed).toEqual([]);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(waivers.map(({ line }) => line)).toEqual([3, 9]);
  expect(waivers[0]).toEqual({
    check: 'firewall/is-protected',
    subject: 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw',
    reason: 'A test stack.',
    owner: 'network team',
    expires: '2027-01-31',
    line: 3,
  });
});

test.each<[string, string, RegExp]>([
  ['no owner', '  - {check: a/b, subject: s, reason: r, expires: 2027-01-31}', /lacks owner/],
  [
    'a pattern',
    '  - {check: a/b, subject: "*", reason: r, owner: o, expires: 2027-01-31}',
    /subject is "\*"/,
  ],
  ['no such day', '  - {check: a/b, subject: s, reason: r, owner: o, expires: 2027-02-30}', /expires is/],
  ['an empty reason', '  - {check: a/b, subject: s, reason: "", owner: o, expires: 2027-01-31}', /reason is/],
  [
    'a check that is none',
    '  - {check: all, subject: s, reason: r, owner: o, expires: 2027-01-31}',
    /check is/,
  ],
  [
    'another key',
    '  - {check: a/b, subject: s, reason: r, owner: o, expires: 2027-01-31, x: 1}',
    /no key "x"/,
  ],
  ['a word', '  - all', /is "all"/],
])('an entry with %s accepts nothing, and the others stand', (_case, line, words) => {
  const { waivers, malformed } = read(...GOOD, line);
  expect(waivers).toHaveLength(1);
  expect(malformed).toEqual([
    expect.objectContaining({ line: 8, because: expect.stringMatching(words) as unknown }),
  ]);
});

test.each<[string, readonly string[], RegExp]>([
  ['empty', [''], /:1:1: the file is empty/],
  ['no YAML', ['version: 1', 'waivers: ['], /this is not YAML/],
  ['another version', ['version: 2', 'waivers: []'], /:1:10: version is 2/],
  ['no list', ['version: 1', 'waivers: all'], /waivers is "all"/],
  ['an alias', ['version: 1', 'waivers: [&a {}, *a]'], /alias|anchor/],
])('a file that is %s is refused before anything is started', (_case, lines, words) => {
  expect(() => read(...lines)).toThrow(words);
});
