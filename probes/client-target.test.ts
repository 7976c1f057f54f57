import * as fc from 'fast-check';
import { PROBES, probeOf } from './catalogue';
import { normalProject, probeId, STORY, targetOf, webAddress, type ClientTarget } from './client-target';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
const segment = fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,8}$/);
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.map((one) => `/${one}`).join(''));
const target: fc.Arbitrary<ClientTarget> = fc.oneof(
  fc.record({
    client: fc.constant('wget' as const),
    name,
    path: fc.oneof(fc.constant(''), path),
  }),
  fc.record({ client: fc.constant('git' as const), name, path }),
  fc.record({
    client: fc.constant('pip' as const),
    project: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/),
  }),
);

test('a target is found again by its id, and no two have the same', () => {
  fc.assert(
    fc.property(target, target, (one, other) => {
      expect(targetOf(probeId(one))).toEqual(one);
      expect(probeId(one) === probeId(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      expect(probeOf(probeId(one)).id).toBe(probeId(one));
    }),
  );
});

test('the story keeps its short ids', () => {
  for (const [id, one] of STORY) expect(probeId(one)).toBe(id);
  expect(PROBES.map(({ id }) => id)).toEqual(STORY.map(([id]) => id));
  expect(probeId({ client: 'wget', ...webAddress('https://kaggle.com/') })).toBe('wget-kaggle');
});

test('a client goes where its target is', () => {
  const parameters = { nonce: '0123456789abcdef', timeoutMs: 6000, marker: true };
  const titles = [
    'wget-api.example.org/health',
    'git-clone-gitlab.com/group/tool.git',
    'pip-install-pypi/torch',
  ]
    .map(probeOf)
    .map((probe) => [probe.title, probe.script(parameters).includes(probe.title.split(' ').at(-1) ?? '?')]);
  expect(titles).toEqual([
    ['wget https://api.example.org/health', true],
    ['git clone https://gitlab.com/group/tool.git', true],
    ['pip install -U torch', true],
  ]);
});

test.each([
  'nmap',
  'wget-',
  'wget-a;b.com',
  'wget-kaggle.com/$(id)',
  'wget-kaggle.com/../etc',
  'wget-kaggle.com/a b',
  "wget-kaggle.com/a'b",
  'git-clone-github.com',
  'git-clone-github.com/a?b=c',
  'git-clone--upload-pack=x.com/a',
  'pip-install-pypi/--index-url',
  'pip-install-pypi/Torch',
  'pip-install-pypi/a b',
  `wget-kaggle.com/${'a'.repeat(200)}`,
])('%s is no probe', (id) => {
  expect(() => probeOf(id)).toThrow(RangeError);
});

test.each([
  'http://kaggle.com',
  'https://kaggle.com:8443/',
  'https://user@kaggle.com/',
  'https://kaggle.com?x',
  'https://KAGGLE.com',
  'https://',
  'kaggle.com',
])('%s is no address for a client', (url) => {
  expect(() => webAddress(url)).toThrow(RangeError);
});

test('a project has one spelling', () => {
  expect(normalProject('Scikit_Learn')).toBe('scikit-learn');
  expect(normalProject('zope.interface')).toBe('zope-interface');
  expect(() => normalProject('-r requirements.txt')).toThrow(RangeError);
});
