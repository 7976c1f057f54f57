/** Each rule of the evaluation, with a case that comes out otherwise when the rule is left out. */
import type { ShapeParts, WrittenPolicy } from './evaluate.fixture';
import { domainList, gre, http, icmp, outcome, ssh, tcp, tls, udp, verdict } from './evaluate.fixture';

const KAGGLE = domainList('ALLOWLIST', ['.kaggle.com']);
const ESTABLISHED = ['aws:drop_established', 'aws:alert_established'];

describe('order', () => {
  const rules = ['drop tcp any any -> any 9000 (sid:1;)', 'pass tcp any any -> any any (sid:2;)'];
  test('in action order a pass comes before every drop, in strict order what is written first', () => {
    expect(outcome({ rules }, tcp(9000))).toBe('passed');
    expect(outcome({ rules, strict: [] }, tcp(9000))).toBe('dropped');
  });

  test('in action order priority sorts inside one action', () => {
    const drops = [
      'drop tcp any any -> any 9000 (sid:1;)',
      'drop tcp any any -> any 9000 (priority:1; sid:2;)',
    ];
    expect(verdict({ rules: drops }, tcp(9000))).toMatchObject({ rule: { rule: 'sid 2' } });
    expect(verdict({ rules: drops, strict: [] }, tcp(9000))).toMatchObject({ rule: { rule: 'sid 1' } });
  });

  test('a reject beside a drop is carried out in action order, not in strict order', () => {
    const both = ['reject tcp any any -> any 9000 (sid:1;)', 'drop tcp any any -> any any (sid:2;)'];
    expect(outcome({ rules: both }, tcp(9000))).toBe('rejected');
    expect(outcome({ rules: both.toReversed(), strict: [] }, tcp(9000))).toBe('dropped');
  });

  test('what nothing matches passes in action order', () => {
    expect(verdict({}, tcp(9000))).toMatchObject({ outcome: 'passed', rule: null, logged: false });
  });
});

describe('default actions', () => {
  const strict = (...actions: readonly string[]): WrittenPolicy => ({ strict: actions, groups: [KAGGLE] });
  test.each<[string, ShapeParts, string]>([
    ['aws:drop_strict', tls('www.kaggle.com'), 'dropped'],
    ['aws:drop_established', tls('www.kaggle.com'), 'passed'],
    ['aws:drop_established', tls('example.com'), 'dropped'],
    ['aws:drop_established', tcp(9000), 'dropped'],
    ['aws:drop_established', udp(9000), 'dropped'],
    ['aws:drop_established', icmp, 'dropped'],
    ['aws:drop_established', gre, 'dropped'],
    // What servers send in established connections is passed.
    ['aws:drop_established', tcp(9000, { firstSpeaker: 'server' }), 'leaks'],
    // A default drop can meet the first segment; stock Suricata passes the name all the same.
    ['aws:drop_established', tls('www.kaggle.com', { hello: 'two-segments' }), 'undecided'],
    ['aws:drop_established', tls('example.com', { hello: 'two-segments' }), 'dropped'],
    ['aws:drop_established_app_layer_to_server', tls('www.kaggle.com', { hello: 'two-segments' }), 'passed'],
    ['aws:drop_established_app_layer_to_server', tls('example.com', { hello: 'two-segments' }), 'leaks'],
    ['aws:drop_established_app_layer_to_server', tls('example.com'), 'dropped'],
    ['aws:drop_established_app_layer_to_server', ssh(), 'dropped'],
    ['aws:drop_established_app_layer_to_server', ssh({ firstSpeaker: 'server' }), 'leaks'],
    ['aws:drop_established_app_layer', ssh({ firstSpeaker: 'server' }), 'dropped'],
    // It may stop the server's acknowledgement of the first segment.
    ['aws:drop_established_app_layer', tls('www.kaggle.com', { hello: 'two-segments' }), 'undecided'],
    // Not documented.
    ['aws:drop_established_app_layer', tcp(9000), 'undecided'],
    ['aws:drop_established_app_layer', udp(9000), 'undecided'],
    ['aws:alert_established', tcp(9000), 'passed'],
  ])('%s: %j', (action, parts, expected) => {
    expect(outcome(strict(action), parts)).toBe(expected);
  });

  test('a default drop is on record beside an alert default only, and is said to be one', () => {
    expect(verdict(strict(...ESTABLISHED), tcp(9000))).toMatchObject({
      outcome: 'dropped',
      logged: true,
      rule: { rule: 'aws:drop_established' },
    });
    expect(verdict(strict('aws:drop_established'), tcp(9000))).toMatchObject({ logged: false });
    expect(verdict(strict('aws:drop_established', 'aws:alert_strict'), tcp(9000))).toMatchObject({
      logged: true,
    });
  });
});

