import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { leftToDefault } from './own-drops';
import { parseRules } from './rule-text';

const FIRST_BYTE =
  'drop tcp any any -> any any (msg:"x"; flow:to_server; dsize:>0; flowbits:isnotset,a; content:!"|16|"; depth:1; sid:5;)';
const SETS =
  'alert tcp any any -> any any (flow:to_server; dsize:>0; content:"|16|"; depth:1; flowbits:set,a; noalert; sid:6;)';
const CLOSED: Readonly<Record<string, string>> = {
  UDP: 'drop udp any any -> any any (msg:"UDP; all of it"; sid:1;)',
  ICMP: 'reject icmp any any -> any any (sid:2;)',
  'IP protocols other than TCP, UDP and ICMP':
    'drop ip any any -> any any (ip_proto:!6; ip_proto:!17; ip_proto:!1; sid:3;)',
  'TLS hellos without a name that a rule passes':
    'drop tls any any -> any any (ssl_state: client_hello; flow:to_server, established; sid:4;)',
  'TCP payload that does not begin as TLS does': FIRST_BYTE,
  'TLS hellos without an end':
    'drop tcp any any -> any any (flow:to_server; stream_size:client,>,4096; sid:7;)',
};
const KINDS = Object.keys(CLOSED);

/** The rules of a policy that closes everything, with other rules for one kind. */
function left(kind: string | null, ...instead: string[]): readonly string[] {
  const others = KINDS.filter((each) => each !== kind).map((each) => CLOSED[each] ?? '');
  return leftToDefault(parseRules([...others, SETS, ...instead].join('\n')));
}

test('a policy whose rules drop everything leaves nothing to the default', () => {
  expect(left(null)).toEqual([]);
});

test.each(KINDS)('without its rule, %s is left to the default', (kind) => {
  expect(left(kind)).toEqual([kind]);
});

test('one rule for all of IP but TCP does for three, and a first byte that is judged always needs no bit', () => {
  const rules = parseRules(
    [
      'drop ip any any -> any any (ip_proto:!6; sid:1;)',
      CLOSED['TLS hellos without a name that a rule passes'],
      CLOSED['TLS hellos without an end'],
      FIRST_BYTE.replace('flowbits:isnotset,a; ', ''),
    ].join('\n'),
  );
  expect(leftToDefault(rules)).toEqual([]);
});

test.each<[string, string, string]>([
  ['an alert', 'UDP', 'alert udp any any -> any any (sid:1;)'],
  [
    'one direction, which spares what comes unasked',
    'UDP',
    'drop udp any any -> any any (flow:to_server; sid:1;)',
  ],
  ['one source', 'UDP', 'drop udp 10.2.0.0/16 any -> any any (sid:1;)'],
  ['one port', 'UDP', 'drop udp any any -> any 53 (sid:1;)'],
  ['an application of it', 'UDP', 'drop quic any any -> any any (sid:1;)'],
  ['all of IP but it', 'UDP', 'drop ip any any -> any any (ip_proto:!17; sid:1;)'],
  ['a keyword nobody knows', 'ICMP', 'drop icmp any any -> any any (itype:8; sid:1;)'],
  [
    'all of IP with a flow',
    'IP protocols other than TCP, UDP and ICMP',
    'drop ip any any -> any any (flow:stateless; sid:1;)',
  ],
  [
    'all of IP but one more',
    'IP protocols other than TCP, UDP and ICMP',
    'drop ip any any -> any any (ip_proto:!6; ip_proto:!47; sid:1;)',
  ],
  [
    'a name of its own',
    'TLS hellos without a name that a rule passes',
    'drop tls any any -> any any (tls.sni; content:"a"; sid:1;)',
  ],
  ['another byte', 'TCP payload that does not begin as TLS does', FIRST_BYTE.replace('|16|', '|17|')],
  ['a byte anywhere', 'TCP payload that does not begin as TLS does', FIRST_BYTE.replace(' depth:1;', '')],
  [
    'a bit that must be set',
    'TCP payload that does not begin as TLS does',
    FIRST_BYTE.replace('isnotset', 'isset'),
  ],
  [
    'a second content',
    'TCP payload that does not begin as TLS does',
    FIRST_BYTE.replace('depth:1;', 'depth:1; content:"x";'),
  ],
  [
    'large packets only',
    'TCP payload that does not begin as TLS does',
    FIRST_BYTE.replace('dsize:>0', 'dsize:>9'),
  ],
  [
    'a budget that is none',
    'TLS hellos without an end',
    'drop tcp any any -> any any (stream_size:client,>,999999; sid:1;)',
  ],
  [
    'the other side',
    'TLS hellos without an end',
    'drop tcp any any -> any any (stream_size:server,>,10; sid:1;)',
  ],
])('%s does not do', (_what, kind, rule) => {
  expect(left(kind, rule)).toEqual([kind]);
});

test.each([
  'alert tcp any any -> any any (flow:to_server; dsize:>0; flowbits:set,a; noalert; sid:9;)',
  'alert tcp any any -> any any (flow:to_server; dsize:>0; content:"|16|"; flowbits:set,a; sid:9;)',
  'alert tcp any any -> any any (flow:to_server; content:"|16|"; depth:1; flowbits:set,a; sid:9;)',
  'alert tcp any any -> any any (dsize:>0; content:"|16|"; offset:1; depth:1; flowbits:toggle, a; sid:9;)',
  'alert tls any any -> any any (flowbits:set,b|a; sid:9;)',
])('a first byte is not judged where %s may end that', (rule) => {
  expect(left(null, rule)).toEqual(['TCP payload that does not begin as TLS does']);
});

test('the recommended stack leaves nothing of what is not documented to its default action', () => {
  const template = path.join(__dirname, '../../../stack/studio-firewall.yaml');
  const document = parseDocument(readFileSync(template, 'utf8'), { logLevel: 'silent' });
  const place = 'Resources DenyStatefulRuleGroup Properties RuleGroup RulesSource RulesString';
  const rules = parseRules(String(document.getIn(place.split(' '))));
  expect(leftToDefault(rules)).toEqual([]);
});
