/** The stateless engine, what it hands on, and what the stateful engine does with a part of a flow. */
import type { MatchAttributes, StatelessRule, TCPFlag } from '@aws-sdk/client-network-firewall';
import { enforcedPolicy } from './firewall-policy';
import { change } from '../../mutants/mutant';
import { referenceSnapshot } from '../../mutants/reference-snapshot';
import { evaluateFlow } from './evaluate';
import type { ShapeParts, WrittenPolicy } from './evaluate.fixture';
import { flowOf, gre, icmp, outcome, tcp, tls, udp, verdict } from './evaluate.fixture';

const ports = (...each: readonly number[]) => each.map((port) => ({ FromPort: port, ToPort: port }));

function rule(Priority: number, action: string, MatchAttributes: MatchAttributes): StatelessRule {
  return { Priority, RuleDefinition: { MatchAttributes, Actions: [action, 'count'] } };
}

const FLAGS = (Flags: TCPFlag[], Masks?: TCPFlag[]): MatchAttributes => ({
  Protocols: [6],
  TCPFlags: [{ Flags, ...(Masks === undefined ? {} : { Masks }) }],
});

describe('rules and defaults', () => {
  const deny = [rule(1, 'aws:drop', { Protocols: [6], DestinationPorts: ports(9000) })];
  test.each<[string, WrittenPolicy, ShapeParts, string]>([
    ['a rule drops', { stateless: deny }, tcp(9000), 'dropped'],
    ['for its ports only', { stateless: deny }, tcp(9001), 'passed'],
    ['for its protocols only', { stateless: deny }, udp(9000), 'passed'],
    ['the default drops the rest', { statelessDefault: 'aws:drop' }, udp(9000), 'dropped'],
    [
      'priority decides, not the place',
      { stateless: [rule(2, 'aws:drop', {}), rule(1, 'aws:pass', { Protocols: [6] })] },
      tcp(9000),
      'passed',
    ],
    [
      'what it passes no stateful rule stops',
      { statelessDefault: 'aws:pass', rules: ['drop ip any any -> any any (sid:1;)'] },
      tcp(9000),
      'passed',
    ],
    [
      'answers are packets of their own',
      { stateless: [rule(1, 'aws:drop', { Protocols: [17], SourcePorts: ports(9000) })] },
      udp(9000),
      'leaks',
    ],
    [
      'other protocols by their number',
      { stateless: [rule(1, 'aws:drop', { Protocols: [47] })] },
      gre,
      'dropped',
    ],
    ['and not another', { stateless: [rule(1, 'aws:drop', { Protocols: [50] })] }, gre, 'passed'],
    ['ICMP', { stateless: [rule(1, 'aws:drop', { Protocols: [1] })] }, icmp, 'dropped'],
    [
      'by source',
      { stateless: [rule(1, 'aws:drop', { Sources: [{ AddressDefinition: '10.9.0.0/16' }] })] },
      tcp(9000),
      'passed',
    ],
  ])('%s', (_what, policy, parts, expected) => {
    expect(outcome(policy, parts)).toBe(expected);
  });

  test('nothing of it is ever logged, and it says which rule', () => {
    expect(verdict({ stateless: deny }, tcp(9000))).toMatchObject({
      logged: false,
      rule: { resource: expect.stringContaining('stateless-rulegroup') as unknown, rule: 'priority 1' },
    });
    expect(verdict({ statelessDefault: 'aws:drop' }, tcp(9000))).toMatchObject({
      rule: { rule: 'StatelessDefaultActions' },
    });
  });
});

