import * as fc from 'fast-check';
import { EveError, eveReader, lineReader, type EveRecord } from './eve';

const ORIGINS = new Map([
  [1, { ruleGroupArn: 'arn:group', signatureId: 77 }],
  [2, { ruleGroupArn: null, signatureId: 4 }],
  [3, { ruleGroupArn: 'arn:group', signatureId: 78, severity: 1 }],
]);

function read(...records: object[]): EveRecord[] {
  const seen: EveRecord[] = [];
  const reader = eveReader(
    (id) => ORIGINS.get(id),
    (record) => seen.push(record),
  );
  for (const record of records) reader(JSON.stringify(record));
  return seen;
}

const alert = (signatureId: number, more: object = {}): object => ({
  timestamp: '2026-11-23T14:47:47.582398+0000',
  flow_id: 1,
  event_type: 'alert',
  src_ip: '10.2.2.10',
  src_port: 1,
  dest_ip: '203.0.113.40',
  dest_port: 443,
  alert: { action: 'blocked', signature_id: signatureId, severity: 255 },
  ...more,
});

test('lines arrive whole however the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z{}" ]{0,10}$/)),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (lines, sizes) => {
        const seen: string[] = [];
        const write = lineReader((line) => seen.push(line));
        let rest = lines.map((line) => `${line}\n`).join('');
        for (const size of sizes) {
          if (rest === '') break;
          write(rest.slice(0, size));
          rest = rest.slice(size);
        }
        expect(seen).toEqual(lines);
      },
    ),
  );
});

test("a record carries the rule group's own signature id", () => {
  expect(read(alert(1))).toMatchObject([{ alert: { signature_id: 77, severity: 255 } }]);
});

test("a record of a rule whose rank is not the engine's has the rule's own severity", () => {
  expect(read(alert(3))).toMatchObject([{ alert: { signature_id: 78, severity: 1 } }]);
});

test("a default action's record has AWS's severity", () => {
  expect(read(alert(2))).toMatchObject([{ alert: { signature_id: 4, severity: 3 } }]);
});

test('the default action writes nothing about a packet that a rule blocked, and does about the next one', () => {
  const next = { timestamp: '2026-11-23T14:47:48.000000+0000' };
  expect(read(alert(1), alert(2), alert(2, next))).toMatchObject([
    { alert: { signature_id: 77 } },
    { alert: { signature_id: 4 } },
  ]);
});

test.each(['', '{"event_type":"alert"', '[]', '{"event_type":"alert"}', JSON.stringify(alert(9))])(
  '%s is refused',
  (line) => {
    const reader = eveReader(
      (id) => ORIGINS.get(id),
      () => {},
    );
    expect(() => reader(line)).toThrow(EveError);
  },
);

test('a line without end is refused instead of kept for ever', () => {
  const write = lineReader(() => {});
  expect(() => write('x'.repeat(2 * 1024 * 1024))).toThrow(EveError);
});
