/** The proof against a simulation that knows nothing of classes: single packets of single flows, one after the other. */
import * as fc from 'fast-check';
import { parseAddress, parseCidr } from '../cidr';
import type { DropDefault, EnforcedPolicy } from './firewall-policy';
import { addressesOf } from './header-expression';
import type { Variables } from './header-expression';
import type { Rule } from './rule';
import { ruleOf } from './rule-meaning';
import { parseRules } from './suricata-rule';
import type { Ends } from './unlisted-flows';
import { unlistedProof } from './unlisted-proof';

const NONE: Variables = { addresses: new Map(), ports: new Map() };
const HOME: Variables = {
  addresses: new Map([
    ['HOME_NET', addressesOf('10.2.0.0/16', NONE)],
    ['EXTERNAL_NET', addressesOf('!10.2.0.0/16', NONE)],
  ]),
  ports: new Map(),
};
const NAT = parseAddress('10.2.2.5').value;
const ENDS: Ends = {
  sources: { ipv4: [{ first: NAT, last: NAT }], ipv6: [] },
  inside: { ipv4: [parseCidr('10.2.0.0/16')], ipv6: [] },
};

const DEFAULTS: Readonly<Record<DropDefault, readonly string[]>> = {
  none: [],
  strict: ['aws:drop_strict'],
  established: ['aws:drop_established'],
  'application-layer': ['aws:drop_established_app_layer'],
};

interface PolicyOptions {
  readonly text: string;
  readonly strictOrder?: boolean;
  readonly dropDefault?: DropDefault;
}

function policy({ text, strictOrder = true, dropDefault = 'established' }: PolicyOptions): EnforcedPolicy {
  const rules = parseRules(text).map((parsed, index): Rule => {
    if (!parsed.understood) throw new Error(parsed.problem.message);
    const rule = ruleOf(parsed.rule, `rule ${index + 1}`, HOME);
    if (rule === null) throw new Error('the action is not known');
    return rule;
  });
  return {
    firewallArn: 'firewall',
    policyArn: 'policy',
    strictOrder,
    stateless: { rules: [], defaultAction: 'forward', fragmentDefaultAction: 'drop' },
    rules,
    dropDefault,
    defaultActions: DEFAULTS[dropDefault],
    dropDefaultLogs: true,
    inspectsTls: false,
    streamExceptionPolicy: 'DROP',
  };
}

const statusOf = (options: PolicyOptions) => unlistedProof(policy(options), ENDS).status;

describe('rules of an allow list', () => {
  const kaggle =
    'tls $HOME_NET any -> $EXTERNAL_NET any (tls.sni; dotprefix; content:".kaggle.com"; nocase; endswith; sid:1;)';

  test.each([
    ['a name before a drop default', `pass ${kaggle}`, 'holds'],
    ['one destination by its address', 'pass tcp any any -> 162.159.200.1 any (sid:1;)', 'holds'],
    ['one destination, either way round', 'pass tcp $HOME_NET any <> 162.159.200.1 any (sid:1;)', 'holds'],
    ['a /8', 'pass tcp any any -> 52.0.0.0/8 any (sid:1;)', 'holds'],
    ['more than a /8', 'pass tcp any any -> [52.0.0.0/8, 54.0.0.0/16] any (sid:1;)', 'violated'],
    [
      'two narrow rules that are wide together',
      'pass tcp any any -> 52.0.0.0/8 any (sid:1;)\npass tcp any any -> 54.0.0.0/8 any (sid:2;)',
      'violated',
    ],
    ['everything to itself, either way round', 'pass ip any any <> 10.2.0.0/16 any (sid:1;)', 'violated'],
    ['answers to Studio from anywhere', 'pass ip any any -> 10.2.0.0/16 any (sid:1;)', 'undecided'],
    ['a port', 'pass tcp any any -> any 22 (flow:established,to_server; sid:1;)', 'violated'],
    [
      'a port that an earlier rule drops',
      'drop tcp any any -> any 22 (sid:1;)\npass tcp $HOME_NET any -> $EXTERNAL_NET 22 (sid:2;)',
      'holds',
    ],
    [
      'a port from anywhere, which answers to a client on that port match too',
      'drop tcp any any -> any 22 (sid:1;)\npass tcp any any -> any 22 (sid:2;)',
      'undecided',
    ],
    ['a port for another network', 'pass tcp 192.168.0.0/16 any -> any 22 (sid:1;)', 'holds'],
    [
      'the bare acknowledgement first',
      'pass tls any any -> any any (sid:1;)\ndrop tcp any any -> any any (flow:established; sid:2;)',
      'undecided',
    ],
    ['established UDP only', 'pass udp any any -> any any (flow:established; sid:1;)', 'holds'],
    [
      'names that do not contain something',
      'pass tls any any -> any any (tls.sni; content:!"example.com"; sid:1;)',
      'violated',
    ],
    [
      'a condition that is not evaluated, on another application',
      'pass ssh any any -> any any (ssh.proto; content:"2.0"; sid:1;)',
      'undecided',
    ],
    [
      'a name that a transformation with a value rewrites first',
      'pass tls any any -> any any (tls.sni; pcrexform:"(.*)"; content:".kaggle.com"; endswith; sid:1;)',
      'undecided',
    ],
    [
      'bytes in a name',
      'pass tls any any -> any any (tls.sni; content:"|6b|"; nocase; endswith; sid:1;)',
      'undecided',
    ],
  ] as const)('passing %s: %s', (_what, text, status) => {
    expect(statusOf({ text })).toBe(status);
  });

  test('without anything behind it, the same list leaks', () => {
    expect(statusOf({ text: `pass ${kaggle}`, dropDefault: 'none' })).toBe('violated');
  });

  test('a drop default of the application layer says nothing about UDP', () => {
    expect(statusOf({ text: `pass ${kaggle}`, dropDefault: 'application-layer' })).toBe('undecided');
    // Nor about bytes of no known protocol: the server-directed variant lets answers to them in.
    const closed = 'drop ip any any -> any any (ip_proto:!6; sid:3;)\ndrop udp any any -> any any (sid:4;)';
    const toServer = ['aws:drop_established_app_layer_to_server'];
    const open = { ...policy({ text: closed, dropDefault: 'application-layer' }), defaultActions: toServer };
    expect(unlistedProof(open, ENDS).status).toBe('undecided');
    const udp = 'drop udp any any -> any any (sid:4;)';
    expect(statusOf({ text: udp, dropDefault: 'application-layer' })).toBe('undecided');
    const rest = 'drop ip any any -> any any (ip_proto:!6; sid:3;)';
    expect(statusOf({ text: `${rest}\n${udp}`, dropDefault: 'application-layer' })).toBe('holds');
  });

  test('in action order a pass comes first wherever it stands', () => {
    const text =
      'drop tcp any any -> any any (sid:1;)\npass tcp any any -> any 22 (sid:2;)\ndrop ip any any -> any any (sid:3;)';
    expect(statusOf({ text, strictOrder: false, dropDefault: 'none' })).toBe('violated');
    expect(statusOf({ text, strictOrder: true, dropDefault: 'none' })).toBe('holds');
  });
});

