/** Rule groups. */
import {
  CreateRuleGroupCommand,
  DeleteRuleGroupCommand,
  DescribeRuleGroupCommand,
  DescribeRuleGroupMetadataCommand,
  ListRuleGroupsCommand,
  type RuleGroup,
  type RuleGroupResponse,
  ResourceStatus,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-network-firewall';
import type { LabState, StoredRuleGroup } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { paginate } from '../paging';
import { checkReferences } from './firewall-policy-validation';
import { validateRuleGroup } from './rule-group-validation';
import {
  arnOf,
  checkedName,
  checkToken,
  findRuleGroup,
  invalidOperation,
  invalidRequest,
  newUuid,
  policiesUsing,
} from './stored';
import { markInSync } from './sync-state';

export function ruleGroupHandlers({ state, now, pageSize }: LabContext): Handler[] {
  return [
    on('network-firewall', CreateRuleGroupCommand, (input) => {
      const { Type: type = '', Capacity: capacity = 0, DryRun: dryRun, Tags, Description } = input;
      const name = checkedName(input.RuleGroupName, 'RuleGroupName');
      if (capacity < 1) throw invalidRequest(`Capacity ${capacity} must be at least 1`);
      const ruleGroup = ruleGroupOf(input);
      const consumed = validateRuleGroup(ruleGroup, { type, capacity });
      const arn = arnOf(state, type === 'STATELESS' ? 'stateless-rulegroup' : 'stateful-rulegroup', name);
      if (state.ruleGroups.has(arn))
        throw invalidRequest(`A rule group with the name ${name} exists already`);
      const response: RuleGroupResponse = {
        RuleGroupArn: arn,
        RuleGroupName: name,
        RuleGroupId: newUuid(state),
        Type: input.Type,
        Capacity: capacity,
        ConsumedCapacity: consumed,
        RuleGroupStatus: 'ACTIVE',
        EncryptionConfiguration: input.EncryptionConfiguration ?? {
          KeyId: 'AWS_OWNED_KMS_KEY',
          Type: 'AWS_OWNED_KMS_KEY',
        },
        LastModifiedTime: now(),
        Tags: Tags ?? [],
        ...(Description === undefined ? {} : { Description }),
      };
      const UpdateToken = newUuid(state);
      if (dryRun !== true)
        state.ruleGroups.set(arn, { RuleGroup: ruleGroup, RuleGroupResponse: response, UpdateToken });
      return { UpdateToken, RuleGroupResponse: response };
    }),
    on('network-firewall', DescribeRuleGroupCommand, (input) => {
      const { arn, stored } = findRuleGroup(state, {
        name: input.RuleGroupName,
        arn: input.RuleGroupArn,
        type: input.Type,
      });
      return {
        UpdateToken: stored.UpdateToken,
        RuleGroup: stored.RuleGroup,
        RuleGroupResponse: withAssociations(state, arn, stored),
      };
    }),
    on('network-firewall', DescribeRuleGroupMetadataCommand, (input) => {
      const { stored } = findRuleGroup(state, {
        name: input.RuleGroupName,
        arn: input.RuleGroupArn,
        type: input.Type,
      });
      const { RuleGroupArn, RuleGroupName, Description, Type, Capacity, LastModifiedTime } =
        stored.RuleGroupResponse;
      return {
        RuleGroupArn,
        RuleGroupName,
        Description,
        Type,
        Capacity,
        LastModifiedTime,
        StatefulRuleOptions: stored.RuleGroup.StatefulRuleOptions,
      };
    }),
    on('network-firewall', ListRuleGroupsCommand, (input) => {
      const owned = input.Scope === 'MANAGED' ? [] : [...state.ruleGroups.values()];
      const groups = owned.filter(
        ({ RuleGroupResponse: group }) => input.Type === undefined || group.Type === input.Type,
      );
      const page = paginate(groups, {
        token: input.NextToken,
        limit: input.MaxResults,
        pageSize,
        invalidToken: invalidRequest,
      });
      return {
        RuleGroups: page.items.map(({ RuleGroupResponse: group }) => ({
          Name: group.RuleGroupName,
          Arn: group.RuleGroupArn,
        })),
        NextToken: page.nextToken,
      };
    }),
    on('network-firewall', UpdateRuleGroupCommand, (input) => {
      const { arn, stored } = findRuleGroup(state, {
        name: input.RuleGroupName,
        arn: input.RuleGroupArn,
        type: input.Type,
      });
      checkToken(input.UpdateToken, stored.UpdateToken);
      const ruleGroup = ruleGroupOf(input);
      const { Type: type = '', Capacity: capacity = 0 } = stored.RuleGroupResponse;
      const consumed = validateRuleGroup(ruleGroup, { type, capacity });
      const changed: StoredRuleGroup = {
        RuleGroup: ruleGroup,
        RuleGroupResponse: {
          ...stored.RuleGroupResponse,
          ...described(input),
          ConsumedCapacity: consumed,
          LastModifiedTime: now(),
        },
        UpdateToken: newUuid(state),
      };
      for (const { FirewallPolicy: policy } of policiesUsing(state, arn))
        checkReferences({ ...state, ruleGroups: new Map(state.ruleGroups).set(arn, changed) }, policy);
      if (input.DryRun === true)
        return { UpdateToken: stored.UpdateToken, RuleGroupResponse: changed.RuleGroupResponse };
      state.ruleGroups.set(arn, changed);
      markInSync(state);
      return { UpdateToken: changed.UpdateToken, RuleGroupResponse: withAssociations(state, arn, changed) };
    }),
    on('network-firewall', DeleteRuleGroupCommand, (input) => {
      const { arn, stored } = findRuleGroup(state, {
        name: input.RuleGroupName,
        arn: input.RuleGroupArn,
        type: input.Type,
      });
      if (policiesUsing(state, arn).length > 0)
        throw invalidOperation(
          `Unable to delete the rule group ${arn} because it is in use by a firewall policy`,
        );
      state.ruleGroups.delete(arn);
      return { RuleGroupResponse: { ...stored.RuleGroupResponse, RuleGroupStatus: ResourceStatus.DELETING } };
    }),
  ];
}

/** The rules, given as a structure or as one text in Suricata's language. */
function ruleGroupOf({
  RuleGroup: ruleGroup,
  Rules: rules,
}: {
  RuleGroup?: RuleGroup | undefined;
  Rules?: string | undefined;
}): RuleGroup {
  if (ruleGroup !== undefined && rules === undefined) return ruleGroup;
  if (rules !== undefined && ruleGroup === undefined) return { RulesSource: { RulesString: rules } };
  throw invalidRequest('Exactly one of RuleGroup and Rules is required');
}

function described({ Description }: { Description?: string | undefined }): { Description?: string } {
  return Description === undefined ? {} : { Description };
}

function withAssociations(state: LabState, arn: string, stored: StoredRuleGroup): RuleGroupResponse {
  return { ...stored.RuleGroupResponse, NumberOfAssociations: policiesUsing(state, arn).length };
}
