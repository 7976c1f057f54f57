/** What rules say of applications, names, bytes and bits of a flow, and what is left open by what is not understood. */
import type { ShapeParts, WrittenPolicy } from './evaluate.fixture';
import {
  domainList,
  flowOf,
  http,
  icmp,
  outcome,
  policyOf,
  ssh,
  tcp,
  tls,
  udp,
  verdict,
} from './evaluate.fixture';
import { evaluateFlow } from './evaluate';

const KAGGLE = domainList('ALLOWLIST', ['.kaggle.com']);
const ESTABLISHED = ['aws:drop_established', 'aws:alert_established'];

describe('applications and names', () => {
  test.each<[string, ShapeParts, string]>([
    ['drop tls any any -> any any (sid:1;)', tls('example.com'), 'dropped'],
    ['drop tls any any -> any any (sid:1;)', http('example.com'), 'passed'],
    ['drop http any any -> any any (sid:1;)', http('example.com'), 'dropped'],
    ['drop http2 any any -> any any (sid:1;)', http('example.com'), 'undecided'],
    ['drop http any any -> any any (sid:1;)', http('example.com', { application: 'http2' }), 'dropped'],
    [
      'drop tls any any -> any any (ssl_state:client_hello; sid:1;)',
      tls(null, { hello: 'unfinished' }),
      'passed',
    ],
    ['drop tls any any -> any any (sid:1;)', tls(null, { hello: 'unfinished' }), 'dropped'],
    ['drop tcp any any -> any any (app-layer-protocol:ssh; sid:1;)', ssh(), 'dropped'],
    ['drop tcp any any -> any any (app-layer-protocol:!tls; flow:to_server; sid:1;)', ssh(), 'dropped'],
    ['drop tcp any any -> any any (app-layer-protocol:!tls; flow:to_server; sid:1;)', tls('a.org'), 'passed'],
    // How many bytes it takes until no protocol is known is not said.
    ['drop tcp any any -> any any (app-layer-protocol:!tls; flow:to_server; sid:1;)', tcp(443), 'undecided'],
    [
      'drop tcp any any -> any any (app-layer-protocol:failed; flow:to_server; sid:1;)',
      tcp(443),
      'undecided',
    ],
    ['drop dns any any -> any any (sid:1;)', udp(53, { application: 'dns' }), 'dropped'],
    ['drop dns any any -> any any (sid:1;)', udp(5353, { application: 'dns' }), 'undecided'],
    ['drop tls any any -> any any (tls.sni; content:"example"; sid:1;)', tls('www.example.org'), 'dropped'],
    [
      'drop tls any any -> any any (tls.sni; content:"example"; startswith; sid:1;)',
      tls('www.example.org'),
      'passed',
    ],
    [
      'drop tls any any -> any any (tls.sni; content:"EXAMPLE"; nocase; sid:1;)',
      tls('www.example.org'),
      'dropped',
    ],
    ['drop tls any any -> any any (tls.sni; content:"EXAMPLE"; sid:1;)', tls('www.example.org'), 'passed'],
    ['drop tls any any -> any any (tls.sni; content:!"example"; sid:1;)', tls('www.example.org'), 'passed'],
    ['drop tls any any -> any any (tls.sni; content:!"example"; sid:1;)', tls('a.org'), 'dropped'],
    [
      'drop tls any any -> any any (tls.sni; content:"example"; flow:to_client; sid:1;)',
      tls('example.org'),
      'passed',
    ],
    // Stock Suricata looks at the first place only.
    [
      'drop tls any any -> any any (tls.sni; content:!".com"; endswith; sid:1;)',
      tls('a.com.example.com'),
      'undecided',
    ],
    ['drop tls any any -> any any (tls.sni; content:"example"; sid:1;)', tls(null), 'passed'],
    [
      'drop tls any any -> any any (tls.sni; pcre:"/^(www|api)\\.example\\.org$/i"; sid:1;)',
      tls('WWW.example.org'),
      'dropped',
    ],
    [
      'drop tls any any -> any any (tls.sni; pcre:"/^(www|api)\\.example\\.org$/"; sid:1;)',
      tls('xapi.example.org'),
      'passed',
    ],
    ['drop tls any any -> any any (tls.sni; pcre:"/(a+)+$/"; sid:1;)', tls('a.org'), 'undecided'],
    [
      'drop tls any any -> any any (tls.sni; to_md5; content:"example"; sid:1;)',
      tls('example.org'),
      'undecided',
    ],
    [
      'drop http any any -> any any (http.header_names; content:"|0d 0a|"; startswith; flow:to_server; sid:1;)',
      http('a.org'),
      'dropped',
    ],
    [
      'drop http any any -> any any (http.header_names; content:"|0d 0a|"; startswith; flow:to_server; sid:1;)',
      http(null, { headerless: true }),
      'passed',
    ],
    ['drop tls any any -> any any (tls.version:1.2; sid:1;)', tls('a.org'), 'undecided'],
    [
      'drop tcp any any -> any any (content:"|16 03|"; startswith; flow:to_server; sid:1;)',
      tls('a.org'),
      'dropped',
    ],
    [
      'drop tcp any any -> any any (content:"|17|"; depth:1; flow:to_server; stream_size:client,<,1461; sid:1;)',
      tls('a.org'),
      'undecided',
    ],
    ['drop tcp any any -> any any (content:"GET"; depth:3; http_uri; sid:1;)', http('a.org'), 'undecided'],
  ])('%s %j: %s', (rule, parts, expected) => {
    expect(outcome({ rules: [rule] }, parts)).toBe(expected);
  });
});

