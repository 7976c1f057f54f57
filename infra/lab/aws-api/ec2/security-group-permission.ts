/** Authorize and revoke: the rules of a security group. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described, flag } from './filters';
import { existing } from './ids';
import { unmodelled } from './parameters';
import { rulesByDirection } from './security-group';
import { checkedRule, permissionsOf, type Rule, ruleKey, ruleRecord, rulesOf } from './security-group-rule';

/** The permissions of a request: in IpPermissions, or one in the older top-level parameters. */
interface PermissionRequest {
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
  readonly SourceSecurityGroupOwnerId?: string | undefined;
}

interface Side {
  readonly state: LabState;
  readonly group: SecurityGroup;
  readonly isEgress: boolean;
}

const fieldOf = (isEgress: boolean) => (isEgress ? 'IpPermissionsEgress' : 'IpPermissions');

function requestedRules({ state, group }: Side, request: PermissionRequest): Rule[] {
  unmodelled(request, ['SourceSecurityGroupName', 'SourceSecurityGroupOwnerId']);
  const { IpPermissions = [], CidrIp, IpProtocol, FromPort, ToPort } = request;
  const single: IpPermission[] =
    CidrIp === undefined ? [] : [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }];
  const rules = rulesOf([...IpPermissions, ...single]).map((rule) => checkedRule(state, group, rule));
  if (rules.length === 0)
    throw new ApiError(
      'MissingParameter',
      'The request must contain the parameter ipPermissions with at least one peer',
    );
  return rules;
}

function authorize(side: Side, request: PermissionRequest): Rule[] {
  const { group, isEgress } = side;
  const field = fieldOf(isEgress);
  const rules = rulesOf(group[field] ?? []);
  const keys = new Set(rules.map(ruleKey));
  const added = requestedRules(side, request);
  for (const rule of added) {
    if (keys.has(ruleKey(rule))) {
      const [peer] = Object.values(rule.peer);
      throw new ApiError(
        'InvalidPermission.Duplicate',
        `the specified rule "peer: ${peer}, ${rule.IpProtocol === '-1' ? 'ALL' : rule.IpProtocol.toUpperCase()}, from port: ${rule.FromPort ?? -1}, to port: ${rule.ToPort ?? -1}, ALLOW" already exists`,
      );
    }
    keys.add(ruleKey(rule));
  }
  group[field] = permissionsOf([...rules, ...added]);
  return added;
}

function revoke(
  side: Side,
  request: PermissionRequest & { readonly SecurityGroupRuleIds?: string[] | undefined },
): void {
  const { group, isEgress } = side;
  const field = fieldOf(isEgress);
  const rules = rulesOf(group[field] ?? []);
  const byId = new Map(
    rules.map((rule) => [ruleRecord(group, rule, isEgress).SecurityGroupRuleId, ruleKey(rule)]),
  );
  const ids = request.SecurityGroupRuleIds ?? [];
  const going = new Set(
    ids.length === 0
      ? requestedRules(side, request).map(ruleKey)
      : ids.map((id) => {
          const key = byId.get(id);
          if (key === undefined)
            throw new ApiError(
              'InvalidSecurityGroupRuleId.NotFound',
              `The security group rule ID '${id}' does not exist`,
            );
          return key;
        }),
  );
  const left = rules.filter((rule) => !going.has(ruleKey(rule)));
  if (left.length + going.size !== rules.length) {
    throw new ApiError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
  }
  group[field] = permissionsOf(left);
}

function describeRules(context: LabContext): Handler {
  const { state } = context;
  return on('ec2', DescribeSecurityGroupRulesCommand, (request) => {
    const all = [...state.securityGroups.values()].flatMap((group) =>
      rulesByDirection(group).map(({ rule, isEgress }) => ruleRecord(group, rule, isEgress)),
    );
    const ids = request.SecurityGroupRuleIds ?? [];
    const unknown = ids.find((id) => !all.some((rule) => rule.SecurityGroupRuleId === id));
    if (unknown !== undefined) {
      throw new ApiError(
        'InvalidSecurityGroupRuleId.NotFound',
        `The security group rule ID '${unknown}' does not exist`,
      );
    }
    const rules = all.filter((rule) => ids.length === 0 || ids.includes(rule.SecurityGroupRuleId ?? ''));
    const { records, NextToken } = described(rules, {
      context,
      request,
      filters: request.Filters,
      fields: {
        'group-id': (rule) => [rule.GroupId],
        'security-group-rule-id': (rule) => [rule.SecurityGroupRuleId],
        'is-egress': (rule) => [flag(rule.IsEgress)],
      },
      tags: (rule) => rule.Tags,
    });
    return { SecurityGroupRules: records, NextToken };
  });
}

/** AuthorizeSecurityGroupIngress/Egress, RevokeSecurityGroupIngress/Egress, DescribeSecurityGroupRules. */
export function securityGroupPermissionHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const side = (groupId: string | undefined, isEgress: boolean): Side => ({
    state,
    group: existing(state.securityGroups, 'securityGroup', groupId, 'groupId'),
    isEgress,
  });
  const authorized = (at: Side, request: PermissionRequest) => {
    const added = authorize(at, request);
    return { Return: true, SecurityGroupRules: added.map((rule) => ruleRecord(at.group, rule, at.isEgress)) };
  };
  return [
    on('ec2', AuthorizeSecurityGroupIngressCommand, (request) =>
      authorized(side(request.GroupId, false), request),
    ),
    on('ec2', AuthorizeSecurityGroupEgressCommand, (request) =>
      authorized(side(request.GroupId, true), request),
    ),
    on('ec2', RevokeSecurityGroupIngressCommand, (request) => {
      revoke(side(request.GroupId, false), request);
      return { Return: true };
    }),
    on('ec2', RevokeSecurityGroupEgressCommand, (request) => {
      revoke(side(request.GroupId, true), request);
      return { Return: true };
    }),
    describeRules(context),
  ];
}