interface TinyRule {
  readonly action: 'pass' | 'drop';
  readonly protocol: 'ip' | 'tcp' | 'udp' | 'icmp';
  readonly half: 'any' | 'low' | 'high' | 'not low';
  readonly port: 'any' | '22' | '!22';
  readonly established: boolean;
}

const tinyRule: fc.Arbitrary<TinyRule> = fc.record({
  action: fc.constantFrom('pass', 'drop'),
  protocol: fc.constantFrom('ip', 'tcp', 'udp', 'icmp'),
  half: fc.constantFrom('any', 'low', 'high', 'not low'),
  port: fc.constantFrom('any', '22', '!22'),
  established: fc.boolean(),
});

const HALVES = { any: 'any', low: '0.0.0.0/1', high: '128.0.0.0/1', 'not low': '!0.0.0.0/1' };

const ruleText = ({ action, protocol, half, port, established }: TinyRule, index: number): string => {
  const ports = protocol === 'tcp' || protocol === 'udp' ? port : 'any';
  const flow = established && protocol === 'tcp' ? 'flow:established,to_server; ' : 'flow:to_server; ';
  return `${action} ${protocol} $HOME_NET any -> ${HALVES[half]} ${ports} (${flow}sid:${index + 1};)`;
};

interface TinyFlow {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'other';
  readonly low: boolean;
  readonly port: number;
}

const FLOWS: readonly TinyFlow[] = (['tcp', 'udp', 'icmp', 'other'] as const).flatMap((protocol) =>
  [true, false].flatMap((low) => [22, 443].map((port) => ({ protocol, low, port }))),
);

/** The client's packets in turn: the first that a rule or the default decides, decides. */
function gets(
  flow: TinyFlow,
  rules: readonly TinyRule[],
  options: { readonly strictOrder: boolean; readonly dropDefault: DropDefault },
): boolean {
  const ordered = options.strictOrder
    ? rules
    : [
        ...rules.filter(({ action }) => action === 'pass'),
        ...rules.filter(({ action }) => action === 'drop'),
      ];
  for (const established of flow.protocol === 'tcp' ? [false, true] : [false]) {
    const rule = ordered.find((one) => {
      const hasPorts = one.protocol === 'tcp' || one.protocol === 'udp';
      const needs = one.established && one.protocol === 'tcp';
      return (
        (one.protocol === 'ip' || one.protocol === flow.protocol) &&
        (one.half === 'any' || (one.half === 'low') === flow.low) &&
        (!hasPorts || one.port === 'any' || (one.port === '22') === (flow.port === 22)) &&
        (!needs || established)
      );
    });
    if (rule !== undefined) return rule.action === 'pass';
    if (options.dropDefault === 'strict') return false;
    if (options.dropDefault === 'established' && (established || flow.protocol !== 'tcp')) return false;
  }
  return true;
}

test('the proof holds exactly when no simulated flow gets through', () => {
  fc.assert(
    fc.property(
      fc.array(tinyRule, { maxLength: 5 }),
      fc.boolean(),
      fc.constantFrom<DropDefault>('none', 'strict', 'established'),
      (rules, strictOrder, wanted) => {
        const dropDefault = strictOrder ? wanted : 'none';
        const proof = unlistedProof(
          policy({ text: rules.map(ruleText).join('\n'), strictOrder, dropDefault }),
          ENDS,
        );
        const through = FLOWS.some((flow) => gets(flow, rules, { strictOrder, dropDefault }));
        expect(proof.status).toBe(through ? 'violated' : 'holds');
      },
    ),
    { numRuns: 300 },
  );
});
