/**
 * What Network Firewall refuses in a firewall policy.
 *
 * Sources: Network Firewall API reference (FirewallPolicy, StatefulRuleGroupReference, StatefulEngineOptions) and
 * developer guide, suricata-rule-evaluation-order. Which default actions exclude each other is a REPORT (the API's
 * error "StatefulDefaultActions cannot exist together", tried pair by pair); so is the limit of one drop action.
 */
import type { FirewallPolicy, StatefulRuleGroupReference } from '@aws-sdk/client-network-firewall';
import type { LabState } from '../../state';
import { checkCidr, validateStatelessActions } from './rule-group-validation';
import { invalidRequest, isManagedArn } from './stored';

const STRICT_DEFAULT_ACTIONS = [
  'aws:drop_strict',
  'aws:drop_established',
  'aws:drop_established_app_layer',
  'aws:drop_established_app_layer_to_server',
  'aws:alert_strict',
  'aws:alert_established',
  'aws:alert_established_app_layer',
  'aws:alert_established_app_layer_to_server',
];
const MAX_STATEFUL_REFERENCES = 20;

/** Throws InvalidRequestException. */
export function validateFirewallPolicy(state: LabState, policy: FirewallPolicy): void {
  const customActions = new Set((policy.StatelessCustomActions ?? []).map((action) => action.ActionName));
  validateStatelessActions(policy.StatelessDefaultActions ?? [], {
    customActions,
    where: 'StatelessDefaultActions',
  });
  validateStatelessActions(policy.StatelessFragmentDefaultActions ?? [], {
    customActions,
    where: 'StatelessFragmentDefaultActions',
  });
  validateEngineOptions(policy);
  validateDefaultActions(policy);
  for (const [name, { Definition: definition = [] }] of Object.entries(
    policy.PolicyVariables?.RuleVariables ?? {},
  ))
    for (const address of definition) checkCidr(address, `PolicyVariables: ${name}`);
  if (policy.TLSInspectionConfigurationArn !== undefined)
    throw invalidRequest(
      `The TLS inspection configuration ${policy.TLSInspectionConfigurationArn} does not exist: the lab has none`,
    );
  if (policy.EnableTLSSessionHolding === true)
    throw invalidRequest('EnableTLSSessionHolding needs a TLS inspection configuration');
  checkReferences(state, policy);
}

function validateEngineOptions({ StatefulEngineOptions: options }: FirewallPolicy): void {
  const { RuleOrder: order, StreamExceptionPolicy: stream, FlowTimeouts: timeouts } = options ?? {};
  if (order !== undefined && !['DEFAULT_ACTION_ORDER', 'STRICT_ORDER'].includes(order))
    throw invalidRequest(`StatefulEngineOptions.RuleOrder ${order} is invalid`);
  if (stream !== undefined && !['DROP', 'CONTINUE', 'REJECT'].includes(stream))
    throw invalidRequest(`StatefulEngineOptions.StreamExceptionPolicy ${stream} is invalid`);
  const idleSeconds = timeouts?.TcpIdleTimeoutSeconds;
  if (idleSeconds !== undefined && (idleSeconds < 60 || idleSeconds > 6000))
    throw invalidRequest(`TcpIdleTimeoutSeconds ${idleSeconds} is not between 60 and 6000`);
}

function validateDefaultActions(policy: FirewallPolicy): void {
  const actions = policy.StatefulDefaultActions ?? [];
  if (actions.length === 0) return;
  if (!isStrict(policy))
    throw invalidRequest('StatefulDefaultActions are valid only with the rule order STRICT_ORDER');
  const unknown = actions.find((action) => !STRICT_DEFAULT_ACTIONS.includes(action));
  if (unknown !== undefined) throw invalidRequest(`StatefulDefaultActions: ${unknown} is invalid`);
  const drops = actions.filter((action) => action.startsWith('aws:drop'));
  if (drops.length > 1)
    throw invalidRequest(`StatefulDefaultActions cannot exist together: ${drops.join(', ')}`);
  const families = new Set(actions.map(establishedFamily).filter((family) => family !== null));
  if (families.size > 1)
    throw invalidRequest(`StatefulDefaultActions cannot exist together: ${actions.join(', ')}`);
}

/** `established`, or the application layer's variant of it; null for the strict actions, which go with any. */
function establishedFamily(action: string): string | null {
  return /_(established\w*)$/.exec(action)?.[1] ?? null;
}

function isStrict(policy: FirewallPolicy): boolean {
  return policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER';
}

/** The rule groups exist, are of the right type and of the policy's rule order, and their priorities make an order. */
export function checkReferences(state: Pick<LabState, 'ruleGroups'>, policy: FirewallPolicy): void {
  const stateful = policy.StatefulRuleGroupReferences ?? [];
  const stateless = policy.StatelessRuleGroupReferences ?? [];
  if (stateful.length > MAX_STATEFUL_REFERENCES)
    throw invalidRequest(`A policy can have ${MAX_STATEFUL_REFERENCES} stateful rule groups at most`);
  for (const references of [stateful, stateless]) {
    checkUnique(
      references.map((reference) => reference.ResourceArn),
      'The rule group',
    );
    checkUnique(
      references.map((reference) => reference.Priority),
      'The priority',
    );
  }
  for (const { ResourceArn: arn = '' } of stateless) {
    if (state.ruleGroups.get(arn)?.RuleGroupResponse.Type !== 'STATELESS')
      throw invalidRequest(`The stateless rule group ${arn} does not exist`);
  }
  for (const reference of stateful) checkStatefulReference(state, policy, reference);
}

function checkStatefulReference(
  state: Pick<LabState, 'ruleGroups'>,
  policy: FirewallPolicy,
  reference: StatefulRuleGroupReference,
): void {
  const { ResourceArn: arn = '', Priority: priority } = reference;
  if (isStrict(policy) !== (priority !== undefined))
    throw invalidRequest(
      `The reference to ${arn} ${isStrict(policy) ? 'needs' : 'cannot have'} a Priority: the policy's rule order is ${isStrict(policy) ? 'STRICT_ORDER' : 'DEFAULT_ACTION_ORDER'}`,
    );
  const order = isManagedArn(arn) ? managedRuleOrder(arn) : ruleOrderOf(state, arn);
  const policyOrder = isStrict(policy) ? 'STRICT_ORDER' : 'DEFAULT_ACTION_ORDER';
  if (order !== policyOrder)
    throw invalidRequest(
      `The rule group ${arn} has the rule order ${order}, the policy ${policyOrder}: they must be the same`,
    );
}

function ruleOrderOf(state: Pick<LabState, 'ruleGroups'>, arn: string): string {
  const stored = state.ruleGroups.get(arn);
  if (stored?.RuleGroupResponse.Type !== 'STATEFUL')
    throw invalidRequest(`The stateful rule group ${arn} does not exist`);
  return stored.RuleGroup.StatefulRuleOptions?.RuleOrder ?? 'DEFAULT_ACTION_ORDER';
}

/** Names of managed groups end in their rule order. */
function managedRuleOrder(arn: string): string {
  return arn.endsWith('StrictOrder') ? 'STRICT_ORDER' : 'DEFAULT_ACTION_ORDER';
}

function checkUnique(values: readonly (string | number | undefined)[], what: string): void {
  const given = values.filter((value) => value !== undefined);
  const twice = given.find((value, index) => given.indexOf(value) !== index);
  if (twice !== undefined) throw invalidRequest(`${what} ${twice} is used twice in the policy`);
}
