import { formatAnswer, parseQuery, type Answer } from '../../infra/lab/network/internet/dns-message';
import { dnsQuery } from '../payloads/dns-query';
import type { SendReport } from '../sender/sender-report';
import { tunnelJudge } from './dns-tunnel';

const NONCE = '0123456789abcdef';
const NAME = `n${NONCE}.example.com`;
const judge = tunnelJudge(NONCE, NAME);

const report = (parts: Partial<SendReport>): SendReport => ({
  end: 'answered',
  connectMs: null,
  sent: 47,
  acknowledged: null,
  greeting: 0,
  received: 47,
  answered: 0,
  first: Buffer.alloc(0),
  ...parts,
});

function answered(answer: Answer): SendReport {
  const question = parseQuery(dnsQuery(NONCE, NAME));
  if (question === null) throw new Error('no question');
  return report({ first: formatAnswer(question, answer) });
}

/** An answer without records but for a SOA in the authority section, of this owner. */
function withZone(code: number, owner: string): SendReport {
  const labels = owner.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const soa = Buffer.concat([...labels, Buffer.from([0, 0, 6, 0, 1, 0, 0, 0, 60, 0, 22]), Buffer.alloc(22)]);
  const message = Buffer.concat([dnsQuery(NONCE, NAME), soa]);
  message.writeUInt16BE(0x8180 | code, 2);
  message.writeUInt16BE(1, 8);
  return report({ first: message });
}

test('an address of the name, or a word of its zone, comes from outside', () => {
  expect(judge(answered({ code: 'NOERROR', addresses: ['203.0.113.40'] }))?.kind).toBe('succeeded');
  expect(judge(withZone(3, 'example.com'))?.kind).toBe('succeeded');
  expect(judge(withZone(0, 'example.com'))?.kind).toBe('succeeded');
});

test('what DNS Firewall says looks like a block: no name, no data', () => {
  expect(judge(answered({ code: 'NXDOMAIN' }))?.kind).toBe('dns-failed');
  expect(judge(answered({ code: 'NOERROR' }))?.kind).toBe('dns-failed');
  expect(judge(withZone(3, 'example.net'))?.kind).toBe('dns-failed');
});

test('an answer that was cut is none of a block', () => {
  const empty = (flags: number, authorities = 0): SendReport => {
    const message = Buffer.from(dnsQuery(NONCE, NAME));
    message.writeUInt16BE(flags, 2);
    message.writeUInt16BE(authorities, 8);
    return report({ first: message });
  };
  expect(judge(empty(0x8183))?.kind).toBe('dns-failed');
  expect(judge(empty(0x8383))?.kind).toBe('inconclusive');
  expect(judge(empty(0x8183, 1))?.kind).toBe('inconclusive');
});

test('what tells nothing is said to tell nothing', () => {
  expect(judge(answered({ code: 'SERVFAIL' }))?.kind).toBe('inconclusive');
  // By the resolver's own rules, or by the zone's servers behind it.
  expect(judge(withZone(5, 'example.com'))?.kind).toBe('inconclusive');
  // A block's override, or the wildcard of a zone whose servers were asked.
  const alias = { name: 'front.example', ttlSeconds: 1 };
  expect(judge(answered({ code: 'NOERROR', alias, addresses: ['192.0.2.1'] }))?.kind).toBe('inconclusive');
  expect(judge(answered({ code: 'NOERROR', alias }))?.kind).toBe('inconclusive');
  expect(judge(report({ end: 'unresolved' }))?.kind).toBe('inconclusive');
  expect(judge(report({ end: 'silent' }))).toMatchObject({ kind: 'timed-out', stage: 'dns' });
  expect(judge(report({ first: Buffer.from('nonsense') }))).toBeNull();
});