describe('domain lists', () => {
  const names = ['.kaggle.com', 'pypi.org'];
  test.each<['ALLOWLIST' | 'DENYLIST' | 'REJECTLIST', ShapeParts, string, string]>([
    ['ALLOWLIST', tls('kaggle.com'), 'passed', '.kaggle.com'],
    ['ALLOWLIST', tls('a.b.kaggle.com'), 'passed', '.kaggle.com'],
    ['ALLOWLIST', tls('xkaggle.com'), 'dropped', 'what the list does not name'],
    ['ALLOWLIST', tls('pypi.org'), 'passed', 'pypi.org'],
    ['ALLOWLIST', tls('www.pypi.org'), 'dropped', 'what the list does not name'],
    ['ALLOWLIST', http('PYPI.org:8080', { port: 8080 }), 'passed', 'pypi.org'],
    ['DENYLIST', tls('kaggle.com'), 'dropped', '.kaggle.com'],
    ['DENYLIST', http('pypi.org'), 'dropped', 'pypi.org'],
    ['REJECTLIST', tls('kaggle.com'), 'rejected', '.kaggle.com'],
  ])('%s %j: %s', (type, parts, expected, entry) => {
    expect(verdict({ groups: [domainList(type, names)] }, parts)).toMatchObject({
      outcome: expected,
      rule: { resource: expect.stringMatching(/^arn:.*stateful-rulegroup/) as unknown, rule: entry },
    });
  });

  test('an alert list logs and stops nothing', () => {
    const groups = [domainList('ALERTLIST', names)];
    expect(verdict({ groups }, tls('kaggle.com'))).toMatchObject({ outcome: 'passed', logged: true });
    expect(verdict({ groups }, tls('example.com'))).toMatchObject({ outcome: 'passed', logged: false });
  });

  test('a target type that is not there leaves its protocol alone, in action order', () => {
    const groups = [domainList('ALLOWLIST', names, ['TLS_SNI'])];
    expect(outcome({ groups }, http('example.com'))).toBe('passed');
    expect(outcome({ groups }, tls('example.com'))).toBe('dropped');
  });

  test('only what comes from HOME_NET and goes to EXTERNAL_NET', () => {
    const groups = [KAGGLE];
    expect(outcome({ groups }, tls('example.com'), { from: '10.9.0.10' })).toBe('passed');
    expect(outcome({ groups }, tls('example.com'), { to: '10.2.9.9' })).toBe('passed');
    expect(outcome({ groups, homeNet: ['10.9.0.0/16'] }, tls('example.com'), { from: '10.9.0.10' })).toBe(
      'dropped',
    );
  });

  test('under strict order whether it drops by itself is open, which a drop default makes no matter', () => {
    expect(outcome({ groups: [KAGGLE], strict: [] }, tls('example.com'))).toBe('undecided');
    expect(outcome({ groups: [KAGGLE], strict: ESTABLISHED }, tls('example.com'))).toBe('dropped');
  });
});

