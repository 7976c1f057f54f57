/**
 * How far each zone's endpoint has the firewall's configuration. The lab's network has met a change before its caller
 * hears of it, so a stored configuration is always in sync.
 *
 * Source: Network Firewall API reference, FirewallStatus, SyncState (a map by availability zone), PerObjectStatus ("in
 * sync with the version indicated in the update token").
 */
import type { PerObjectStatus } from '@aws-sdk/client-network-firewall';
import type { LabState } from '../../state';

/** Writes the current tokens of every firewall's policy and rule groups into its zones' sync states. */
export function markInSync(state: LabState): void {
  for (const { Firewall: firewall, FirewallStatus: status } of state.firewalls.values()) {
    const config = configOf(state, firewall.FirewallPolicyArn ?? '');
    for (const syncState of Object.values(status.SyncStates ?? {})) syncState.Config = { ...config };
  }
}

/** Policy and own rule groups by ARN. Managed rule groups are in AWS's map, too; their tokens are not known here. */
export function configOf(state: LabState, policyArn: string): Record<string, PerObjectStatus> {
  const policy = state.firewallPolicies.get(policyArn);
  if (policy === undefined) return {};
  const { StatefulRuleGroupReferences: stateful = [], StatelessRuleGroupReferences: stateless = [] } =
    policy.FirewallPolicy;
  const config: Record<string, PerObjectStatus> = {
    [policyArn]: { SyncStatus: 'IN_SYNC', UpdateToken: policy.UpdateToken },
  };
  for (const { ResourceArn: arn = '' } of [...stateful, ...stateless]) {
    const group = state.ruleGroups.get(arn);
    if (group !== undefined) config[arn] = { SyncStatus: 'IN_SYNC', UpdateToken: group.UpdateToken };
  }
  return config;
}
