import * as fc from 'fast-check';
import type { FirewallRecord } from '../probe';
import { carriedIn, contradictsItself, firewallRecord } from './record';

const read = (value: unknown, ingestionTime: number | null = null): FirewallRecord | null =>
  firewallRecord({ message: typeof value === 'string' ? value : JSON.stringify(value), ingestionTime });

/** A TLS block as AWS publishes it (aws-samples/aws-network-firewall-egress-domain-filter). */
const PUBLISHED =
  '{"firewall_name":"network-firewall","availability_zone":"ap-northeast-1c","event_timestamp":"1631177288","event":{"timestamp":"2021-09-09T08:48:08.126655+0000","flow_id":1019585680161813,"event_type":"alert","src_ip":"10.0.2.182","src_port":59601,"dest_ip":"172.217.26.4","dest_port":443,"proto":"TCP","alert":{"action":"blocked","signature_id":4,"rev":1,"signature":"not matching any TLS allowlisted FQDNs","category":"","severity":1},"tls":{"sni":"www.google.com","version":"UNDETERMINED","ja3":{},"ja3s":{}},"app_proto":"tls"}}';

const envelope = (event: object, rest: object = {}): object => ({
  firewall_name: 'network-firewall',
  availability_zone: 'us-east-1a',
  event_timestamp: '1763508615',
  ...rest,
  event: {
    timestamp: '2025-11-18T23:30:15.006867+0000',
    event_type: 'alert',
    src_ip: '10.2.2.10',
    src_port: 40512,
    dest_ip: '203.0.113.20',
    dest_port: 443,
    proto: 'TCP',
    ...event,
  },
});

test('the published sample is read field by field', () => {
  expect(firewallRecord({ message: PUBLISHED, ingestionTime: 1631177500000 })).toEqual({
    firewallName: 'network-firewall',
    availabilityZone: 'ap-northeast-1c',
    at: '2021-09-09T08:48:08.126Z',
    ingestedAt: '2021-09-09T08:51:40.000Z',
    eventType: 'alert',
    protocol: 'TCP',
    sourceIp: '10.0.2.182',
    sourcePort: 59601,
    destinationIp: '172.217.26.4',
    destinationPort: 443,
    flowStartedAt: null,
    action: 'blocked',
    verdict: null,
    signature: 'not matching any TLS allowlisted FQDNs',
    signatureId: 4,
    sni: 'www.google.com',
    httpHost: null,
    raw: PUBLISHED,
  });
});

test('a flow record says when its flow began, and when it was written', () => {
  const netflow = { start: '2025-11-18T23:20:00.000001+0000', end: '2025-11-18T23:20:03.000000+0000' };
  expect(read(envelope({ event_type: 'netflow', netflow }))).toMatchObject({
    at: '2025-11-18T23:30:15.006Z',
    flowStartedAt: '2025-11-18T23:20:00.000Z',
  });
});

test('the current shape has a verdict', () => {
  const record = read(
    envelope({
      verdict: { action: 'drop' },
      direction: 'to_server',
      tx_id: 0,
      pkt_src: 'geneve encapsulation',
      alert: { action: 'blocked', signature: 'aws:alert_established action', signature_id: 4 },
      tls: { sni: 'developers.google.com', version: 'UNDETERMINED' },
    }),
  );
  expect(record).toMatchObject({ verdict: 'drop', sni: 'developers.google.com', ingestedAt: null });
});

test.each([
  ['HTTP/1', { http: { hostname: 'example.com', url: '/' } }, 'example.com'],
  [
    'HTTP/2',
    { http: { request_headers: [{ name: ':method' }, { name: ':authority', value: 'a.example' }] } },
    'a.example',
  ],
  ['HTTP/2 as an object', { http: { request_headers: { ':authority': 'a.example' } } }, 'a.example'],
  ['HTTP without a host', { http: { url: '/' } }, null],
  ['HTTP that is no object', { http: ['hostname'] }, null],
])('the host of %s', (_case, event, host) => {
  expect(read(envelope(event))?.httpHost).toBe(host);
});

test.each([
  ['an alert', { event_type: 'alert' }, 'alert'],
  ['a flow', { event_type: 'netflow', netflow: { pkts: 1 } }, 'netflow'],
  ['a TLS inspection error', { event_type: 'tls' }, 'other'],
  ['a type that is no text', { event_type: 7 }, 'other'],
])('%s is known by its type', (_case, event, type) => {
  expect(read(envelope(event))?.eventType).toBe(type);
});

test.each([
  ['text, as in TLS logs', '443', 443],
  ['a number', 443, 443],
  ['0, as in ICMP', 0, 0],
  ['too large', 65_536, null],
  ['negative', -1, null],
  ['a fraction', 1.5, null],
  ['words', '443; id', null],
  ['absent', undefined, null],
])('a port that is %s', (_case, sent, port) => {
  expect(read(envelope({ dest_port: sent }))?.destinationPort).toBe(port);
});

