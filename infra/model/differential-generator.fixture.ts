/** Random firewall policies, made of what can meet the flows of the differential test. */
import type {
  FirewallPolicy,
  RuleGroup,
  RuleVariables,
  StatefulAction,
  StatefulRule,
  StatefulRuleDirection,
  StatefulRuleProtocol,
  StatelessRule,
} from '@aws-sdk/client-network-firewall';
import * as fc from 'fast-check';
import { NAMES, ruleText, type RuleKind } from './differential-rules.fixture';
import type { TriedPolicy } from './differential-policy.fixture';

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const oneIn = (count: number): fc.Arbitrary<boolean> => fc.nat(count - 1).map((die) => die === 0);

const domainList: fc.Arbitrary<RuleGroup> = fc.record({
  RulesSource: fc.record({
    RulesSourceList: fc.record({
      Targets: fc.uniqueArray(some(...NAMES, ...NAMES.map((name) => `.${name}`)), {
        minLength: 1,
        maxLength: 3,
      }),
      TargetTypes: some<('TLS_SNI' | 'HTTP_HOST')[]>(
        ['TLS_SNI', 'HTTP_HOST'],
        ['HTTP_HOST', 'TLS_SNI'],
        ['TLS_SNI'],
        ['HTTP_HOST'],
      ),
      GeneratedRulesType: some('ALLOWLIST' as const, 'ALLOWLIST', 'DENYLIST', 'REJECTLIST', 'ALERTLIST'),
    }),
  }),
});

/** Strict order is carried where what passes comes first, so most groups of a strict policy are in that order. */
const RANKS: Readonly<Record<string, number>> = { pass: 0, drop: 1, reject: 2, alert: 3 };

interface Words {
  readonly action: string;
  readonly text: string;
}

const word = (kind: RuleKind): fc.Arbitrary<Words> =>
  some('pass', 'pass', 'drop', 'drop', 'reject', 'alert').chain((action) =>
    ruleText(kind).map((text) => ({ action, text: `${action} ${text}` })),
  );

/** Rules of a group are sorted by action, or left as they came. */
const sorted = <T extends Words>(rules: readonly T[]): readonly T[] =>
  [...rules].sort((one, other) => (RANKS[one.action] ?? 9) - (RANKS[other.action] ?? 9));

/** How a rule is written: on one line or two, with a comment before it, with what its message may hold. */
const writings = some<(text: string, index: number) => string>(
  (text, index) => withEnding(text, `msg:"rule ${index + 1}"; sid:${index + 1};`),
  (text, index) => withEnding(text, `msg:"rule ${index + 1}"; sid:${index + 1};`),
  (text, index) =>
    withEnding(text, `sid:${index + 1}; rev:3; msg:"rule ${index + 1}, (a\\; b)"; priority:2;`),
  (text, index) => `# ${text}\n\n${withEnding(text, `classtype:misc-activity; sid:${index + 1};`)}`,
  (text, index) =>
    withEnding(text.replace(' (', ' \\\n  ('), `msg:"rule ${index + 1}";  sid: ${index + 1} ;`),
);

const withEnding = (text: string, options: string): string => text.replace(/\)$/, ` ${options})`);

const textGroup = (sortIt: boolean): fc.Arbitrary<RuleGroup> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(
          { weight: 4, arbitrary: word('tls') },
          { weight: 3, arbitrary: word('http') },
          { weight: 4, arbitrary: word('tcp') },
          { weight: 2, arbitrary: word('udp') },
          { weight: 1, arbitrary: word('icmp') },
          { weight: 2, arbitrary: word('ip') },
          { weight: 2, arbitrary: word('application') },
        ),
        writings,
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((rules) => {
      const given = rules.map(([words, write]) => ({ ...words, write }));
      const ordered = sortIt ? sorted(given) : given;
      return {
        RulesSource: { RulesString: ordered.map(({ text, write }, index) => write(text, index)).join('\n') },
      };
    });

