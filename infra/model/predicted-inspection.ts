/** What a firewall makes of one flow that reaches one of its endpoints. */
import type { Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { FirewallVerdict } from './firewall/evaluate';
import { evaluateFlow } from './firewall/evaluate';
import { standingsFor } from './firewall/endpoint-standing';
import type { EnforcedPolicy } from './firewall/firewall-policy';
import { enforcedPolicy } from './firewall/firewall-policy';
import type { FlowShape } from './flow-shape';
import { ask } from './known';
import type { Network } from './network';
import type { DecidingRule, Prediction } from './prediction';
import type { Meeting } from './predicted-way';

export type Inspected =
  | { readonly outcome: 'passed'; readonly because: string; readonly rule: DecidingRule | null }
  | Exclude<Prediction, { readonly outcome: 'open' }>;

/** More addresses than a NAT gateway can have (VPC user guide, "NAT gateway basics": up to 8) mean that the source is not known. */
const MOST_SOURCES = 16n;

/**
 * The verdict of the firewall behind an endpoint. Undecided for inspection by another vendor, for an endpoint that does not
 * surely stand, and while the firewall is changing: then nobody knows which version of its policy is in force. Also where
 * the verdict depends on which of a NAT gateway's addresses the flow gets.
 *
 * Facts: aws.md 1.29 (Network Firewall API reference, `FirewallStatus`).
 */
export function inspectedAt(
  snapshot: Snapshot,
  network: Network,
  {
    endpoint,
    shape,
  }: { readonly endpoint: Extract<Meeting, { kind: 'firewall-endpoint' }>; readonly shape: FlowShape },
): Inspected {
  const verdicts = ask(() => verdictsAt(snapshot, network, { endpoint, shape }));
  if (!verdicts.known) return { outcome: 'undecided', because: verdicts.because };
  const [first, ...others] = verdicts.value;
  if (first === undefined)
    return { outcome: 'undecided', because: `the source of what reaches ${endpoint.id} is not known` };
  const other = others.find((verdict) => JSON.stringify(verdict) !== JSON.stringify(first));
  if (other !== undefined)
    return {
      outcome: 'undecided',
      because: `what ${endpoint.firewallArn} makes of it depends on the NAT gateway's address that it gets`,
    };
  return asPrediction(first, {
    firewallArn: endpoint.firewallArn,
    logs: writesAlerts(snapshot, endpoint.firewallArn),
  });
}

function verdictsAt(
  snapshot: Snapshot,
  network: Network,
  {
    endpoint,
    shape,
  }: { readonly endpoint: Extract<Meeting, { kind: 'firewall-endpoint' }>; readonly shape: FlowShape },
): readonly FirewallVerdict[] {
  const { id, firewallArn, family, sources, destination } = endpoint;
  const firewall = returned(
    sectionValue(snapshot, 'firewalls').find(({ Firewall: one }) => one?.FirewallArn === firewallArn),
    `the firewall behind ${id} (${firewallArn})`,
  );
  const standing = standingsFor(snapshot, network).find((one) => one.id === id);
  if (standing?.standing !== 'stands') {
    const because = standing?.because ?? `whether ${id} stands was not returned`;
    return [{ outcome: 'undecided', because }];
  }
  const summary = returned(
    firewall.FirewallStatus?.ConfigurationSyncStateSummary,
    `ConfigurationSyncStateSummary of ${firewallArn}`,
  );
  if (summary !== 'IN_SYNC')
    return [
      { outcome: 'undecided', because: `ConfigurationSyncStateSummary of ${firewallArn} is ${summary}` },
    ];
  const policy = policyOnce(snapshot, firewallArn, () => enforcedPolicy(snapshot, firewall));
  const each = sources.flatMap(({ first, last }) =>
    last - first < MOST_SOURCES
      ? Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index))
      : [],
  );
  return each.map((source) => evaluateFlow(policy, { shape, family, source, destination }));
}

/** Every flow of a battery asks, and a snapshot never changes. */
const understoodOnce = new WeakMap<Snapshot, Map<string, EnforcedPolicy>>();

function policyOnce(snapshot: Snapshot, firewallArn: string, make: () => EnforcedPolicy): EnforcedPolicy {
  const known = understoodOnce.get(snapshot) ?? new Map<string, EnforcedPolicy>();
  understoodOnce.set(snapshot, known);
  const policy = known.get(firewallArn) ?? make();
  known.set(firewallArn, policy);
  return policy;
}

function asPrediction(
  verdict: FirewallVerdict,
  { firewallArn, logs }: { readonly firewallArn: string; readonly logs: boolean | null },
): Inspected {
  if (verdict.outcome === 'undecided') return verdict;
  const { by, rule } = verdict;
  // The ARN ends in the firewall's name, which is enough beside the rule.
  const name = `the firewall ${firewallArn.split('/').at(-1) ?? firewallArn}`;
  switch (verdict.outcome) {
    case 'passed':
      return { outcome: 'passed', because: `${name} passes it by ${by}`, rule };
    case 'leaks':
      return {
        outcome: 'leaks',
        by: 'firewall',
        because: `${name} stops it by ${by}, but late: ${verdict.how}`,
        rule,
      };
    case 'dropped':
    case 'rejected': {
      const [how, verb] =
        verdict.outcome === 'dropped' ? (['drop', 'drops'] as const) : (['reject', 'rejects'] as const);
      // Without an ALERT log nothing is on record, whatever the rule says; where that was not read, it is open.
      const logged =
        verdict.logged === null && logs === true ? null : verdict.logged === false ? false : logs;
      return {
        outcome: 'blocked',
        by: 'firewall',
        how,
        logged,
        because: `${name} ${verb} it by ${by}`,
        rule,
      };
    }
  }
  return verdict satisfies never;
}

/** Whether a firewall has an ALERT log at all; null where that was not read. */
function writesAlerts(snapshot: Snapshot, firewallArn: string): boolean | null {
  const { loggingConfigurations: section } = snapshot.sections;
  if (section.status !== 'read') return null;
  return section.value
    .filter((one) => one.FirewallArn === undefined || one.FirewallArn === firewallArn)
    .flatMap((one) => one.LoggingConfiguration?.LogDestinationConfigs ?? [])
    .some(({ LogType }) => LogType === 'ALERT');
}