describe('TCP flags', () => {
  const drop = (match: MatchAttributes): WrittenPolicy => ({ stateless: [rule(1, 'aws:drop', match)] });
  test.each<[string, WrittenPolicy, ShapeParts, string]>([
    ['the SYN alone', drop(FLAGS(['SYN'], ['SYN', 'ACK'])), tcp(9000), 'dropped'],
    ['the SYN-ACK', drop(FLAGS(['SYN', 'ACK'], ['SYN', 'ACK'])), tcp(9000), 'dropped'],
    ['a RST that is not there', drop(FLAGS(['RST'], ['RST'])), tcp(9000), 'passed'],
    ['a RST with data', drop(FLAGS(['RST'], ['RST'])), tcp(9000, { carriedBy: 'rst' }), 'dropped'],
    ['a FIN with data', drop(FLAGS(['FIN'], ['FIN'])), tcp(9000, { carriedBy: 'fin' }), 'dropped'],
    // Without masks all flags are looked at: only a SYN that has no other.
    ['no masks', drop(FLAGS(['SYN'])), tcp(9000), 'dropped'],
    // A sender sets PSH on the last segment, on an earlier one perhaps.
    ['PSH', drop(FLAGS(['PSH', 'ACK'], ['PSH', 'ACK', 'SYN'])), tcp(9000), 'dropped'],
    [
      'PSH on a segment before the last',
      drop(FLAGS(['PSH', 'ACK'], ['PSH', 'ACK', 'SYN'])),
      tls('a.org', { hello: 'two-segments' }),
      'undecided',
    ],
    ['no flags of UDP', drop(FLAGS(['SYN'], ['SYN'])), udp(9000), 'passed'],
  ])('%s', (_what, policy, parts, expected) => {
    expect(outcome(policy, parts)).toBe(expected);
  });

  test('a connection may begin from inside only', () => {
    const stateless = [
      rule(1, 'aws:forward_to_sfe', { Protocols: [6], DestinationPorts: ports(443) }),
      rule(2, 'aws:drop', FLAGS(['SYN'], ['SYN', 'ACK'])),
      rule(3, 'aws:forward_to_sfe', { Protocols: [6], SourcePorts: ports(443) }),
    ];
    const policy: WrittenPolicy = { stateless, statelessDefault: 'aws:drop' };
    expect(outcome(policy, tls('a.org'))).toBe('passed');
    expect(outcome(policy, tls('a.org', { port: 8443 }))).toBe('dropped');
  });
});

describe('fragments', () => {
  const udpFragments = udp(9000, { fragmented: true });
  test.each<[string, WrittenPolicy, ShapeParts, string]>([
    [
      'of TCP are dropped in silence',
      { fragmentDefault: 'aws:pass' },
      tcp(443, { fragmented: true }),
      'dropped',
    ],
    [
      'of a ClientHello too',
      { fragmentDefault: 'aws:pass' },
      tls('a.org', { hello: 'fragments' }),
      'dropped',
    ],
    ['of UDP by their default', { fragmentDefault: 'aws:drop' }, udpFragments, 'dropped'],
    [
      'not by the other default',
      { statelessDefault: 'aws:drop', fragmentDefault: 'aws:pass' },
      udpFragments,
      'leaks',
    ],
    ['forwarded and passed', { fragmentDefault: 'aws:forward_to_sfe' }, udpFragments, 'passed'],
    [
      'past rules that would stop them',
      {
        statelessDefault: 'aws:pass',
        fragmentDefault: 'aws:pass',
        rules: ['drop ip any any -> any any (sid:1;)'],
      },
      udpFragments,
      'passed',
    ],
    [
      'by a rule on addresses alone',
      { fragmentDefault: 'aws:forward_to_sfe', rules: ['drop udp any any -> any any (sid:1;)'] },
      udpFragments,
      'dropped',
    ],
    // The fragments have no ports for the pass to see.
    [
      'a pass by ports beside a drop by addresses',
      {
        fragmentDefault: 'aws:forward_to_sfe',
        rules: ['pass udp any any <> any 9000 (sid:1;)', 'drop ip any any -> any any (sid:2;)'],
      },
      udpFragments,
      'undecided',
    ],
    // How much leaves before the last one is judged.
    [
      'by a rule on ports',
      { fragmentDefault: 'aws:forward_to_sfe', rules: ['drop udp any any -> any 9000 (sid:1;)'] },
      udpFragments,
      'undecided',
    ],
    [
      'a stateless rule on ports may miss those without',
      { stateless: [rule(1, 'aws:drop', { DestinationPorts: ports(9000) })], fragmentDefault: 'aws:pass' },
      udpFragments,
      'undecided',
    ],
    [
      'a stateless rule on addresses does not',
      { stateless: [rule(1, 'aws:drop', { Protocols: [17] })], fragmentDefault: 'aws:pass' },
      udpFragments,
      'dropped',
    ],
  ])('%s', (_what, policy, parts, expected) => {
    expect(outcome(policy, parts)).toBe(expected);
  });
});

