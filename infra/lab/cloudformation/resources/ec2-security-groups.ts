/** AWS::EC2: security groups and their rules. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { integer, list, object, required, text, type TypeOf } from '../property-shape';
import { isList, isObject, type ValueObject } from '../values';
import { tagSpecifications, updateTags } from './ec2-tags';
import {
  generatedName,
  provider,
  type Provider,
  type ResourceContext,
  returned,
  sameJson,
  tagList,
} from './provider';

const peerless = {
  Description: text,
  IpProtocol: required(text),
  FromPort: integer,
  ToPort: integer,
  CidrIp: text,
  CidrIpv6: text,
};
const ingressMembers = {
  ...peerless,
  SourcePrefixListId: text,
  SourceSecurityGroupId: text,
  SourceSecurityGroupOwnerId: text,
};
const egressMembers = { ...peerless, DestinationPrefixListId: text, DestinationSecurityGroupId: text };
const PEERS = [
  'CidrIp',
  'CidrIpv6',
  'SourcePrefixListId',
  'SourceSecurityGroupId',
  'DestinationPrefixListId',
  'DestinationSecurityGroupId',
] as const;
const ingressRule = object(ingressMembers, ['SourceSecurityGroupName']);
const egressRule = object(egressMembers);

type RuleProperties = TypeOf<typeof ingressRule> & TypeOf<typeof egressRule>;
type Direction = 'ingress' | 'egress';

/** A rule as EC2's API takes it. */
function permission(rule: Partial<RuleProperties>): IpPermission {
  const described = rule.Description === undefined ? {} : { Description: rule.Description };
  const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const prefixList = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  const owner =
    rule.SourceSecurityGroupOwnerId === undefined ? {} : { UserId: rule.SourceSecurityGroupOwnerId };
  return {
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort,
    ToPort: rule.ToPort,
    ...(rule.CidrIp === undefined ? {} : { IpRanges: [{ CidrIp: rule.CidrIp, ...described }] }),
    ...(rule.CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: rule.CidrIpv6, ...described }] }),
    ...(prefixList === undefined ? {} : { PrefixListIds: [{ PrefixListId: prefixList, ...described }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: group, ...owner, ...described }] }),
  };
}

async function authorize(
  { api }: ResourceContext,
  direction: Direction,
  GroupId: string,
  permissions: readonly IpPermission[],
): Promise<string> {
  if (permissions.length === 0) return '';
  const request = { GroupId, IpPermissions: [...permissions] };
  const { SecurityGroupRules } =
    direction === 'ingress'
      ? await api.call('ec2', AuthorizeSecurityGroupIngressCommand, request)
      : await api.call('ec2', AuthorizeSecurityGroupEgressCommand, request);
  return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
}

async function revoke(
  { api }: ResourceContext,
  direction: Direction,
  GroupId: string,
  permissions: readonly IpPermission[],
): Promise<void> {
  if (permissions.length === 0) return;
  const request = { GroupId, IpPermissions: [...permissions] };
  if (direction === 'ingress') await api.call('ec2', RevokeSecurityGroupIngressCommand, request);
  else await api.call('ec2', RevokeSecurityGroupEgressCommand, request);
}

