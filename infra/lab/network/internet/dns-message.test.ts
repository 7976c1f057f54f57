import * as fc from 'fast-check';
import { formatAnswer, formatQuery, parseAnswer, parseQuery, TYPE_A, type Question } from './dns-message';

/** A query as a client would write it. */
function query(name: string, type: number = TYPE_A): Buffer {
  const header = Buffer.from([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

const ask = (name: string, type?: number): Question => {
  const question = parseQuery(query(name, type));
  if (question === null) throw new Error('not a question');
  return question;
};

test('a question is read with its name in lower case', () => {
  expect(ask('WWW.Kaggle.com')).toMatchObject({
    id: 0x1234,
    name: 'www.kaggle.com',
    type: 1,
    recursionDesired: true,
  });
});

test('an address is answered under the name that was asked for', () => {
  const answer = formatAnswer(ask('kaggle.com'), { code: 'NOERROR', addresses: ['203.0.113.10'] });
  expect(answer.readUInt16BE(0)).toBe(0x1234);
  expect(answer.readUInt16BE(6)).toBe(1);
  expect([...answer.subarray(-4)]).toEqual([203, 0, 113, 10]);
  expect([...answer.subarray(-16, -14)]).toEqual([0xc0, 12]);
});

test('a question for another type than A gets no address, and a missing name says so', () => {
  expect(
    formatAnswer(ask('kaggle.com', 28), { code: 'NOERROR', addresses: ['203.0.113.10'] }).readUInt16BE(6),
  ).toBe(0);
  expect(formatAnswer(ask('nowhere.invalid'), { code: 'NXDOMAIN' }).readUInt16BE(2) & 0xf).toBe(3);
});

test('an alias is answered with the address of what it leads to', () => {
  const answer = formatAnswer(ask('bad.example'), {
    code: 'NOERROR',
    alias: { name: 'sink.example', ttlSeconds: 5 },
    addresses: ['192.0.2.7'],
  });
  expect(answer.readUInt16BE(6)).toBe(2);
  expect(answer.toString('latin1')).toContain('\x04sink\x07example\x00');
});

test('no bytes whatever break the reader, and answers to queries hold the question', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const message = Buffer.from(bytes);
      const question = parseQuery(message);
      if (question !== null) {
        const answer = formatAnswer(question, { code: 'NXDOMAIN' });
        expect(answer.subarray(12, 12 + question.section.length)).toEqual(question.section);
      }
    }),
    { numRuns: 500 },
  );
  expect(
    parseQuery(Buffer.concat([query('a.b').subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])),
  ).toBeNull();
  expect(parseQuery(query('a.b').subarray(0, -1))).toBeNull();
});

test('a question that is asked on, and its answer, come back as they were', () => {
  const asked = ask('N0123456789abcdef.example.net');
  const again = parseQuery(formatQuery(asked, 0x4711));
  expect(again).toEqual({ ...asked, id: 0x4711 });
  for (const answer of [
    { code: 'NOERROR', addresses: ['203.0.113.42', '203.0.113.43'] },
    { code: 'NOERROR' },
    { code: 'NXDOMAIN' },
  ] as const) {
    expect(parseAnswer(formatAnswer(asked, answer), asked)).toEqual(answer);
  }
});

test('an answer to another question, or of another form, is none', () => {
  const asked = ask('example.net');
  const answer = formatAnswer(asked, { code: 'NOERROR', addresses: ['203.0.113.42'] });
  expect(parseAnswer(answer, ask('example.com'))).toBeNull();
  expect(parseAnswer(answer.subarray(0, -1), asked)).toBeNull();
  expect(parseAnswer(formatQuery(asked, 1), asked)).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(parseAnswer(Buffer.from(bytes), asked)).toBeNull();
    }),
  );
});
