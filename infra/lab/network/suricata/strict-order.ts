/**
 * Which strict-order policies stock Suricata carries exactly. Pure.
 *
 * AWS evaluates strict order as written (aws.md 2.4, NFW developer guide, suricata-rule-evaluation-order); Suricata 7
 * sorts by action: pass, drop, reject, alert. Both agree where a written rule never precedes one of an earlier action
 * that could match the same packets. An alert ends nothing, so before a drop or a reject its place does not matter
 * (Suricata logs both); before a pass it does, since Suricata ends at the pass and the alert is lost.
 */
import { optionOf, type Action, type Rule } from './rule-text';

export interface PlacedRule {
  readonly rule: Rule;
  /** For the sentence: rule group and signature id. */
  readonly label: string;
}

export interface OrderProblem {
  readonly sentence: string;
  /** Whether packets could take another way than in AWS; otherwise only what is logged, or how a block looks, differs. */
  readonly changesVerdict: boolean;
}

const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  tcp: ['tcp'],
  http: ['tcp'],
  http1: ['tcp'],
  http2: ['tcp'],
  tls: ['tcp'],
  ssh: ['tcp'],
  ftp: ['tcp'],
  smtp: ['tcp'],
  imap: ['tcp'],
  udp: ['udp'],
  quic: ['udp'],
  dhcp: ['udp'],
  ntp: ['udp'],
  tftp: ['udp'],
  dns: ['tcp', 'udp'],
  icmp: ['icmp'],
};
const ALL = ['tcp', 'udp', 'icmp', 'other'];
const BITS = ['flowbits', 'xbits', 'hostbits', 'flowint'];

/** The first problem of each kind, or none. */
export function strictOrderProblems(rules: readonly PlacedRule[]): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const bits = rules.find(({ rule }) => rule.options.some(({ keyword }) => BITS.includes(keyword)));
  if (bits !== undefined) {
    problems.push({
      sentence: `${bits.label} keeps state between rules, which Suricata evaluates in another order than strict order`,
      changesVerdict: true,
    });
  }
  const drop = firstPair(rules, ['drop', 'reject'], 'pass');
  if (drop !== null) {
    problems.push({
      sentence: `${drop[0].label} (${drop[0].rule.action}) comes before ${drop[1].label} (pass): Suricata would pass what strict order blocks first`,
      changesVerdict: true,
    });
  }
  const alert = firstPair(rules, ['alert'], 'pass');
  if (alert !== null) {
    problems.push({
      sentence: `${alert[0].label} (alert) comes before ${alert[1].label} (pass): Suricata does not log what it passes`,
      changesVerdict: false,
    });
  }
  const reject = firstPair(rules, ['reject'], 'drop');
  if (reject !== null) {
    problems.push({
      sentence: `${reject[0].label} (reject) comes before ${reject[1].label} (drop): Suricata logs both`,
      changesVerdict: false,
    });
  }
  return problems;
}

/** The first rule with the later action that one with an earlier action precedes, and that one. */
function firstPair(
  rules: readonly PlacedRule[],
  before: readonly Action[],
  after: Action,
): readonly [PlacedRule, PlacedRule] | null {
  const earlier: PlacedRule[] = [];
  for (const placed of rules) {
    const { rule } = placed;
    const first =
      rule.action === after ? earlier.find((candidate) => mayMeet(candidate.rule, rule)) : undefined;
    if (first !== undefined) return [first, placed];
    if (before.includes(rule.action)) earlier.push(placed);
  }
  return null;
}

/** Whether one packet could match both, judged by transport alone. */
function mayMeet(one: Rule, other: Rule): boolean {
  const transports = TRANSPORTS[other.protocol] ?? ALL;
  return (TRANSPORTS[one.protocol] ?? ALL).some((transport) => transports.includes(transport));
}

/**
 * A pass of single packets: a transport rule with a direction. Whether AWS then lets the answers of the connection by
 * under an established default drop is not documented (the guide says a pass ends the scan of the flow; stock Suricata
 * passes the packet), so it is undecided.
 */
export function passesOnlyPackets(rule: Rule): boolean {
  const flow = optionOf(rule, 'flow') ?? '';
  return (
    rule.action === 'pass' &&
    ['ip', 'tcp', 'udp', 'icmp'].includes(rule.protocol) &&
    /to_server|to_client|from_server|from_client/.test(flow)
  );
}
