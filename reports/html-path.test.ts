import * as fc from 'fast-check';
import { evidenceFixture, outwardHops, returnHops } from './evidence.fixture';
import {
  chosenDrawings,
  drawingsOf,
  MOST_DRAWINGS,
  pathSection,
  violatingHop,
  wrapped,
  type Lane,
} from './html-path';
import { elementsOf, named, parseMarkup, textOf } from './markup.fixture';
import { toText } from './safe-html';

const section = (evidence = evidenceFixture()) => parseMarkup(toText(pathSection(evidence)));

test('the way out and the way back of one subject are in one drawing, out first', () => {
  const { findings } = evidenceFixture();
  expect(drawingsOf([...findings].reverse()).map((lanes) => lanes.map(({ direction }) => direction))).toEqual(
    [['out', 'back']],
  );
  expect(named(section(), 'svg')).toHaveLength(1);
});

test('what begins at an internet gateway is a way back, whatever its check is called', () => {
  const [finding] = evidenceFixture().findings;
  if (finding === undefined || finding.proof === null) throw new Error('the fixture has no proof');
  const back = {
    ...finding,
    check: 'routing/path-is-symmetric',
    proof: { ...finding.proof, hops: returnHops },
  };
  expect(drawingsOf([back, finding]).map((lanes) => lanes.map(({ direction }) => direction))).toEqual([
    ['out', 'back'],
  ]);
});

test('each hop is a numbered box with its place, table, route, target and note', () => {
  const [svg] = named(section(), 'svg');
  const texts = named(svg ?? section(), 'text').map(textOf);
  const numbers = named(svg ?? section(), 'text').filter(
    ({ attributes }) => attributes['class'] === 'badge-number',
  );
  expect(numbers.map(textOf)).toEqual(['1', '2', '3', '4', '1', '2']);
  for (const hop of outwardHops) {
    for (const part of [hop.at, hop.routeTable, hop.target, hop.note]) {
      if (part !== null) expect(texts.join(' ')).toContain(part);
    }
  }
});

test('the violating hop alone is dashed and flagged in words', () => {
  const elements = elementsOf(section());
  const bad = elements.filter(({ attributes }) => attributes['class'] === 'box bad');
  expect(bad).toHaveLength(1);
  expect(elements.filter(({ attributes }) => attributes['class'] === 'step bad')).toHaveLength(1);
  expect(
    named(section(), 'text')
      .map(textOf)
      .filter((text) => text === 'violation'),
  ).toHaveLength(1);
});

test('it says in words what it draws', () => {
  const [svg] = named(section(), 'svg');
  expect(svg?.attributes['role']).toBe('img');
  const ids = svg?.attributes['aria-labelledby']?.split(' ') ?? [];
  const said = elementsOf(svg ?? section()).filter(({ attributes }) => ids.includes(attributes['id'] ?? ''));
  expect(said.map(({ name }) => name)).toEqual(['title', 'desc']);
  const text = said.map(textOf).join(' ');
  expect(text).toContain('2: nat-0123456789abcdef0, 0.0.0.0/0 to vpce-0fedcba9876543210');
  expect(text).toContain('The violation is at hop 1.');
});

test('nothing lies outside the drawing, whatever the number of hops and the length of their texts', () => {
  const hop = fc.record({
    at: fc.string({ unit: fc.constantFrom('a', 'b', '-', ' '), minLength: 1, maxLength: 80 }),
    routeTable: fc.option(fc.constant('rtb-0a1b2c3d4e5f60718')),
    route: fc.option(fc.string({ unit: fc.constantFrom('0', ':', '.', '/'), maxLength: 60 })),
    target: fc.option(fc.constant('vpce-0fedcba9876543210')),
    note: fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 120 }),
  });
  fc.assert(
    fc.property(fc.array(hop, { minLength: 1, maxLength: 14 }), (hops) => {
      const findings = evidenceFixture().findings.map((finding) => ({
        ...finding,
        proof: finding.proof === null ? null : { ...finding.proof, hops },
      }));
      for (const svg of named(section(evidenceFixture({ findings })), 'svg')) {
        const [, , width = 0, height = 0] = (svg.attributes['viewBox'] ?? '').split(' ').map(Number);
        const rects = named(svg, 'rect').map(({ attributes }) => ({
          right: Number(attributes['x']) + Number(attributes['width']),
          bottom: Number(attributes['y']) + Number(attributes['height']),
        }));
        for (const { right, bottom } of rects) {
          expect(right).toBeLessThanOrEqual(width);
          expect(bottom).toBeLessThanOrEqual(height);
        }
        for (const text of named(svg, 'text'))
          expect(Number(text.attributes['y'])).toBeLessThanOrEqual(height);
      }
    }),
    { numRuns: 60 },
  );
});

test('the last route decides a violation; a pass has none', () => {
  const [finding] = evidenceFixture().findings;
  if (finding === undefined) throw new Error('the fixture has no findings');
  const lane = (outcome: 'pass' | 'fail', hops = outwardHops): Lane => ({
    finding: { ...finding, outcome },
    hops,
    direction: 'out',
  });
  expect(violatingHop(lane('pass'))).toBeNull();
  expect(violatingHop(lane('fail'))).toBe(2);
  expect(violatingHop(lane('fail', outwardHops.slice(3)))).toBe(0);
});

test('of many a few are drawn, open violations first, then routing, and it says how many there are', () => {
  const [finding] = evidenceFixture().findings;
  if (finding === undefined) throw new Error('the fixture has no findings');
  const accepted = { reason: 'r', owner: 'o', expires: '2030-01-01' };
  const passes = Array.from({ length: 10 }, (_, index) => ({ ...finding, subject: `subnet-${index}` }));
  const findings = [
    { ...finding, check: 'egress/x', subject: 'technique', outcome: 'fail' as const, waiver: accepted },
    ...passes,
    { ...finding, subject: 'violated', outcome: 'fail' as const },
  ];
  const { drawings, leftOut } = chosenDrawings(findings);
  expect(drawings.map(([lane]) => lane?.finding.subject).slice(0, 2)).toEqual(['violated', 'subnet-0']);
  expect(drawings).toHaveLength(MOST_DRAWINGS);
  expect(leftOut).toBe(12 - MOST_DRAWINGS);
  expect(textOf(section(evidenceFixture({ findings })))).toContain(
    `Of 12 subjects ${MOST_DRAWINGS} are drawn`,
  );
});

test('without a proof there is no drawing', () => {
  const findings = evidenceFixture().findings.map((finding) => ({ ...finding, proof: null }));
  expect(toText(pathSection(evidenceFixture({ findings })))).toBe('');
});

test('wrapping keeps every character and no line is too long', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = wrapped(text, width);
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    }),
  );
});
