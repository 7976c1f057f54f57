import * as fc from 'fast-check';
import { evidenceFixture } from './evidence.fixture';
import { hostileEvidence, hostileText } from './hostile.fixture';
import { renderJunit } from './junit';
import { named, parseMarkup, textOf, type MarkupElement } from './markup.fixture';

/** Jenkins xUnit's junit-10.xsd: the elements, what each may hold, and its attributes (required ones with a star). */
const SCHEMA: Readonly<
  Record<string, { readonly children: readonly string[]; readonly attributes: readonly string[] }>
> = {
  testsuites: { children: ['testsuite'], attributes: ['name', 'time', 'tests', 'failures', 'errors'] },
  testsuite: {
    children: ['properties', 'testcase'],
    attributes: [
      'name*',
      'tests*',
      'failures*',
      'errors*',
      'time',
      'skipped',
      'timestamp',
      'hostname',
      'id',
      'package',
    ],
  },
  properties: { children: ['property'], attributes: [] },
  property: { children: [], attributes: ['name*', 'value*'] },
  testcase: {
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
    attributes: ['name*', 'time', 'classname', 'group'],
  },
  failure: { children: [], attributes: ['type', 'message'] },
  error: { children: [], attributes: ['type', 'message'] },
  skipped: { children: [], attributes: ['type', 'message'] },
};

function objections(element: MarkupElement): string[] {
  const rule = SCHEMA[element.name];
  if (rule === undefined) return [`<${element.name}> is not known`];
  const allowed = rule.attributes.map((attribute) => attribute.replace('*', ''));
  const required = rule.attributes
    .filter((attribute) => attribute.endsWith('*'))
    .map((name) => name.slice(0, -1));
  const children = element.children.filter((child) => typeof child !== 'string');
  return [
    ...Object.keys(element.attributes)
      .filter((name) => !allowed.includes(name))
      .map((name) => `${element.name} has ${name}`),
    ...required
      .filter((name) => !(name in element.attributes))
      .map((name) => `${element.name} lacks ${name}`),
    ...children
      .filter(({ name }) => !rule.children.includes(name))
      .map(({ name }) => `${name} in ${element.name}`),
    ...children.flatMap(objections),
  ];
}

const render = (evidence = evidenceFixture()): MarkupElement => parseMarkup(renderJunit(evidence));
const names = (root: MarkupElement): (string | undefined)[] =>
  named(root, 'testcase').map(({ attributes }) => attributes['name']);

test('the document follows the schema that Jenkins reads by', () => {
  const root = render();
  expect(root.name).toBe('testsuites');
  expect(objections(root)).toEqual([]);
});

test('each finding is one case; fail is a failure, unknown an error, not applicable and waived are skipped', () => {
  const root = render();
  const result = (name: string) =>
    named(root, 'testcase')
      .find(({ attributes }) => attributes['name']?.startsWith(name))
      ?.children.flatMap((child) => (typeof child === 'string' ? [] : [child]))
      .map((child) => [child.name, child.attributes['message']?.slice(0, 30)]);
  expect(named(root, 'testcase')).toHaveLength(evidenceFixture().findings.length);
  expect(result('routing/egress-crosses-firewall')).toEqual([]);
  expect(result('routing/return-crosses-firewall')).toEqual([['failure', 'rtb-0d4e5f60718293a4b sends 10']]);
  expect(result('firewall/is-ready')).toEqual([['error', 'Could not be verified: firewal']]);
  expect(result('firewall/spans-zones')).toEqual([['skipped', 'Not applicable: Studio uses on']]);
  expect(result('endpoints/policies-are-scoped vpce-0aaa')).toEqual([
    ['skipped', 'Waived until 2027-01-31 by net'],
  ]);
});

test('the counts of every suite and of the whole are those of its cases', () => {
  const root = render();
  const counts = (element: MarkupElement) => ({
    tests: String(named(element, 'testcase').length),
    failures: String(named(element, 'failure').length),
    errors: String(named(element, 'error').length),
  });
  expect(root.attributes).toMatchObject(counts(root));
  for (const suite of named(root, 'testsuite')) {
    expect(suite.attributes).toMatchObject({
      ...counts(suite),
      skipped: String(named(suite, 'skipped').length),
    });
  }
});

test('no two cases have one name, because GitLab counts only the first', () => {
  const { findings } = evidenceFixture();
  const root = render(evidenceFixture({ findings: [...findings, ...findings, ...findings] }));
  expect(new Set(names(root)).size).toBe(findings.length * 3);
});

test('a failure says the reason, the subject, the controls and the hops', () => {
  const [failure] = named(render(), 'failure');
  const text = failure === undefined ? '' : textOf(failure);
  expect(text).toContain('add a route for 10.2.2.0/24');
  expect(text).toContain('subject: subnet-0f3a5c7e9b1d2f4a6');
  expect(text).toContain('controls: NIST-800-53r5:SC-7(5)');
  expect(text).toContain('1. igw-0112233445566778 [rtb-0d4e5f60718293a4b: 10.2.0.0/16 -> local]');
});

test('hostile text leaves the document well formed, of the same structure, and within XML 1.0', () => {
  const structure = (element: MarkupElement): unknown => [
    element.name,
    ...element.children.flatMap((child) => (typeof child === 'string' ? [] : [structure(child)])),
  ];
  const expected = structure(render(hostileEvidence('x')));
  fc.assert(
    fc.property(hostileText, (text) => {
      const xml = renderJunit(hostileEvidence(text));
      // oxlint-disable-next-line no-control-regex
      expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000d-\u001f\ufffe\uffff]/);
      expect(Buffer.from(xml, 'utf8').toString('utf8')).toBe(xml);
      const root = parseMarkup(xml);
      expect(objections(root)).toEqual([]);
      expect(structure(root)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('counts in the file that disagree with its findings are not believed', () => {
  const { findings } = evidenceFixture();
  const root = render(
    evidenceFixture({ findings, summary: { pass: 11, fail: 0, unknown: 0, notApplicable: 0, waived: 0 } }),
  );
  expect(root.attributes).toMatchObject({ failures: '2', errors: '1' });
});
