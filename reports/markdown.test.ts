import * as fc from 'fast-check';
import { evidenceFixture } from './evidence.fixture';
import { hostileEvidence, hostileText } from './hostile.fixture';
import { code, renderMarkdown } from './markdown';

/** A document without its code spans, found as CommonMark 6.1 does: opened and closed by equally many backticks. */
function withoutCode(line: string): string {
  const runs = [...line.matchAll(/`+/g)];
  let rest = '';
  let at = 0;
  for (let index = 0; index < runs.length; index += 1) {
    const opening = runs[index];
    if (opening === undefined || opening.index < at) continue;
    const closing = runs.slice(index + 1).find(([backticks]) => backticks === opening[0]);
    if (closing === undefined) continue;
    rest += line.slice(at, opening.index);
    at = closing.index + closing[0].length;
  }
  return rest + line.slice(at);
}

test('whatever the evidence says stands in code spans: nothing else than our own words is left outside', () => {
  const skeleton = (text: string) =>
    renderMarkdown(hostileEvidence(text)).split('\n').map(withoutCode).join('\n');
  const expected = skeleton('x');
  expect(expected).not.toMatch(/[`<[\]@#]x|https?:/);
  fc.assert(
    fc.property(
      fc.oneof(
        hostileText,
        fc.string({ unit: fc.constantFrom('`', '|', '\\', '\n', ' ', '[a](b)'), maxLength: 12 }),
      ),
      (text) => {
        expect(skeleton(text)).toBe(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('a code span can hold backticks of any number', () => {
  expect(code('a')).toBe('`a`');
  expect(code('a`b')).toBe('``a`b``');
  expect(code('``')).toBe('``` `` ```');
  expect(code(' \n')).toBe('`(nothing)`');
});

test('what is violated comes first, and what would be too much is counted instead of written', () => {
  const { findings } = evidenceFixture();
  const [failed] = findings.filter(({ outcome, waiver }) => outcome === 'fail' && waiver === null);
  if (failed === undefined) throw new Error('the fixture has no failure');
  const long = { ...failed, because: 'ü'.repeat(3_000) };
  const many = Array.from({ length: 2_000 }, () => long);
  const text = renderMarkdown(evidenceFixture({ findings: [...findings, ...many] }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900_000);
  const left = /\*\*(\d+) more are left out/.exec(text)?.[1];
  const written = text.split('\n').filter((line) => line.includes('ü')).length;
  expect(written + Number(left)).toBeGreaterThanOrEqual(2_000);
  expect(text).toContain('| Violated | 2002 |');
  expect(text.indexOf('### Violated')).toBeLessThan(text.indexOf('### Could not be verified'));
});

test('the head says the verdict, and what is open is never under Verified', () => {
  const text = renderMarkdown(evidenceFixture());
  expect(text.split('\n')[0]).toBe('## ❌ Violated: internet egress of SageMaker Studio');
  const verified = text.slice(text.indexOf('### Verified'));
  expect(verified).not.toContain('could not be read');
  expect(verified).not.toContain('Waived');
});
