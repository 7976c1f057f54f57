import {
  AptSourcesError,
  formatSources,
  parseDeb822,
  parseOneLine,
  toolSources,
  type AptSource,
} from './apt-sources';

const DEBIAN = `# comment
Types: deb deb-src
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb
URIs: https://third.party.test
Suites: bookworm
Components: stable

Types: deb
URIs: http://off.test
Suites: bookworm
Components: main
Enabled: no
`;
const bookworm = { id: 'debian', codename: 'bookworm' };
const field = (sources: readonly AptSource[], name: string): (string | undefined)[] =>
  sources.map((source) => source.get(name));

test("of a machine's sources the distribution's own are kept, and Debian 12 gets its backports by the same mirror and key", () => {
  const sources = toolSources(parseDeb822(DEBIAN, 'debian.sources'), bookworm);
  expect(field(sources, 'Suites')).toEqual([
    'bookworm bookworm-updates',
    'bookworm-security',
    'bookworm-backports',
  ]);
  expect(field(sources, 'Types')).toEqual(['deb', 'deb', 'deb']);
  expect(sources[2]?.get('URIs')).toBe('http://mirror.test/debian');
  expect(sources[2]?.get('Signed-By')).toBe('/usr/share/keyrings/debian.gpg');
});

test('a key block survives being written out', () => {
  const [, security] = parseDeb822(DEBIAN, 'debian.sources');
  const again = parseDeb822(formatSources(security === undefined ? [] : [security]), 'again');
  expect(again).toEqual([security]);
});

test('backports that are there already are not added again', () => {
  const own = `${DEBIAN}\nTypes: deb\nURIs: http://own.test\nSuites: bookworm-backports\nComponents: main\n`;
  expect(toolSources(parseDeb822(own, 'x'), bookworm)).toHaveLength(3);
});

test('one-line sources are read with their options', () => {
  const text =
    'deb [arch=amd64,arm64 signed-by=/k.gpg] http://mirror.test/ubuntu noble main restricted # x\ndeb-src http://x noble main\ndeb cdrom:[x]/ noble main\n';
  const sources = parseOneLine(text.replace('cdrom:[x]/', 'cdrom:x/'), 'sources.list');
  expect(sources[0]).toEqual(
    new Map([
      ['Types', 'deb'],
      ['URIs', 'http://mirror.test/ubuntu'],
      ['Suites', 'noble'],
      ['Components', 'main restricted'],
      ['Architectures', 'amd64 arm64'],
      ['Signed-By', '/k.gpg'],
    ]),
  );
  const tools = toolSources(sources, { id: 'ubuntu', codename: 'noble' });
  expect(field(tools, 'Components')).toEqual(['main restricted', 'universe']);
});

test.each([
  ['nonsense here', parseOneLine],
  ['deb [trusted] http://x noble main', parseOneLine],
  ['no field', parseDeb822],
  [' continued', parseDeb822],
])('%j is refused with its line', (text, parse) => {
  expect(() => parse(`\n${text}`, 'file')).toThrow(AptSourcesError);
  expect(() => parse(`\n${text}`, 'file')).toThrow(/^file:2: /);
});

test("a machine without its distribution's sources is told so", () => {
  expect(() => toolSources(parseDeb822(DEBIAN, 'x'), { id: 'debian', codename: 'trixie' })).toThrow(/trixie/);
});
