/**
 * Pairs on which model and engine once differed, made small: what was seen, what was wrong, who was right. They are tried
 * before all random ones. `now` is what both say since: an outcome, `undecided` where the model rightly leaves it open,
 * `known` where AWS's documents say otherwise than the engine does (differential-known.fixture.ts).
 */
import type { FirewallPolicy, MatchAttributes, RuleGroup } from '@aws-sdk/client-network-firewall';
import type { TriedFlow } from './differential-flow.fixture';
import type { TriedPolicy } from './differential-policy.fixture';
import { flowShape } from './flow-shape';

export interface DifferentialCase {
  readonly found: string;
  readonly policy: TriedPolicy;
  readonly flow: TriedFlow;
  readonly now: 'passed' | 'dropped' | 'rejected' | 'leaks' | 'undecided' | 'known';
}

const FORWARD = {
  StatelessDefaultActions: ['aws:forward_to_sfe'],
  StatelessFragmentDefaultActions: ['aws:forward_to_sfe'],
};

/** From the VPC to an address of the internet. */
const flow = (parts: Parameters<typeof flowShape>[0]): TriedFlow => ({
  shape: flowShape(parts),
  source: '10.2.3.10',
  destination: '203.0.113.40',
});

const RAW = flow({ transport: 'tcp', port: 9000, application: null });
const OTHER = flow({ transport: 'other', port: null, application: null, protocolNumber: 253 });
const SYN_DATA = flow({ transport: 'tcp', port: 443, application: null, carriedBy: 'syn' });
const tls = (name: string, hello: TriedFlow['shape']['hello'] = 'whole'): TriedFlow =>
  flow({ transport: 'tcp', port: 443, application: 'tls', name, hello });

/** Stateless rules in this order; what they do not match goes to the stateful engine, which stops nothing. */
function stateless(...given: readonly (readonly [string, MatchAttributes])[]): TriedPolicy {
  const StatelessRules = given.map(([action, MatchAttributes], index) => ({
    Priority: index + 1,
    RuleDefinition: { MatchAttributes, Actions: [action] },
  }));
  const source = { StatelessRulesAndCustomActions: { StatelessRules } };
  return { policy: FORWARD, stateful: [], stateless: [{ RulesSource: source }] };
}

/** Action order. */
const rules = (...lines: readonly string[]): TriedPolicy => ({
  policy: FORWARD,
  stateful: [{ RulesSource: { RulesString: lines.join('\n') } }],
  stateless: [],
});

/** Strict order with these default actions. */
function strict(defaults: readonly string[], source?: RuleGroup['RulesSource']): TriedPolicy {
  const policy: FirewallPolicy = {
    ...FORWARD,
    StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' },
    StatefulDefaultActions: [...defaults],
  };
  const StatefulRuleOptions = { RuleOrder: 'STRICT_ORDER' as const };
  const stateful = source === undefined ? [] : [{ RulesSource: source, StatefulRuleOptions }];
  return { policy, stateful, stateless: [] };
}

const KAGGLE: RuleGroup['RulesSource'] = {
  RulesSourceList: {
    Targets: ['.kaggle.com'],
    TargetTypes: ['TLS_SNI', 'HTTP_HOST'],
    GeneratedRulesType: 'ALLOWLIST',
  },
};

