/** AWS::NetworkFirewall: rule groups, policies, and the shapes of what they hold (see network-firewall-shapes.ts). */
import {
  CreateFirewallPolicyCommand,
  CreateRuleGroupCommand,
  DeleteFirewallPolicyCommand,
  DeleteRuleGroupCommand,
  DescribeFirewallPolicyCommand,
  DescribeRuleGroupCommand,
  UpdateFirewallPolicyCommand,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-network-firewall';
import { integer, oneOf, required, text } from '../property-shape';
import { firewallPolicyShape, ruleGroupShape } from './network-firewall-shapes';
import { provider, type Provider, resourceTags, returned, tagList } from './provider';

const ruleGroup = provider({
  type: 'AWS::NetworkFirewall::RuleGroup',
  properties: {
    RuleGroupName: required(text),
    Type: required(oneOf('STATEFUL', 'STATELESS')),
    Capacity: required(integer),
    RuleGroup: ruleGroupShape,
    Description: text,
    Tags: tagList,
  },
  notCarried: ['SummaryConfiguration'],
  attributes: ['RuleGroupArn', 'RuleGroupId'],
  mutable: ['Description', 'RuleGroup'],
  frozen: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { RuleGroupResponse } = await context.api.call('network-firewall', CreateRuleGroupCommand, {
      ...properties,
      Tags: resourceTags(context, Tags),
    });
    const arn = returned(RuleGroupResponse?.RuleGroupArn, 'RuleGroupArn');
    return {
      physicalId: arn,
      attributes: { RuleGroupArn: arn, RuleGroupId: returned(RuleGroupResponse?.RuleGroupId, 'RuleGroupId') },
    };
  },
  update: async ({ current, after }, { api }) => {
    const RuleGroupArn = current.physicalId;
    const { UpdateToken } = await api.call('network-firewall', DescribeRuleGroupCommand, { RuleGroupArn });
    await api.call('network-firewall', UpdateRuleGroupCommand, {
      RuleGroupArn,
      UpdateToken,
      RuleGroup: after.RuleGroup,
      Description: after.Description,
    });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('network-firewall', DeleteRuleGroupCommand, { RuleGroupArn: physicalId });
  },
});

const firewallPolicy = provider({
  type: 'AWS::NetworkFirewall::FirewallPolicy',
  properties: {
    FirewallPolicyName: required(text),
    FirewallPolicy: required(firewallPolicyShape),
    Description: text,
    Tags: tagList,
  },
  attributes: ['FirewallPolicyArn', 'FirewallPolicyId'],
  mutable: ['Description', 'FirewallPolicy'],
  frozen: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { FirewallPolicyResponse } = await context.api.call(
      'network-firewall',
      CreateFirewallPolicyCommand,
      {
        ...properties,
        Tags: resourceTags(context, Tags),
      },
    );
    const arn = returned(FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn');
    return {
      physicalId: arn,
      attributes: {
        FirewallPolicyArn: arn,
        FirewallPolicyId: returned(FirewallPolicyResponse?.FirewallPolicyId, 'FirewallPolicyId'),
      },
    };
  },
  update: async ({ current, after }, { api }) => {
    const FirewallPolicyArn = current.physicalId;
    const { UpdateToken } = await api.call('network-firewall', DescribeFirewallPolicyCommand, {
      FirewallPolicyArn,
    });
    await api.call('network-firewall', UpdateFirewallPolicyCommand, {
      FirewallPolicyArn,
      UpdateToken,
      FirewallPolicy: after.FirewallPolicy,
      Description: after.Description,
    });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('network-firewall', DeleteFirewallPolicyCommand, { FirewallPolicyArn: physicalId });
  },
});

export const networkFirewallProviders: readonly Provider[] = [ruleGroup, firewallPolicy];