describe('addresses and ports', () => {
  test.each([
    ['drop tcp any any -> any 9000 (sid:1;)', 'dropped'],
    ['drop tcp $HOME_NET any -> $EXTERNAL_NET !9000 (sid:1;)', 'passed'],
    // It meets the answers, which go to the client's port.
    ['drop tcp any any -> any !9000 (sid:1;)', 'dropped'],
    ['drop tcp any any -> any [8000:9500, !9000] (sid:1;)', 'passed'],
    ['drop tcp any any -> 203.0.113.0/24 any (sid:1;)', 'dropped'],
    ['drop tcp any any -> [203.0.113.0/24, !203.0.113.40] any (sid:1;)', 'passed'],
    ['drop tcp $HOME_NET any -> $EXTERNAL_NET any (sid:1;)', 'dropped'],
    ['drop tcp $EXTERNAL_NET any -> $HOME_NET any (flow:to_server; sid:1;)', 'passed'],
    ['drop tcp any any -> @LIST any (sid:1;)', 'undecided'],
    ['drop tcp any any -> $OTHER any (sid:1;)', 'undecided'],
    // A client's kernel does not choose 443.
    ['drop tcp any any -> any 443 (sid:1;)', 'passed'],
    ['drop tcp any 443 -> any any (sid:1;)', 'passed'],
    ['drop tcp any 1024:65535 -> any any (sid:1;)', 'dropped'],
  ])('%s: %s', (rule, expected) => {
    expect(outcome({ rules: [rule] }, tcp(9000))).toBe(expected);
  });
});

describe('the state of the connection', () => {
  test.each<[string, ShapeParts, string]>([
    ['drop tcp any any -> any any (flow:to_client; sid:1;)', tcp(9000), 'dropped'],
    ['drop tcp any any -> any any (flow:established,to_client; sid:1;)', tcp(9000), 'leaks'],
    ['drop tcp any any -> any any (flow:established,to_server; sid:1;)', tcp(9000), 'dropped'],
    ['drop tcp any any -> any any (flow:not_established; sid:1;)', tcp(9000), 'dropped'],
    ['drop udp any any -> any any (flow:established; sid:1;)', udp(9000), 'leaks'],
    ['drop udp any any -> any any (flow:not_established; sid:1;)', udp(9000), 'dropped'],
    ['drop tcp any any -> any any (flow:to_server,only_stream; sid:1;)', tcp(9000), 'dropped'],
    ['drop tcp any any -> any any (flow:no_stream; sid:1;)', tcp(9000), 'undecided'],
    ['drop tcp any any -> any any (flags:S; sid:1;)', tcp(9000), 'dropped'],
    ['drop tcp any any -> any any (flags:SA; sid:1;)', tcp(9000), 'dropped'],
    ['drop tcp any any -> any any (flags:S,CE; dsize:>0; sid:1;)', tcp(9000), 'passed'],
    [
      'drop tcp any any -> any any (flags:S,CE; dsize:>0; sid:1;)',
      tcp(9000, { carriedBy: 'syn' }),
      'dropped',
    ],
    ['drop tcp any any -> any any (flags:R+; sid:1;)', tcp(9000, { carriedBy: 'rst' }), 'dropped'],
    ['drop tcp any any -> any any (flags:F*; sid:1;)', tcp(9000, { carriedBy: 'fin' }), 'dropped'],
    ['drop tcp any any -> any any (flags:!S; sid:1;)', tcp(9000), 'undecided'],
    ['drop tcp any any -> any any (flow:to_server; stream_size:client,>,0; sid:1;)', tcp(9000), 'dropped'],
    [
      'drop tcp any any -> any any (flow:to_server; stream_size:client,>,5000; sid:1;)',
      tcp(9000),
      'undecided',
    ],
    // The SYN counts as a byte.
    ['drop tcp any any -> any any (flow:to_server; stream_size:client,>,1; sid:1;)', tcp(9000), 'dropped'],
    ['reject tcp any any -> any any (flow:not_established; flags:A; sid:1;)', tcp(9000), 'undecided'],
    ['drop ip any any -> any any (ip_proto:!6; sid:1;)', tcp(9000), 'passed'],
    ['drop ip any any -> any any (ip_proto:!6; sid:1;)', udp(9000), 'dropped'],
    ['drop ip any any -> any any (ip_proto:47; sid:1;)', gre, 'dropped'],
    ['drop ip any any -> any any (ip_proto:47; sid:1;)', icmp, 'passed'],
    // Suricata keeps no flow of other protocols; what Network Firewall does is open.
    ['drop ip any any -> any any (flow:to_server; sid:1;)', gre, 'undecided'],
  ])('%s %j: %s', (rule, parts, expected) => {
    expect(outcome({ rules: [rule] }, parts)).toBe(expected);
  });

  test('a pass of single packets decides when the answers are not blocked, and is open when they are', () => {
    const pass = 'pass tcp any any -> any 9000 (flow:to_server; sid:1;)';
    const drop = 'drop tcp any any -> any any (flow:established; sid:2;)';
    expect(outcome({ rules: [pass], strict: ['aws:drop_established'] }, tcp(9000))).toBe('passed');
    expect(outcome({ rules: [pass, drop] }, tcp(9000))).toBe('undecided');
    expect(outcome({ rules: ['pass tcp any any -> any any (sid:1;)', drop] }, tcp(9000))).toBe('passed');
  });

  test('a rule on addresses alone is asked once for each direction', () => {
    const pass = 'pass tcp any any <> any 443 (flow:not_established; sid:1;)';
    const rules = [pass, 'drop ip any any -> any any (sid:2;)'];
    expect(outcome({ rules, strict: [] }, tls('example.com'))).toBe('passed');
    const asked = [pass, 'drop ip any any -> any any (flow:stateless; sid:2;)'];
    expect(outcome({ rules: asked, strict: [] }, tls('example.com'))).toBe('undecided');
  });

  test('a pass of the handshake alone is open', () => {
    const rules = ['pass tcp any any <> any 443 (flow:not_established; sid:1;)'];
    expect(outcome({ rules, strict: ['aws:drop_strict'] }, tls('example.com'))).toBe('undecided');
  });
});