const securityGroup = provider({
  type: 'AWS::EC2::SecurityGroup',
  properties: {
    GroupDescription: required(text),
    GroupName: text,
    SecurityGroupEgress: list(egressRule),
    SecurityGroupIngress: list(ingressRule),
    Tags: tagList,
    VpcId: required(text),
  },
  attributes: ['GroupId', 'Id', 'VpcId'],
  mutable: ['SecurityGroupEgress', 'SecurityGroupIngress', 'Tags'],
  check: ({ SecurityGroupEgress, SecurityGroupIngress }) =>
    [SecurityGroupEgress, SecurityGroupIngress]
      .flatMap((rules) => (isList(rules) ? rules : []))
      .map((rule) => (isObject(rule) ? wrongPeers(rule) : null))
      .find((wrong) => wrong !== null) ?? null,
  create: async (
    { GroupDescription, GroupName, SecurityGroupEgress, SecurityGroupIngress, Tags, VpcId },
    context,
  ) => {
    const { GroupId } = await context.api.call('ec2', CreateSecurityGroupCommand, {
      Description: GroupDescription,
      GroupName: GroupName ?? generatedName(context, 255),
      VpcId,
      TagSpecifications: tagSpecifications(context, 'security-group', Tags),
    });
    const id = returned(GroupId, 'GroupId');
    const created = { physicalId: id, attributes: { GroupId: id, Id: id, VpcId } };
    context.made(created);
    await authorize(context, 'ingress', id, (SecurityGroupIngress ?? []).map(permission));
    // With no egress rules in the template EC2's own, all to everywhere, stays; any rule takes its place.
    if (SecurityGroupEgress !== undefined && SecurityGroupEgress.length > 0) {
      await revoke(context, 'egress', id, await egressOf(context, id));
      await authorize(context, 'egress', id, SecurityGroupEgress.map(permission));
    }
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const id = current.physicalId;
    await replaceRules(context, {
      direction: 'ingress',
      id,
      before: before.SecurityGroupIngress ?? [],
      after: after.SecurityGroupIngress ?? [],
    });
    await replaceRules(context, {
      direction: 'egress',
      id,
      before: egressRules(before),
      after: egressRules(after),
    });
    await updateTags(context, { id, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteSecurityGroupCommand, { GroupId: physicalId });
  },
});

async function egressOf({ api }: ResourceContext, GroupId: string): Promise<readonly IpPermission[]> {
  const { SecurityGroups } = await api.call('ec2', DescribeSecurityGroupsCommand, { GroupIds: [GroupId] });
  return SecurityGroups?.[0]?.IpPermissionsEgress ?? [];
}

/** EC2's own egress rule stands in for rules that the template does not give. */
function egressRules({
  SecurityGroupEgress = [],
}: {
  readonly SecurityGroupEgress?: TypeOf<typeof egressRule>[];
}): readonly Partial<RuleProperties>[] {
  return SecurityGroupEgress.length > 0 ? SecurityGroupEgress : [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
}

interface RuleReplacement {
  readonly direction: Direction;
  readonly id: string;
  readonly before: readonly Partial<RuleProperties>[];
  readonly after: readonly Partial<RuleProperties>[];
}

/** Rule by rule, and content with rules that are gone or there already, so that a change made in part can be taken back. */
async function replaceRules(
  context: ResourceContext,
  { direction, id, before, after }: RuleReplacement,
): Promise<void> {
  const without = (rules: typeof before, others: typeof before) =>
    rules.filter((rule) => !others.some((other) => sameJson(rule, other)));
  for (const rule of without(before, after))
    await unlessAlready('InvalidPermission.NotFound', () =>
      revoke(context, direction, id, [permission(rule)]),
    );
  for (const rule of without(after, before))
    await unlessAlready('InvalidPermission.Duplicate', () =>
      authorize(context, direction, id, [permission(rule)]),
    );
}

async function unlessAlready(code: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(code)) throw error;
  }
}

function wrongPeers(rule: ValueObject): string | null {
  const given = PEERS.filter((name) => Object.hasOwn(rule, name));
  if (given.length === 1) return null;
  return given.length === 0
    ? 'A rule needs a peer: a CIDR block, a prefix list or a security group.'
    : `A rule has one peer, not ${given.join(' and ')}.`;
}

const securityGroupIngress = provider({
  type: 'AWS::EC2::SecurityGroupIngress',
  properties: { ...ingressMembers, GroupId: required(text) },
  notCarried: ['GroupName', 'SourceSecurityGroupName'],
  attributes: ['Id'],
  check: wrongPeers,
  frozen: ['Description'],
  create: async ({ GroupId, ...rule }, context) => {
    const id = await authorize(context, 'ingress', GroupId, [permission(rule)]);
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: async ({ properties: { GroupId, ...rule } }, context) => {
    await revoke(context, 'ingress', GroupId, [permission(rule)]);
  },
});

const securityGroupEgress = provider({
  type: 'AWS::EC2::SecurityGroupEgress',
  properties: { ...egressMembers, GroupId: required(text) },
  attributes: ['Id'],
  check: wrongPeers,
  frozen: ['Description'],
  create: async ({ GroupId, ...rule }, context) => {
    const id = await authorize(context, 'egress', GroupId, [permission(rule)]);
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: async ({ properties: { GroupId, ...rule } }, context) => {
    await revoke(context, 'egress', GroupId, [permission(rule)]);
  },
});

export const ec2SecurityGroupProviders: readonly Provider[] = [
  securityGroup,
  securityGroupIngress,
  securityGroupEgress,
];