describe('bits of a flow', () => {
  const SET =
    'alert tcp any any -> any 9000 (flow:to_server,established; flowbits:set,seen; noalert; sid:1;)';
  test('a bit that an earlier packet set is set', () => {
    const drop = 'drop tcp any any -> any any (flow:to_client,established; flowbits:isset,seen; sid:2;)';
    expect(outcome({ rules: [SET, drop] }, tcp(9000))).toBe('leaks');
    expect(outcome({ rules: [SET, drop] }, tcp(9001))).toBe('passed');
    expect(outcome({ rules: [drop] }, tcp(9000))).toBe('passed');
  });

  test('isnotset meets the first packet only', () => {
    const drop =
      'drop tcp any any -> any any (flow:to_server,established; flowbits:isnotset,seen; dsize:>0; sid:2;)';
    expect(outcome({ rules: [SET, drop], strict: [] }, tcp(9000))).toBe('passed');
    expect(outcome({ rules: [drop, SET], strict: [] }, tcp(9000))).toBe('dropped');
  });

  test('a bit that may be set leaves open what depends on it, and nothing else', () => {
    const maybe = 'alert tcp any any -> any any (geoip:dst,DE; flowbits:set,seen; noalert; sid:1;)';
    const drop = 'drop tcp any any -> any 9000 (flowbits:isset,seen; flow:to_server,established; sid:2;)';
    expect(outcome({ rules: [maybe, drop] }, tcp(9000))).toBe('undecided');
    expect(outcome({ rules: [maybe, drop] }, tcp(9001))).toBe('passed');
  });
});

describe('what is not understood', () => {
  const BASE: WrittenPolicy = { strict: ESTABLISHED, groups: [KAGGLE] };
  test('leaves open what it could meet, by name, and nothing else', () => {
    const rules = ['pass tls any any -> any 443 (aws_domain_category:Gambling; sid:9;)'];
    const open = verdict({ ...BASE, rules }, tls('example.com'));
    expect(open).toMatchObject({ outcome: 'undecided' });
    expect(JSON.stringify(open)).toContain('sid 9');
    expect(JSON.stringify(open)).toContain('aws_domain_category');
    expect(outcome({ ...BASE, rules }, tls('www.kaggle.com'))).toBe('passed');
    for (const parts of [udp(443), tls('example.com', { port: 8443 }), ssh(), icmp]) {
      expect(outcome({ ...BASE, rules }, parts)).toBe('dropped');
    }
  });

  test('a group that has no rules to read may do anything', () => {
    const policy = { ...BASE, groups: [{ RulesSource: {} }, KAGGLE] };
    const open = verdict(policy, udp(9000));
    expect(open.outcome).toBe('undecided');
    expect(JSON.stringify(open)).toContain('g1');
  });

  test('what passes before it is decided', () => {
    const rules = [
      'pass udp any any -> any 123 (sid:1;)',
      'drop udp any any -> any any (geoip:dst,DE; sid:2;)',
    ];
    expect(outcome({ rules, strict: [] }, udp(123))).toBe('undecided');
    expect(
      outcome({ rules: ['pass udp any any -> any any (sid:1;)', rules[1] ?? ''], strict: [] }, udp(123)),
    ).toBe('passed');
  });

  test('TLS inspection leaves TCP open', () => {
    const policy = { ...policyOf(BASE), inspectsTls: true };
    expect(evaluateFlow(policy, flowOf(tls('www.kaggle.com'))).outcome).toBe('undecided');
    expect(evaluateFlow(policy, flowOf(udp(9000))).outcome).toBe('dropped');
  });
});

describe('bytes of the payload', () => {
  const drop = (options: string): string =>
    `drop tcp any any -> any 443 (flow:to_server,only_stream; ${options} sid:1;)`;
  const first = 'stream_size:client,<,1500;';
  test.each<[string, ShapeParts, string]>([
    ['content:"|16|"; depth:1;', tls('a.org'), 'dropped'],
    [`${first} content:!"|03|"; offset:1; depth:1;`, tls('a.org', { carriedBy: 'fin' }), 'passed'],
    [`${first} content:"|01|"; offset:5; depth:1;`, tls('a.org'), 'dropped'],
    // What only poses as a hello may go on with anything.
    [`${first} content:"|01|"; offset:5; depth:1;`, tls(null, { hello: 'unfinished' }), 'undecided'],
    ['content:"SSH"; startswith;', ssh({ port: 443 }), 'dropped'],
    ['content:"|16|"; depth:2;', tls('a.org'), 'undecided'],
    ['content:"|16|";', tls('a.org'), 'undecided'],
    [`${first} isdataat:20;`, tls('a.org'), 'dropped'],
    [`${first} isdataat:2000;`, tls('a.org'), 'undecided'],
    // A hello says its own length, which two segments bound.
    ['content:"|16 03|"; depth:2; byte_test:3,>,4087,6;', tls('a.org', { carriedBy: 'fin' }), 'passed'],
    ['content:"|16 03|"; depth:2; byte_test:2,>,3,3;', tls('a.org'), 'dropped'],
    ['byte_test:2,>,3,3,relative;', tls('a.org'), 'undecided'],
    ['content:"|16|"; depth:1;', tcp(443), 'undecided'],
  ])('%s %j: %s', (options, parts, expected) => {
    expect(outcome({ rules: [drop(options)] }, parts)).toBe(expected);
  });

  test('a negated byte that its own isdataat asks for is compared, not missed', () => {
    const small = tls('a.org', { hello: 'small-segments' });
    const content = 'content:!"|03|"; offset:1; depth:1;';
    const [asked, unasked] = [`${first} isdataat:1; ${content}`, `${first} ${content}`].map((options) =>
      outcome(
        { rules: ['pass tls any any -> any any (tls.sni; content:"a.org"; sid:2;)', drop(options)] },
        small,
      ),
    );
    expect([asked, unasked]).toEqual(['passed', 'undecided']);
  });
});
