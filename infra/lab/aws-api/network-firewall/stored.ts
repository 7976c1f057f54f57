/** Finding Network Firewall's stored resources by name or ARN, their ARNs, update tokens and errors. */
import {
  InvalidOperationException,
  InvalidRequestException,
  InvalidTokenException,
  ResourceNotFoundException,
} from '@aws-sdk/client-network-firewall';
import {
  type LabState,
  newId,
  type StoredFirewall,
  type StoredFirewallPolicy,
  type StoredRuleGroup,
} from '../../state';

export function invalidRequest(message: string): InvalidRequestException {
  return new InvalidRequestException({ $metadata: {}, message });
}

export function invalidOperation(message: string): InvalidOperationException {
  return new InvalidOperationException({ $metadata: {}, message });
}

export function notFound(message: string): ResourceNotFoundException {
  return new ResourceNotFoundException({ $metadata: {}, message });
}

export type ResourceKind =
  | 'firewall'
  | 'firewall-policy'
  | 'stateful-rulegroup'
  | 'stateless-rulegroup'
  | 'vpc-endpoint-association';

export function arnOf(state: LabState, kind: ResourceKind, name: string): string {
  return `arn:${state.partition}:network-firewall:${state.region}:${state.account}:${kind}/${name}`;
}

/** Names of firewalls, policies and rule groups: Network Firewall API reference, CreateFirewall. */
export function checkedName(name: string | undefined, what: string): string {
  if (name === undefined || !/^[a-zA-Z0-9-]{1,128}$/.test(name))
    throw invalidRequest(`${what} ${String(name)} must have 1 to 128 letters, digits and dashes`);
  return name;
}

/**
 * A fresh UUID: the form of every update token, which each change renews, and of the ids of firewalls, policies, rule groups
 * and endpoint associations (service model, ResourceId).
 */
export function newUuid(state: LabState): string {
  const digits = newId(state, 'uuid').slice('uuid-'.length).padStart(32, '0');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}

/** Optimistic locking: a token that is not the resource's current one is stale. */
export function checkToken(given: string | undefined, current: string): void {
  if (given !== undefined && given !== current)
    throw new InvalidTokenException({
      $metadata: {},
      message: "The token you provided is stale or isn't valid for the operation.",
    });
}

export interface NameOrArn {
  readonly name: string | undefined;
  readonly arn: string | undefined;
}

export function findFirewall(
  state: LabState,
  { name, arn }: NameOrArn,
): { readonly arn: string; readonly stored: StoredFirewall } {
  const key = keyFor(state, 'firewall', { name, arn });
  const stored = state.firewalls.get(key);
  if (stored === undefined) throw notFound(`Firewall ${name ?? arn} not found.`);
  return { arn: key, stored };
}

export function findFirewallPolicy(
  state: LabState,
  { name, arn }: NameOrArn,
): { readonly arn: string; readonly stored: StoredFirewallPolicy } {
  const key = keyFor(state, 'firewall-policy', { name, arn });
  const stored = state.firewallPolicies.get(key);
  if (stored === undefined) throw notFound(`Firewall policy ${name ?? arn} not found.`);
  return { arn: key, stored };
}

export function findRuleGroup(
  state: LabState,
  { name, arn, type }: NameOrArn & { readonly type: string | undefined },
): { readonly arn: string; readonly stored: StoredRuleGroup } {
  if (arn === undefined && type === undefined)
    throw invalidRequest('Type is required when a rule group is named without its ARN');
  if (arn !== undefined && isManagedArn(arn))
    throw notFound(`The lab does not have the contents of the managed rule group ${arn}`);
  const key = keyFor(state, type === 'STATELESS' ? 'stateless-rulegroup' : 'stateful-rulegroup', {
    name,
    arn,
  });
  const stored = state.ruleGroups.get(key);
  if (stored === undefined) throw notFound(`Rule group ${name ?? arn} not found.`);
  return { arn: key, stored };
}

/** Rule groups of AWS's own have `aws-managed` in place of the account. */
export function isManagedArn(arn: string): boolean {
  return /^arn:[\w-]+:network-firewall:[\w-]+:aws-managed:stateful-rulegroup\/[\w-]+$/.test(arn);
}

function keyFor(state: LabState, kind: ResourceKind, { name, arn }: NameOrArn): string {
  if (arn !== undefined) return arn;
  if (name !== undefined) return arnOf(state, kind, name);
  throw invalidRequest('Either the name or the ARN of the resource is required');
}

export function policiesUsing(state: LabState, ruleGroupArn: string): StoredFirewallPolicy[] {
  return [...state.firewallPolicies.values()].filter(({ FirewallPolicy: policy }) =>
    [...(policy.StatefulRuleGroupReferences ?? []), ...(policy.StatelessRuleGroupReferences ?? [])].some(
      (reference) => reference.ResourceArn === ruleGroupArn,
    ),
  );
}

export function firewallsUsing(state: LabState, policyArn: string): StoredFirewall[] {
  return [...state.firewalls.values()].filter(
    ({ Firewall: firewall }) => firewall.FirewallPolicyArn === policyArn,
  );
}