describe('records', () => {
  test.each<[readonly string[], boolean]>([
    [['drop tcp any any -> any any (sid:1;)'], true],
    [['drop tcp any any -> any any (noalert; sid:1;)'], false],
    [['drop tcp any any -> any any (flowbits:noalert; sid:1;)'], false],
    [['alert tcp any any -> any any (sid:2;)', 'drop tcp any any -> any any (noalert; sid:1;)'], true],
    [['pass tcp any any -> any any (sid:1;)'], false],
    [['pass tcp any any -> any any (alert; sid:1;)'], true],
    [['alert tcp any any -> any any (sid:2;)'], true],
    // In action order the pass ends it before the alert.
    [['alert tcp any any -> any any (sid:2;)', 'pass tcp any any -> any any (sid:1;)'], false],
  ])('%j: %s', (rules, logged) => {
    expect(verdict({ rules }, tcp(9000))).toMatchObject({ logged });
  });

  test('a record that depends on what is not known is not told', () => {
    const rules = ['drop tls any any -> any any (tls.version:1.2; flow:to_server; sid:1;)'];
    expect(verdict({ rules, strict: ['aws:drop_established'] }, tls('a.org'))).toMatchObject({
      outcome: 'dropped',
      logged: null,
    });
  });

  test('an alert that may match leaves open whether a record says so', () => {
    const rules = [
      'alert tcp any any -> any any (geoip:dst,DE; sid:2;)',
      'drop tcp any any -> any any (noalert; sid:1;)',
    ];
    expect(verdict({ rules }, tcp(9000))).toMatchObject({ outcome: 'dropped', logged: null });
  });

  test('a reject tells its sender, and the client only if that is it', () => {
    const to = (action: string, way: string): string =>
      outcome({ rules: [`${action} tcp any any -> any any (flow:${way}; sid:1;)`] }, tcp(9000));
    expect(to('reject', 'to_server')).toBe('rejected');
    expect(to('rejectdst', 'to_server')).toBe('dropped');
    expect(to('rejectboth', 'to_client')).toBe('rejected');
    expect(to('reject', 'to_client')).toBe('dropped');
  });
});
