/** Firewall policies. */
import {
  CreateFirewallPolicyCommand,
  DeleteFirewallPolicyCommand,
  DescribeFirewallPolicyCommand,
  type FirewallPolicyResponse,
  ListFirewallPoliciesCommand,
  ResourceStatus,
  UpdateFirewallPolicyCommand,
} from '@aws-sdk/client-network-firewall';
import type { LabState, StoredFirewallPolicy } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { paginate } from '../paging';
import { validateFirewallPolicy } from './firewall-policy-validation';
import {
  arnOf,
  checkedName,
  checkToken,
  findFirewallPolicy,
  firewallsUsing,
  invalidOperation,
  invalidRequest,
  newUuid,
} from './stored';
import { markInSync } from './sync-state';

export function firewallPolicyHandlers({ state, now, pageSize }: LabContext): Handler[] {
  return [
    on('network-firewall', CreateFirewallPolicyCommand, (input) => {
      const name = checkedName(input.FirewallPolicyName, 'FirewallPolicyName');
      const { FirewallPolicy: policy, Description, Tags } = input;
      if (policy === undefined) throw invalidRequest('FirewallPolicy is required');
      validateFirewallPolicy(state, policy);
      const arn = arnOf(state, 'firewall-policy', name);
      if (state.firewallPolicies.has(arn))
        throw invalidRequest(`A firewall policy with the name ${name} exists already`);
      const response: FirewallPolicyResponse = {
        FirewallPolicyName: name,
        FirewallPolicyArn: arn,
        FirewallPolicyId: newUuid(state),
        FirewallPolicyStatus: 'ACTIVE',
        EncryptionConfiguration: input.EncryptionConfiguration ?? {
          KeyId: 'AWS_OWNED_KMS_KEY',
          Type: 'AWS_OWNED_KMS_KEY',
        },
        LastModifiedTime: now(),
        Tags: Tags ?? [],
        ...(Description === undefined ? {} : { Description }),
      };
      const stored: StoredFirewallPolicy = {
        FirewallPolicy: policy,
        FirewallPolicyResponse: response,
        UpdateToken: newUuid(state),
      };
      if (input.DryRun !== true) state.firewallPolicies.set(arn, stored);
      return { UpdateToken: stored.UpdateToken, FirewallPolicyResponse: withCounts(state, arn, stored) };
    }),
    on('network-firewall', DescribeFirewallPolicyCommand, (input) => {
      const { arn, stored } = findFirewallPolicy(state, {
        name: input.FirewallPolicyName,
        arn: input.FirewallPolicyArn,
      });
      return {
        UpdateToken: stored.UpdateToken,
        FirewallPolicy: stored.FirewallPolicy,
        FirewallPolicyResponse: withCounts(state, arn, stored),
      };
    }),
    on('network-firewall', ListFirewallPoliciesCommand, ({ NextToken, MaxResults }) => {
      const page = paginate([...state.firewallPolicies.values()], {
        token: NextToken,
        limit: MaxResults,
        pageSize,
        invalidToken: invalidRequest,
      });
      return {
        FirewallPolicies: page.items.map(({ FirewallPolicyResponse: policy }) => ({
          Name: policy.FirewallPolicyName,
          Arn: policy.FirewallPolicyArn,
        })),
        NextToken: page.nextToken,
      };
    }),
    on('network-firewall', UpdateFirewallPolicyCommand, (input) => {
      const { arn, stored } = findFirewallPolicy(state, {
        name: input.FirewallPolicyName,
        arn: input.FirewallPolicyArn,
      });
      checkToken(input.UpdateToken, stored.UpdateToken);
      const { FirewallPolicy: policy, Description } = input;
      if (policy === undefined) throw invalidRequest('FirewallPolicy is required');
      validateFirewallPolicy(state, policy);
      const described = Description === undefined ? {} : { Description };
      const changed: StoredFirewallPolicy = {
        FirewallPolicy: policy,
        FirewallPolicyResponse: { ...stored.FirewallPolicyResponse, ...described, LastModifiedTime: now() },
        UpdateToken: newUuid(state),
      };
      if (input.DryRun === true)
        return { UpdateToken: stored.UpdateToken, FirewallPolicyResponse: withCounts(state, arn, changed) };
      state.firewallPolicies.set(arn, changed);
      markInSync(state);
      return { UpdateToken: changed.UpdateToken, FirewallPolicyResponse: withCounts(state, arn, changed) };
    }),
    on('network-firewall', DeleteFirewallPolicyCommand, (input) => {
      const { arn, stored } = findFirewallPolicy(state, {
        name: input.FirewallPolicyName,
        arn: input.FirewallPolicyArn,
      });
      if (firewallsUsing(state, arn).length > 0)
        throw invalidOperation(
          `Unable to delete the firewall policy ${arn} because it is in use by a firewall`,
        );
      state.firewallPolicies.delete(arn);
      return {
        FirewallPolicyResponse: {
          ...stored.FirewallPolicyResponse,
          FirewallPolicyStatus: ResourceStatus.DELETING,
        },
      };
    }),
  ];
}

function withCounts(state: LabState, arn: string, stored: StoredFirewallPolicy): FirewallPolicyResponse {
  const capacity = (references: readonly { ResourceArn: string | undefined }[] | undefined) =>
    (references ?? []).reduce(
      (sum, { ResourceArn: group = '' }) =>
        sum + (state.ruleGroups.get(group)?.RuleGroupResponse.Capacity ?? 0),
      0,
    );
  return {
    ...stored.FirewallPolicyResponse,
    ConsumedStatefulRuleCapacity: capacity(stored.FirewallPolicy.StatefulRuleGroupReferences),
    ConsumedStatelessRuleCapacity: capacity(stored.FirewallPolicy.StatelessRuleGroupReferences),
    NumberOfAssociations: firewallsUsing(state, arn).length,
  };
}
