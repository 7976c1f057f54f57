/**
 * What AWS's documents leave open for a strict-order policy, each as one sentence. Pure. Such a policy is raised all the
 * same, so that one can look at it; what it shows is not taken for what AWS would do.
 */
import type { DefaultActions } from './default-actions';
import { leftToDefault } from './own-drops';
import { optionOf, type Rule } from './rule-text';
import type { PlacedRule } from './strict-order';

export interface StrictDoubtsOptions {
  /** The policy's own rules, without those of its default actions. */
  readonly placed: readonly PlacedRule[];
  /** ARNs of the domain lists of type ALLOWLIST. */
  readonly allowLists: readonly string[];
  /** Whether there is a default action that drops. */
  readonly drops: boolean;
  readonly defaults: DefaultActions;
}

/** None where the documents decide every packet. */
export function strictDoubts({
  placed,
  allowLists,
  drops,
  defaults,
}: StrictDoubtsOptions): readonly string[] {
  const packets = placed.find(({ rule }) => passesOnlyPackets(rule));
  const left = defaults.serverDirected === null ? [] : leftToDefault(placed.map(({ rule }) => rule));
  return [
    ...defaults.unfaithful,
    ...(left.length === 0
      ? []
      : [
          `no rule of the policy's own drops all ${left.join(', ')}, and what ${defaults.serverDirected} does with them is not documented`,
        ]),
    ...(drops && packets !== undefined
      ? [
          `${packets.label} passes packets of one direction, and whether AWS's default drop then spares the answers is not documented`,
        ]
      : []),
    ...(!drops && allowLists[0] !== undefined
      ? [
          `${allowLists[0]} is an allow list in strict order without a default drop, and whether AWS then blocks unlisted names is not documented`,
        ]
      : []),
  ];
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