export const DIFFERENTIAL_CASES: readonly DifferentialCase[] = [
  {
    found: 'ports with TCP flags: the lab wrote what nft does not take, and no stateless rule was loaded',
    policy: stateless([
      'aws:drop',
      {
        Protocols: [6],
        DestinationPorts: [{ FromPort: 443, ToPort: 443 }],
        TCPFlags: [{ Flags: ['SYN'], Masks: ['SYN', 'ACK'] }],
      },
    ]),
    flow: tls('example.com'),
    now: 'dropped',
  },
  {
    found: 'TCP flags without masks: the lab looked at the flags alone, the API reference says all flags',
    policy: stateless(['aws:drop', { Protocols: [6], TCPFlags: [{ Flags: ['PSH'] }] }]),
    flow: RAW,
    now: 'passed',
  },
  {
    found: 'other protocols under drop_strict: the lab let them pass, since its engine has no flow for them',
    policy: strict(['aws:drop_strict', 'aws:alert_strict']),
    flow: OTHER,
    now: 'dropped',
  },
  {
    found:
      'other protocols under drop_established: the lab let them pass, since its engine has no flow for them',
    policy: strict(['aws:drop_established', 'aws:alert_established']),
    flow: OTHER,
    now: 'dropped',
  },
  {
    found: 'a pass of one direction of a protocol without flows: the model had the answer pass too',
    policy: strict(['aws:drop_strict'], { RulesString: 'pass ip any any -> 203.0.113.0/24 any (sid:1;)' }),
    flow: OTHER,
    now: 'undecided',
  },
  {
    found: 'action order, a drop and a reject of one packet: the model said dropped, the engine does both',
    policy: rules(
      'reject tcp $HOME_NET any -> any 443 (flow:stateless; sid:1;)',
      'drop ip any any -> any any (ip_proto:!17; sid:3;)',
    ),
    flow: tls('example.com'),
    now: 'rejected',
  },
  {
    found: 'an alert default beside no drop: the model called its record one of a block',
    policy: strict(['aws:alert_strict']),
    flow: SYN_DATA,
    now: 'leaks',
  },
  {
    found:
      'an alert rule that matches the packet which the default drops: its record has the verdict, the model had none',
    policy: strict(['aws:drop_strict'], {
      RulesString: 'alert tcp any any -> any any (flow:stateless; sid:1;)',
    }),
    flow: RAW,
    now: 'dropped',
  },
  {
    found:
      'an allowed hello in small segments under drop_established: the model said dropped, the engine passes it',
    policy: strict(['aws:drop_established', 'aws:alert_established'], KAGGLE),
    flow: tls('kaggle.com', 'small-segments'),
    now: 'undecided',
  },
  {
    found:
      'a pass with a negated app-layer-protocol: the model had the whole flow pass, the engine only the packets',
    policy: rules(
      'pass tcp 10.2.0.0/16 any <> any any (flow:to_server,established; app-layer-protocol:!ssh; sid:1;)',
      'reject tls any any <> 203.0.113.40 !80 (tls.version:1.2; sid:5;)',
    ),
    flow: tls('other.invalid'),
    now: 'undecided',
  },
  {
    found: 'app-layer-protocol:failed: the model had it never hold, it holds once nothing was recognized',
    policy: rules('drop tcp any any -> any any (app-layer-protocol:failed; sid:2;)'),
    flow: RAW,
    now: 'undecided',
  },
  {
    found:
      'a negated endswith: the engine takes the first occurrence, and where that is not at the end the condition holds',
    policy: rules(
      'drop tls any any -> any any (flow:to_server,established; tls.sni; content:!".com"; endswith; sid:1;)',
    ),
    flow: tls('kaggle.com.example.com'),
    now: 'undecided',
  },
  {
    found:
      'a server that speaks first under drop_established: the lab dropped its greeting, the guide has it come in',
    policy: strict(['aws:drop_established']),
    flow: flow({ transport: 'tcp', port: 2525, application: null, firstSpeaker: 'server' }),
    now: 'leaks',
  },
  {
    found:
      'a datagram in fragments under a default drop: the model said dropped, all but the last fragment left',
    policy: strict(['aws:drop_established', 'aws:alert_established']),
    flow: flow({ transport: 'udp', port: 9000, application: null, fragmented: true }),
    now: 'undecided',
  },
  {
    found:
      'a drop with noalert beside an alert default: the lab writes the default for it, AWS for unmatched packets only',
    policy: strict(['aws:alert_strict'], {
      RulesString: 'drop ip any any -> any any (flow:to_server; noalert; sid:2;)',
    }),
    flow: RAW,
    now: 'known',
  },
  {
    found:
      "a handshake's acknowledgement that the stream exception policy drops: the model ended there, data that passes the stateless engine completes the handshake",
    policy: stateless(
      [
        'aws:forward_to_sfe',
        {
          Protocols: [6],
          DestinationPorts: [{ FromPort: 443, ToPort: 443 }],
          TCPFlags: [{ Flags: ['ACK'], Masks: ['ACK', 'FIN'] }],
        },
      ],
      ['aws:pass', {}],
    ),
    flow: flow({ transport: 'tcp', port: 443, application: null, carriedBy: 'fin' }),
    now: 'passed',
  },
  {
    found:
      "a server that speaks first and never gets the handshake's acknowledgement: the model had its greeting come in, it does not accept",
    policy: stateless(
      ['aws:forward_to_sfe', { Protocols: [6], TCPFlags: [{ Flags: ['SYN'], Masks: ['SYN', 'ACK'] }] }],
      ['aws:forward_to_sfe', { Protocols: [6], Sources: [{ AddressDefinition: '203.0.113.40/32' }] }],
      ['aws:drop', {}],
    ),
    flow: flow({ transport: 'tcp', port: 22, application: 'ssh', firstSpeaker: 'server' }),
    now: 'dropped',
  },
  {
    found:
      "a reject of the handshake's acknowledgement: the model said rejected, data that follows at once arrives",
    policy: rules('reject tcp any any -> any any (flow:not_established; flags:A; sid:2;)'),
    flow: tls('example.com', 'unfinished'),
    now: 'undecided',
  },
  {
    found: 'a reject without a record and a drop with one on the same packet: the model had no record',
    policy: rules(
      'reject ip any any -> any any (flow:established; noalert; sid:3;)',
      'drop tcp !$EXTERNAL_NET any -> any any (flow:established; sid:4;)',
    ),
    flow: flow({ transport: 'tcp', port: 2525, application: null, firstSpeaker: 'server' }),
    now: 'dropped',
  },
  {
    found:
      'a pass of TLS by its protocol alone: the model had the whole flow pass, the engine only the packets',
    policy: rules(
      'pass tls any any -> any 443 (flow:to_server,established; sid:3;)',
      'reject tls 10.2.0.0/16 any <> any 443 (sid:2;)',
    ),
    flow: tls('pypi.org'),
    now: 'undecided',
  },
  {
    found: 'flags:*SR beside established: the model said dropped, the engine never matches it',
    policy: rules('drop tcp any any -> any any (flow:established,to_server; flags:*SR; sid:2;)'),
    flow: flow({ transport: 'tcp', port: 9000, application: null, carriedBy: 'rst' }),
    now: 'undecided',
  },
  {
    found:
      'a priority in strict order: the lab let its engine sort by it, the guide has it count in action order only',
    policy: strict([], {
      RulesString: [
        'pass tls any any -> any any (flow:established; tls.sni; content:"www."; startswith; nocase; sid:1;)',
        'pass tcp-stream any any -> any any (flow:established; priority:2; sid:2;)',
        'drop ip any any -> any any (flow:established; ip_proto:6; sid:4;)',
      ].join('\n'),
    }),
    flow: tls('www.kaggle.com'),
    now: 'passed',
  },
];