const fiveTuple: fc.Arbitrary<StatefulRule> = fc
  .record({
    Action: some<StatefulAction>('PASS', 'DROP', 'REJECT', 'ALERT'),
    Protocol: some<StatefulRuleProtocol>('TCP', 'TCP', 'UDP', 'ICMP', 'IP', 'TLS', 'HTTP', 'SSH', 'DNS'),
    Source: some('ANY', 'ANY', '10.2.0.0/16', '$HOME_NET', '10.9.0.0/16', '!10.2.3.10/32'),
    SourcePort: some('ANY', 'ANY', 'ANY', '1024:65535'),
    Direction: some<StatefulRuleDirection>('FORWARD', 'FORWARD', 'ANY'),
    Destination: some('ANY', 'ANY', '$EXTERNAL_NET', '203.0.113.0/24', '203.0.113.40', '!203.0.113.40'),
    DestinationPort: some('ANY', '443', '9000', '80', '[443,80]', '1:1023', '!443'),
    RuleOptions: some<StatefulRule['RuleOptions']>(
      [],
      [],
      [{ Keyword: 'flow', Settings: ['to_server', 'established'] }],
      [{ Keyword: 'flow', Settings: ['to_server'] }],
    ),
  })
  .map(({ Action, RuleOptions, ...header }) => {
    // ICMP and IP have no ports; Suricata takes `any` alone there.
    const portless = header.Protocol === 'ICMP' || header.Protocol === 'IP';
    const Header = { ...header, ...(portless ? { SourcePort: 'ANY', DestinationPort: 'ANY' } : {}) };
    return { Action, Header, RuleOptions };
  });

const fiveTupleGroup = (sortIt: boolean): fc.Arbitrary<RuleGroup> =>
  fc.array(fiveTuple, { minLength: 1, maxLength: 4 }).map((rules) => {
    const rank = ({ Action }: StatefulRule): number => RANKS[Action?.toLowerCase() ?? ''] ?? 9;
    const ordered = sortIt ? [...rules].sort((one, other) => rank(one) - rank(other)) : rules;
    return {
      RulesSource: {
        StatefulRules: ordered.map((rule, index) => ({
          ...rule,
          RuleOptions: [...(rule.RuleOptions ?? []), { Keyword: 'sid', Settings: [String(index + 1)] }],
        })),
      },
    };
  });

/** A group's own variables; `OWN` and `PORTS` are always there, since rules name them. */
const variables: fc.Arbitrary<RuleVariables> = fc
  .record({
    own: some(['203.0.113.40'], ['203.0.113.0/25', '198.51.100.20'], ['203.0.113.0/24', '!203.0.113.40']),
    ports: some(['443'], ['80', '443'], ['8000:9500']),
    home: some(null, null, null, ['10.2.3.0/24'], ['10.2.0.0/16', '10.9.0.0/16'], ['10.9.0.0/16']),
  })
  .map(({ own, ports, home }) => ({
    IPSets: {
      OWN: { Definition: own },
      ...(home === null ? {} : { HOME_NET: { Definition: home } }),
    },
    PortSets: { PORTS: { Definition: ports } },
  }));

const group = (strict: boolean, sortIt: boolean): fc.Arbitrary<RuleGroup> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: domainList },
        { weight: 4, arbitrary: textGroup(sortIt) },
        { weight: 2, arbitrary: fiveTupleGroup(sortIt) },
      ),
      variables,
    )
    .map(([{ RulesSource }, RuleVariables]) => ({
      RulesSource,
      RuleVariables,
      ...(strict ? { StatefulRuleOptions: { RuleOrder: 'STRICT_ORDER' as const } } : {}),
    }));

