/** Security groups: stateful allow lists on network interfaces. */
import {
  CreateSecurityGroupCommand,
  type CreateSecurityGroupRequest,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type DescribeSecurityGroupsRequest,
  type IpPermission,
  type SecurityGroup,
  type Tag,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { rulesOf } from './security-group-rule';
import { specifiedTags } from './tags';

const everything = (
  peers: Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'UserIdGroupPairs'>,
): IpPermission => ({
  IpProtocol: '-1',
  IpRanges: [],
  Ipv6Ranges: [],
  PrefixListIds: [],
  UserIdGroupPairs: [],
  ...peers,
});

export interface NewSecurityGroup {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Tag[];
}

/**
 * Makes a group: it lets everything out and nothing in; the VPC's `default` group also lets its own members in
 * (VPC user guide, default-security-group). Egress to ::/0 is there when the VPC has an IPv6 block.
 */
export function newSecurityGroup(
  state: LabState,
  { vpcId, name, description, tags }: NewSecurityGroup,
): SecurityGroup {
  const groupId = newId(state, 'sg');
  const hasIpv6 = (state.vpcs.get(vpcId)?.Ipv6CidrBlockAssociationSet ?? []).length > 0;
  const group: SecurityGroup = {
    GroupId: groupId,
    GroupName: name,
    Description: description,
    VpcId: vpcId,
    OwnerId: state.account,
    SecurityGroupArn: `arn:${state.partition}:ec2:${state.region}:${state.account}:security-group/${groupId}`,
    IpPermissions:
      name === 'default'
        ? [everything({ UserIdGroupPairs: [{ GroupId: groupId, UserId: state.account }] })]
        : [],
    IpPermissionsEgress: [
      everything({ IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: hasIpv6 ? [{ CidrIpv6: '::/0' }] : [] }),
    ],
    Tags: tags,
  };
  state.securityGroups.set(groupId, group);
  return group;
}

export function defaultSecurityGroup(state: LabState, vpcId: string): SecurityGroup {
  const group = [...state.securityGroups.values()].find(
    (candidate) => candidate.VpcId === vpcId && candidate.GroupName === 'default',
  );
  return stored(group, `a default security group of ${vpcId}`);
}

/** The groups an interface in the VPC gets: those named, which must exist in that VPC, or the VPC's default one. */
export function groupsFor(
  state: LabState,
  vpcId: string,
  ids: readonly string[] | undefined,
): SecurityGroup[] {
  if (ids === undefined || ids.length === 0) return [defaultSecurityGroup(state, vpcId)];
  return [...new Set(ids)].map((id) => {
    const group = existing(state.securityGroups, 'securityGroup', id, 'groupId');
    if (group.VpcId !== vpcId) {
      throw new ApiError(
        'InvalidGroup.NotFound',
        `The security group '${id}' does not exist in VPC '${vpcId}'`,
      );
    }
    return group;
  });
}

function create(state: LabState, request: CreateSecurityGroupRequest): SecurityGroup {
  const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
  const vpcId = stored(vpc.VpcId, 'VpcId');
  const name = given(request.GroupName, 'groupName');
  const description = given(request.Description, 'groupDescription');
  // The characters and the reserved prefix of CreateSecurityGroup (EC2 API reference).
  if (!/^[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(name) || name.startsWith('sg-') || name === 'default') {
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${name}) for parameter GroupName is invalid. Up to 255 of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*; not 'default', not 'sg-…'.`,
    );
  }
  const taken = [...state.securityGroups.values()].some(
    (group) => group.VpcId === vpcId && group.GroupName === name,
  );
  if (taken) {
    throw new ApiError(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpcId}'`,
    );
  }
  return newSecurityGroup(state, {
    vpcId,
    name,
    description,
    tags: specifiedTags(request.TagSpecifications, 'security-group'),
  });
}

function refersTo(group: SecurityGroup, groupId: string): boolean {
  const permissions = [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])];
  return permissions.some((permission) =>
    permission.UserIdGroupPairs?.some((pair) => pair.GroupId === groupId),
  );
}

