import * as fc from 'fast-check';
import { formatAnswer, parseQuery, type Answer } from '../../infra/lab/network/internet/dns-message';
import { dnsAnswer, dnsOverStream, dnsQuery } from './dns-query';

const NONCE = '0123456789abcdef';
const NAME = `n${NONCE}.example.com`;

function answered(answer: Answer, name = NAME): Buffer {
  const question = parseQuery(dnsQuery(NONCE, name));
  if (question === null) throw new Error('the lab does not take it for a question');
  return formatAnswer(question, answer);
}

/** A record as servers write it: owner, type, class, lifetime, data. */
const record = (owner: string, type: number, data: Buffer): Buffer =>
  Buffer.concat([
    ...(owner === '@' ? [Buffer.from([0xc0, 12])] : labelsOf(owner)),
    Buffer.from([0, type, 0, 1, 0, 0, 0, 60, 0, data.length]),
    data,
  ]);
const labelsOf = (name: string): Buffer[] => [
  ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
  Buffer.from([0]),
];

function withAuthority(code: number, authority: Buffer): Buffer {
  const message = Buffer.concat([dnsQuery(NONCE, NAME), authority]);
  message.writeUInt16BE(0x8180 | code, 2);
  message.writeUInt16BE(1, 8);
  return message;
}

test('a question is one, with its name and a recursion wish', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
      const name = labels.join('.');
      expect(parseQuery(dnsQuery(NONCE, name))).toMatchObject({
        name,
        type: 1,
        class: 1,
        recursionDesired: true,
      });
    }),
  );
  const framed = dnsOverStream(dnsQuery(NONCE, NAME));
  expect(framed.readUInt16BE(0)).toBe(framed.length - 2);
});

test('an answer with an address of its own name, and one of an alias', () => {
  expect(dnsAnswer(answered({ code: 'NOERROR', addresses: ['203.0.113.40'] }), NONCE, NAME)).toEqual({
    code: 0,
    answers: 1,
    ownAnswers: [1],
    zone: null,
    whole: true,
  });
  const alias = answered({
    code: 'NOERROR',
    addresses: ['203.0.113.40'],
    alias: { name: 'blocked.example', ttlSeconds: 1 },
  });
  expect(dnsAnswer(alias, NONCE, NAME)?.ownAnswers).toEqual([5]);
});

test('the zone is the owner of the SOA record in the authority section', () => {
  const soa = record('example.com', 6, Buffer.alloc(22));
  expect(dnsAnswer(withAuthority(3, soa), NONCE, NAME)).toEqual({
    code: 3,
    answers: 0,
    ownAnswers: [],
    zone: 'example.com',
    whole: true,
  });
  // By a pointer into the question, as servers write it.
  const pointer = Buffer.concat([Buffer.from([0xc0, 12 + 1 + 17]), soa.subarray(13)]);
  expect(dnsAnswer(withAuthority(3, pointer), NONCE, NAME)?.zone).toBe('example.com');
  expect(dnsAnswer(withAuthority(3, record('@', 2, Buffer.alloc(4))), NONCE, NAME)?.zone).toBeNull();
});

test('an answer is whole when nothing of it was cut, by its own word or by its counts', () => {
  const soa = record('example.com', 6, Buffer.alloc(22));
  const whole = (message: Buffer) => dnsAnswer(message, NONCE, NAME)?.whole;
  expect(whole(withAuthority(3, soa))).toBe(true);
  expect(whole(withAuthority(3, soa.subarray(0, 12)))).toBe(false);
  const cut = withAuthority(3, soa);
  cut.writeUInt16BE(cut.readUInt16BE(2) | 0x0200, 2);
  expect(whole(cut)).toBe(false);
});

test.each<[string, (message: Buffer) => Buffer]>([
  ['of another id', (message) => Buffer.concat([Buffer.from([0, 0]), message.subarray(2)])],
  ['that is a question', () => dnsQuery(NONCE, NAME)],
  ['to another question', () => answered({ code: 'NXDOMAIN' }, `n${NONCE}.example.net`)],
  ['cut within the question', (message) => message.subarray(0, 30)],
  ['of nothing', () => Buffer.alloc(0)],
])('an answer %s is none', (_case, broken) => {
  expect(dnsAnswer(broken(answered({ code: 'NXDOMAIN' })), NONCE, NAME)).toBeNull();
});

test('broken answers end without an error, pointers in a circle too', () => {
  const circle = withAuthority(
    3,
    Buffer.from([0xc0, dnsQuery(NONCE, NAME).length, 0, 6, 0, 1, 0, 0, 0, 0, 0, 0]),
  );
  expect(dnsAnswer(circle, NONCE, NAME)?.zone).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(5), fc.nat(5), (tail, answers, authorities) => {
      const message = Buffer.concat([answered({ code: 'NOERROR' }), tail]);
      message.writeUInt16BE(answers, 6);
      message.writeUInt16BE(authorities, 8);
      expect(dnsAnswer(message, NONCE, NAME)).toMatchObject({ code: 0, answers });
    }),
  );
});