const FLAGS: readonly ('FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK')[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK'];
const portRanges = fc.array(
  some([443, 443], [80, 80], [9000, 9443], [0, 65_535], [1024, 65_535], [53, 53]).map(
    ([FromPort, ToPort]) => ({
      FromPort: FromPort ?? 0,
      ToPort: ToPort ?? 0,
    }),
  ),
  { minLength: 0, maxLength: 2 },
);

const statelessRule: fc.Arbitrary<StatelessRule> = fc
  .record({
    action: some('aws:pass', 'aws:drop', 'aws:forward_to_sfe', 'aws:forward_to_sfe'),
    protocols: some([6], [6], [17], [1], [6, 17], [253], [], [1, 6, 17]),
    ports: portRanges,
    backwards: oneIn(3),
    addresses: some([], [], ['203.0.113.40/32'], ['203.0.113.0/25', '198.51.100.0/24'], ['0.0.0.0/0']),
    flags: fc.option(
      fc.tuple(
        fc.subarray([...FLAGS], { minLength: 1, maxLength: 2 }),
        fc.subarray([...FLAGS], { maxLength: 2 }),
      ),
      { freq: 3 },
    ),
  })
  .map(({ action, protocols, ports, backwards, addresses, flags }) => {
    const portable = protocols.every((number) => number === 6 || number === 17);
    const definitions = addresses.map((AddressDefinition) => ({ AddressDefinition }));
    const far = backwards ? ('Sources' as const) : ('Destinations' as const);
    return {
      Priority: 1,
      RuleDefinition: {
        Actions: [action],
        MatchAttributes: {
          [far]: definitions,
          ...(portable ? { [backwards ? 'SourcePorts' : 'DestinationPorts']: ports } : {}),
          ...(protocols.length > 0 ? { Protocols: protocols } : {}),
          // A mask holds at least the flags that must be set; none at all stands for every flag.
          ...(flags !== null && protocols.length === 1 && protocols[0] === 6
            ? {
                TCPFlags: [
                  {
                    Flags: flags[0],
                    ...(flags[1].length === 0 ? {} : { Masks: [...new Set([...flags[0], ...flags[1]])] }),
                  },
                ],
              }
            : {}),
        },
      },
    };
  });

const statelessGroup: fc.Arbitrary<RuleGroup> = fc
  .array(statelessRule, { minLength: 1, maxLength: 3 })
  .map((rules) => ({
    RulesSource: {
      StatelessRulesAndCustomActions: {
        // Written in another order than that of their priorities.
        StatelessRules: rules.map((rule, index) => ({ ...rule, Priority: index + 1 })).reverse(),
      },
    },
  }));

const DEFAULTS: readonly (readonly string[])[] = [
  [],
  ['aws:drop_strict', 'aws:alert_strict'],
  ['aws:drop_strict'],
  ['aws:drop_established', 'aws:alert_established'],
  ['aws:drop_established', 'aws:alert_established'],
  ['aws:drop_established'],
  ['aws:drop_established', 'aws:alert_strict'],
  ['aws:alert_established'],
  ['aws:drop_established_app_layer', 'aws:alert_established_app_layer'],
  ['aws:drop_established_app_layer_to_server', 'aws:alert_established_app_layer_to_server'],
];

const policyOf: fc.Arbitrary<FirewallPolicy> = fc
  .record({
    strict: fc.boolean(),
    defaults: some(...DEFAULTS),
    fragments: some('aws:forward_to_sfe', 'aws:drop', 'aws:pass'),
    stateless: fc.oneof(
      { weight: 12, arbitrary: fc.constant('aws:forward_to_sfe') },
      { weight: 1, arbitrary: some('aws:pass', 'aws:drop') },
    ),
    home: some(null, null, ['10.2.0.0/16', '10.9.0.0/16'], ['10.2.3.0/24'], ['10.0.0.0/8']),
    exceptions: some<'DROP' | 'CONTINUE' | 'REJECT' | undefined>(
      undefined,
      undefined,
      'DROP',
      'CONTINUE',
      'REJECT',
    ),
  })
  .map(({ strict, defaults, fragments, stateless, home, exceptions }) => ({
    StatelessDefaultActions: [stateless],
    StatelessFragmentDefaultActions: [fragments],
    ...(strict ? { StatefulDefaultActions: [...defaults] } : {}),
    ...(strict || exceptions !== undefined
      ? {
          StatefulEngineOptions: {
            ...(strict ? { RuleOrder: 'STRICT_ORDER' as const } : {}),
            ...(exceptions === undefined ? {} : { StreamExceptionPolicy: exceptions }),
          },
        }
      : {}),
    ...(home === null ? {} : { PolicyVariables: { RuleVariables: { HOME_NET: { Definition: home } } } }),
  }));

/** Two of three policies have no stateless rules: what those decide, the stateful engine never sees. */
export const triedPolicy: fc.Arbitrary<TriedPolicy> = fc.tuple(policyOf, fc.nat(9)).chain(([policy, die]) => {
  const strict = policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER';
  const sortIt = strict && die < 8;
  return fc.record({
    policy: fc.constant(policy),
    stateful: fc.array(group(strict, sortIt), { minLength: strict ? 0 : 1, maxLength: sortIt ? 2 : 3 }),
    stateless: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(statelessGroup, { minLength: 1, maxLength: 2 }) },
    ),
  });
});

/** A policy as it is or, in strict order, with other groups before its own. */
export function withVariations(tried: TriedPolicy): fc.Arbitrary<TriedPolicy> {
  if (tried.policy.StatefulEngineOptions?.RuleOrder !== 'STRICT_ORDER') return fc.constant(tried);
  const before = fc.array(group(true, true), { maxLength: 2 });
  return before.map((groups) => ({ ...tried, stateful: [...groups, ...tried.stateful] }));
}
