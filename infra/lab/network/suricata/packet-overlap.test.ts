import * as fc from 'fast-check';
import { mayMeet } from './packet-overlap';
import { parseRules, type Rule } from './rule-text';

const rule = (text: string): Rule => {
  const [first] = parseRules(text);
  if (first === undefined) throw new Error(text);
  return first;
};
const meet = (one: string, other: string): boolean => {
  const [first, second] = [rule(one), rule(other)];
  expect(mayMeet(second, first)).toBe(mayMeet(first, second));
  return mayMeet(first, second);
};
const tcp = (header: string, options = ''): string => `drop tcp ${header} (${options} sid:1;)`;
const sni = (options: string): string => `pass tls any any -> any any (tls.sni; ${options} sid:1;)`;

test.each<[string, string, string]>([
  ['transports', tcp('any any -> any any'), 'pass udp any any -> any any (sid:1;)'],
  [
    'a transport and another one’s application',
    tcp('any any -> any any'),
    'pass quic any any -> any any (sid:1;)',
  ],
  ['applications', 'drop http any any -> any any (sid:1;)', 'pass tls any any -> any any (sid:1;)'],
  ['ports', tcp('any any -> any [22,25]'), tcp('any any -> any 443')],
  ['a port and all but it', tcp('any any -> any !443'), tcp('any any -> any 443')],
  ['port ranges', tcp('any 1:1023 -> any any'), tcp('any 1024: -> any any')],
  ['addresses', tcp('[10.2.0.0/16] any -> any any'), tcp('![10.2.0.0/16] any -> any any')],
  ['networks', tcp('any any -> 192.0.2.0/25 443'), tcp('any any -> [192.0.2.128/25,198.51.100.7] any')],
  [
    'directions',
    tcp('any any -> any any', 'flow:established,to_client;'),
    tcp('any any -> any any', 'flow:from_client;'),
  ],
  [
    'ends of names',
    sni('dotprefix; content:".kaggle.com"; endswith;'),
    sni('dotprefix; content:".evil.com"; nocase; endswith;'),
  ],
  [
    'whole names',
    sni('content:"a.example"; startswith; endswith;'),
    sni('content:"b.example"; startswith; nocase; endswith;'),
  ],
  [
    'a whole name that an end does not cover',
    sni('content:"notkaggle.com"; startswith; endswith;'),
    sni('dotprefix; content:".kaggle.com"; endswith;'),
  ],
])('different %s set rules apart', (_what, one, other) => {
  expect(meet(one, other)).toBe(false);
});

test.each<[string, string, string]>([
  [
    'http and its first version',
    'drop http any any -> any any (sid:1;)',
    'pass http1 any any -> any any (sid:1;)',
  ],
  ['an application and its transport', tcp('any any -> any any'), 'pass tls any any -> any any (sid:1;)'],
  ['a protocol nobody here knows', 'drop sctp any any -> any any (sid:1;)', tcp('any any -> any any')],
  ['rules of both directions', tcp('any 22 <> any 1'), tcp('any any -> any 2')],
  ['all but one and all but another', tcp('!10.0.0.0/8 any -> any any'), tcp('![11.0.0.0/8] any -> any any')],
  ['an exception within a list', tcp('any any -> any [1:1024,!443]'), tcp('any any -> any 443')],
  ['addresses of IPv6', tcp('2001:db8::/32 any -> any any'), tcp('2001:db8:1::/48 any -> any any')],
  [
    'an end within another',
    sni('dotprefix; content:".com"; endswith;'),
    sni('dotprefix; content:".kaggle.com"; endswith;'),
  ],
  [
    'a whole name and the end that is it',
    sni('content:"kaggle.com"; startswith; endswith;'),
    sni('dotprefix; content:".kaggle.com"; endswith;'),
  ],
  [
    'a name that may go on',
    sni('content:"a.example"; startswith;'),
    sni('content:"b.example"; startswith; endswith;'),
  ],
  [
    'a name that is not',
    sni('content:!"a.example"; startswith; endswith;'),
    sni('content:"b.example"; startswith; endswith;'),
  ],
  [
    'two contents of one name',
    sni('content:"a.example"; startswith; endswith; content:"b";'),
    sni('content:"c.example"; startswith; endswith;'),
  ],
  [
    'a transformed name',
    sni('to_sha256; content:"a.example"; startswith; endswith;'),
    sni('content:"b.example"; startswith; endswith;'),
  ],
  [
    'hosts of HTTP, of which a packet can carry two',
    'drop http any any -> any any (http.host; content:"a.example"; startswith; endswith; sid:1;)',
    'pass http any any -> any any (http.host; content:"b.example"; startswith; endswith; sid:1;)',
  ],
])('%s may meet', (_what, one, other) => {
  expect(meet(one, other)).toBe(true);
});

interface Packet {
  readonly source: number;
  readonly port: number;
}
const SOURCES: readonly (readonly [string, (packet: Packet) => boolean])[] = [
  ['any', () => true],
  ['0.0.0.0/30', ({ source }) => source < 4],
  ['!0.0.0.0/30', ({ source }) => source >= 4],
  ['[0.0.0.2/31,0.0.0.6]', ({ source }) => source === 2 || source === 3 || source === 6],
  ['![0.0.0.1,0.0.0.4/30]', ({ source }) => source === 0 || source === 2 || source === 3 || source > 7],
];
const PORTS: readonly (readonly [string, (packet: Packet) => boolean])[] = [
  ['any', () => true],
  ['3', ({ port }) => port === 3],
  ['!3', ({ port }) => port !== 3],
  ['[1:2,5]', ({ port }) => [1, 2, 5].includes(port)],
  ['![:2,5:]', ({ port }) => port === 3 || port === 4],
];

test('no packet matches two headers that are said to be apart', () => {
  const header = fc.record({ source: fc.constantFrom(...SOURCES), port: fc.constantFrom(...PORTS) });
  let apart = 0;
  fc.assert(
    fc.property(header, header, (one, other) => {
      const text = ({ source, port }: typeof one): string => tcp(`${source[0]} any -> any ${port[0]}`);
      if (meet(text(one), text(other))) return;
      apart++;
      for (let source = 0; source < 10; source++)
        for (let port = 0; port < 8; port++) {
          const packet = { source, port };
          const both = [one, other].every((each) => each.source[1](packet) && each.port[1](packet));
          expect({ packet, both }).toEqual({ packet, both: false });
        }
    }),
    { numRuns: 400 },
  );
  expect(apart).toBeGreaterThan(30);
});