test.each([
  ['an offset without a colon', '2025-11-18T23:30:15.006867+0000', '2025-11-18T23:30:15.006Z'],
  ['an offset with a colon', '2025-11-19T01:30:15.006867+02:00', '2025-11-18T23:30:15.006Z'],
  ['Z', '2025-11-18T23:30:15Z', '2025-11-18T23:30:15.000Z'],
  ['no time, so the envelope’s counts', 'yesterday', '2025-11-18T23:30:15.000Z'],
  ['no such day, so the envelope’s counts', '2025-13-40T23:30:15.006867+0000', '2025-11-18T23:30:15.000Z'],
])('a time with %s', (_case, timestamp, at) => {
  expect(read(envelope({ timestamp }))?.at).toBe(at);
});

test.each([
  ['no JSON', 'REPORT RequestId: 1'],
  ['half a record', PUBLISHED.slice(0, 200)],
  ['a list', '[]'],
  ['null', 'null'],
  ['an envelope without an event', { firewall_name: 'f', availability_zone: 'a' }],
  ['no firewall', envelope({}, { firewall_name: undefined })],
  ['no zone', envelope({}, { availability_zone: undefined })],
  ['no source', envelope({ src_ip: undefined })],
  ['no protocol', envelope({ proto: undefined })],
  ['no time at all', envelope({ timestamp: null }, { event_timestamp: 'soon' })],
  ['a time beyond all dates', envelope({ timestamp: null }, { event_timestamp: 999_999_999_999_999 })],
  ['more than CloudWatch takes', envelope({ tls: { sni: 'x'.repeat(300_000) } })],
])('%s is no record', (_case, message) => {
  expect(read(message)).toBeNull();
});

test('a name that no DNS name can be as long as is cut, so that it is nobody’s and yet a name', () => {
  const long = `${'a'.repeat(600)}.com`;
  expect(read(envelope({ tls: { sni: long } }))?.sni).toBe('a'.repeat(512));
  expect(read(envelope({ tls: undefined, http: { hostname: long } }))?.httpHost).toBe('a'.repeat(512));
});

test.each([
  ['its server name, whichever comes first', '"tls":{', '"tls":{"sni":"first.example",'],
  ['its verdict', '"event":{', '"event":{"verdict":{"action":"pass"},"verdict":{"action":"drop"},'],
  ['the whole event', '"event":{', '"event":{},"event":{'],
  ['its name by another spelling', '"tls":{', '"tls":{"sn\\u0069":"first.example",'],
  ['its firewall', '"firewall_name":', '"firewall_name":"other","firewall_name":'],
])('a record that says %s twice and differently is none, and that is said', (_case, member, twice) => {
  const message = PUBLISHED.replace(member, twice);
  expect(message).not.toBe(PUBLISHED);
  expect(read(message)).toBeNull();
  expect(contradictsItself(message)).toBe(true);
});

test.each([
  ['what is not read here', '"tls":{', '"tls":{"subject":"a","subject":"b",'],
  ['its server name in the same words', '"tls":{', '"tls":{"sni":"www.google.com",'],
])('a record that says %s twice stands', (_case, member, twice) => {
  const message = PUBLISHED.replace(member, twice);
  expect(read(message)?.sni).toBe('www.google.com');
  expect(contradictsItself(message)).toBe(false);
});

test.each([
  ['1631177288', '2021-09-09T08:48:08.000Z'],
  [1631177288, '2021-09-09T08:48:08.000Z'],
  ['1631177288126', '2021-09-09T08:48:08.126Z'],
  [1631177288126, '2021-09-09T08:48:08.126Z'],
])('an event_timestamp of %j is %s', (value, at) => {
  expect(read(envelope({ timestamp: undefined }, { event_timestamp: value }))?.at).toBe(at);
});

test('a key of the prototype is an ordinary key', () => {
  const polluted = PUBLISHED.replace('"tls":{', '"__proto__":{"tls":{"sni":"evil.example"}},"http":{');
  expect(read(polluted)).toMatchObject({ sni: null });
  expect({}).not.toHaveProperty('tls');
});

test('whatever stands in a log, reading it throws nothing and leaves only sane fields', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom('alert', 'TCP', '10.0.0.1', 443));
  const event = fc.record({
    timestamp: fc.oneof(anything, fc.constant('2025-11-18T23:30:15.006867+0000')),
    event_type: anything,
    src_ip: anything,
    dest_ip: anything,
    src_port: anything,
    dest_port: anything,
    proto: anything,
    alert: fc.oneof(anything, fc.record({ action: anything, signature: anything, signature_id: anything })),
    tls: fc.oneof(anything, fc.record({ sni: anything })),
    http: fc.oneof(anything, fc.record({ hostname: anything, request_headers: anything })),
    verdict: anything,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        event.map((value) => JSON.stringify(envelope(value))),
      ),
      fc.option(fc.double({ noNaN: true })),
      (message, ingestionTime) => {
        const record = firewallRecord({ message, ingestionTime });
        if (record === null) return;
        expect(new Date(record.at).toISOString()).toBe(record.at);
        for (const word of [...carriedIn(record).labels, ...carriedIn(record).segments])
          expect(typeof word).toBe('string');
        for (const value of [record.sni, record.httpHost, record.signature, record.action, record.verdict])
          expect(value === null || (typeof value === 'string' && value.length <= 512)).toBe(true);
        for (const port of [record.sourcePort, record.destinationPort])
          expect(port === null || (Number.isInteger(port) && port >= 0 && port <= 65_535)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