describe('a flow of which the stateful engine sees a part', () => {
  const outOnly = [rule(1, 'aws:pass', { Protocols: [6, 17], DestinationPorts: ports(443) })];
  const backOnly = [rule(1, 'aws:pass', { Protocols: [6, 17], SourcePorts: ports(443) })];
  const rules = ['drop tcp any any -> any any (flow:established; sid:1;)'];
  test.each<[string, WrittenPolicy, ShapeParts, string]>([
    ['a SYN-ACK without its SYN', { stateless: outOnly, rules }, tls('a.org'), 'dropped'],
    [
      'CONTINUE leaves it to the rules',
      { stateless: outOnly, streamExceptions: 'CONTINUE' },
      tls('a.org'),
      'undecided',
    ],
    [
      'whom REJECT tells is open',
      { stateless: outOnly, streamExceptions: 'REJECT' },
      tls('a.org'),
      'undecided',
    ],
    ['answers that it does not see', { stateless: backOnly, rules }, tls('a.org'), 'undecided'],
    [
      'a first packet that is stopped',
      { stateless: backOnly, rules: ['drop tcp any any -> any any (sid:1;)'] },
      tls('a.org'),
      'dropped',
    ],
    [
      'a first packet that passes the flow',
      { stateless: backOnly, rules: ['pass tcp any any -> any any (sid:1;)'] },
      tls('a.org'),
      'passed',
    ],
    [
      'UDP answers past it',
      { stateless: backOnly, rules: ['drop udp any any -> any any (flow:established; sid:1;)'] },
      udp(443),
      'passed',
    ],
    ['UDP questions past it', { stateless: outOnly }, udp(443), 'undecided'],
  ])('%s', (_what, policy, parts, expected) => {
    expect(outcome(policy, parts)).toBe(expected);
  });

  test('a bare acknowledgement that is lost ends nothing by itself', () => {
    const handed = rule(1, 'aws:forward_to_sfe', FLAGS(['ACK'], ['ACK', 'FIN', 'SYN', 'PSH']));
    const policy: WrittenPolicy = { stateless: [handed], statelessDefault: 'aws:pass' };
    expect(outcome(policy, tcp(443, { carriedBy: 'fin' }))).toBe('passed');
    const lost = [rule(1, 'aws:drop', FLAGS(['ACK']))];
    expect(outcome({ stateless: lost }, tcp(9000))).toBe('passed');
    // But a server that speaks first waits for it, and the engine may not count the connection as established.
    expect(outcome({ stateless: lost }, tcp(9000, { firstSpeaker: 'server' }))).toBe('dropped');
    const strict = ['aws:drop_established'];
    expect(outcome({ stateless: lost, strict }, tcp(443, { carriedBy: 'fin' }))).toBe('undecided');
  });

  test('midstream is stopped without a record, by the policy that says so', () => {
    expect(verdict({ stateless: outOnly }, tls('a.org'))).toMatchObject({
      logged: false,
      rule: { rule: 'StreamExceptionPolicy' },
    });
  });
});

test('DROP_TO_ALERT makes a drop an alert and leaves a reject open', () => {
  const overridden = (text: string) => {
    const policies = change(referenceSnapshot(), 'firewallPolicies', (all) =>
      all.map((one) => ({
        ...one,
        FirewallPolicy: {
          StatelessDefaultActions: ['aws:forward_to_sfe'],
          StatelessFragmentDefaultActions: ['aws:drop'],
          StatefulRuleGroupReferences: (one.FirewallPolicy?.StatefulRuleGroupReferences ?? []).map(
            ({ ResourceArn }) => ({ ResourceArn, Override: { Action: 'DROP_TO_ALERT' as const } }),
          ),
        },
      })),
    );
    const snapshot = change(policies, 'ruleGroups', (all) =>
      all.map((one) => ({ ...one, RuleGroup: { RulesSource: { RulesString: text } } })),
    );
    const section = snapshot.sections.firewalls;
    const [firewall] = section.status === 'read' ? section.value : [];
    if (firewall === undefined) throw new Error('the reference has a firewall');
    return evaluateFlow(enforcedPolicy(snapshot, firewall), flowOf(tcp(9000)));
  };
  expect(overridden('drop tcp any any -> any any (sid:1;)')).toMatchObject({
    outcome: 'passed',
    logged: true,
  });
  expect(overridden('reject tcp any any -> any any (sid:1;)').outcome).toBe('undecided');
});