function remove(state: LabState, group: SecurityGroup): void {
  const groupId = stored(group.GroupId, 'GroupId');
  if (group.GroupName === 'default') {
    throw new ApiError(
      'CannotDelete',
      `the specified group: "${groupId}" name: "default" cannot be deleted by a user`,
    );
  }
  const onInterface = [...state.networkInterfaces.values()].some((eni) =>
    eni.Groups?.some((other) => other.GroupId === groupId),
  );
  const referenced = [...state.securityGroups.values()].some(
    (other) => other !== group && refersTo(other, groupId),
  );
  if (onInterface || referenced) {
    throw new ApiError('DependencyViolation', `resource ${groupId} has a dependent object`);
  }
  state.securityGroups.delete(groupId);
}

type Direction = 'IpPermissions' | 'IpPermissionsEgress';

function permissionValues(
  direction: Direction,
  values: (permission: IpPermission) => readonly (string | undefined)[],
) {
  return (group: SecurityGroup) => (group[direction] ?? []).flatMap(values);
}

function permissionFields(prefix: string, direction: Direction) {
  return {
    [`${prefix}.cidr`]: permissionValues(direction, (permission) =>
      (permission.IpRanges ?? []).map((range) => range.CidrIp),
    ),
    [`${prefix}.ipv6-cidr`]: permissionValues(direction, (permission) =>
      (permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
    ),
    [`${prefix}.group-id`]: permissionValues(direction, (permission) =>
      (permission.UserIdGroupPairs ?? []).map((pair) => pair.GroupId),
    ),
    [`${prefix}.prefix-list-id`]: permissionValues(direction, (permission) =>
      (permission.PrefixListIds ?? []).map((list) => list.PrefixListId),
    ),
    [`${prefix}.protocol`]: permissionValues(direction, (permission) => [permission.IpProtocol]),
    [`${prefix}.from-port`]: permissionValues(direction, (permission) => [permission.FromPort?.toString()]),
    [`${prefix}.to-port`]: permissionValues(direction, (permission) => [permission.ToPort?.toString()]),
  };
}

function describe(context: LabContext, request: DescribeSecurityGroupsRequest) {
  const { state } = context;
  const names = request.GroupNames ?? [];
  const groups = chosen(state.securityGroups, 'securityGroup', request.GroupIds).filter(
    (group) => names.length === 0 || names.includes(group.GroupName ?? ''),
  );
  const { records, NextToken } = described(groups, {
    context,
    request,
    filters: request.Filters,
    fields: {
      description: (group) => [group.Description],
      'group-id': (group) => [group.GroupId],
      'group-name': (group) => [group.GroupName],
      'owner-id': (group) => [group.OwnerId],
      'vpc-id': (group) => [group.VpcId],
      ...permissionFields('ip-permission', 'IpPermissions'),
      ...permissionFields('egress.ip-permission', 'IpPermissionsEgress'),
    },
    tags: (group) => group.Tags,
  });
  return { SecurityGroups: records, NextToken };
}

/** Every rule of a group with its direction. */
export function rulesByDirection(group: SecurityGroup) {
  return [
    ...rulesOf(group.IpPermissions ?? []).map((rule) => ({ rule, isEgress: false })),
    ...rulesOf(group.IpPermissionsEgress ?? []).map((rule) => ({ rule, isEgress: true })),
  ];
}

/** CreateSecurityGroup, DeleteSecurityGroup, DescribeSecurityGroups. */
export function securityGroupHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateSecurityGroupCommand, (request) => {
      const { GroupId, SecurityGroupArn, Tags } = create(state, request);
      return { GroupId, SecurityGroupArn, Tags };
    }),
    on('ec2', DeleteSecurityGroupCommand, ({ GroupId, GroupName }) => {
      if (GroupId === undefined && GroupName !== undefined) {
        throw new ApiError(
          'InvalidParameterValue',
          'A group of a VPC is deleted by groupId, not by groupName.',
        );
      }
      remove(state, existing(state.securityGroups, 'securityGroup', GroupId, 'groupId'));
      return { Return: true, GroupId };
    }),
    on('ec2', DescribeSecurityGroupsCommand, (request) => describe(context, request)),
  ];
}
