/** AWS::IAM: roles, their policies, and instance profiles. */
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { integer, json, list, object, required, text, type TypeOf } from '../property-shape';
import {
  documentText,
  generatedName,
  ownTags,
  provider,
  type Provider,
  type ResourceContext,
  returned,
  sameJson,
  tagList,
} from './provider';

const inlinePolicies = list(object({ PolicyName: required(text), PolicyDocument: required(json) }));

const role = provider({
  type: 'AWS::IAM::Role',
  properties: {
    AssumeRolePolicyDocument: required(json),
    Description: text,
    ManagedPolicyArns: list(text),
    MaxSessionDuration: integer,
    Path: text,
    PermissionsBoundary: text,
    Policies: inlinePolicies,
    RoleName: text,
    Tags: tagList,
  },
  attributes: ['Arn', 'RoleId'],
  mutable: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'PermissionsBoundary', 'Policies'],
  frozen: ['Description', 'MaxSessionDuration', 'Tags'],
  create: async (properties, context) => {
    const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies, RoleName, Tags, ...rest } = properties;
    const { Role } = await context.api.call('iam', CreateRoleCommand, {
      ...rest,
      RoleName: RoleName ?? generatedName(context, 64),
      AssumeRolePolicyDocument: documentText(AssumeRolePolicyDocument),
      Tags: ownTags(context, Tags),
    });
    const name = returned(Role?.RoleName, 'RoleName');
    const created = {
      physicalId: name,
      attributes: { Arn: returned(Role?.Arn, 'Arn'), RoleId: returned(Role?.RoleId, 'RoleId') },
    };
    context.made(created);
    await setInline(context, name, { after: Policies });
    await setAttached(context, name, { after: ManagedPolicyArns });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const RoleName = current.physicalId;
    if (!sameJson(before.AssumeRolePolicyDocument, after.AssumeRolePolicyDocument)) {
      const PolicyDocument = documentText(after.AssumeRolePolicyDocument);
      await context.api.call('iam', UpdateAssumeRolePolicyCommand, { RoleName, PolicyDocument });
    }
    if (before.PermissionsBoundary !== after.PermissionsBoundary) {
      const { PermissionsBoundary } = after;
      if (PermissionsBoundary === undefined)
        await context.api.call('iam', DeleteRolePermissionsBoundaryCommand, { RoleName });
      else
        await context.api.call('iam', PutRolePermissionsBoundaryCommand, { RoleName, PermissionsBoundary });
    }
    await setInline(context, RoleName, { before: before.Policies, after: after.Policies });
    await setAttached(context, RoleName, {
      before: before.ManagedPolicyArns,
      after: after.ManagedPolicyArns,
    });
    return current;
  },
  // CloudFormation takes off what it put on; policies of other hands would hold the role (DeleteConflict).
  remove: async ({ physicalId, properties }, context) => {
    const { PolicyNames } = await context.api.call('iam', ListRolePoliciesCommand, {
      RoleName: physicalId,
      MaxItems: 1000,
    });
    const { AttachedPolicies } = await context.api.call('iam', ListAttachedRolePoliciesCommand, {
      RoleName: physicalId,
      MaxItems: 1000,
    });
    const present = (properties.Policies ?? []).filter(({ PolicyName }) =>
      (PolicyNames ?? []).includes(PolicyName),
    );
    const attached = (properties.ManagedPolicyArns ?? []).filter((arn) =>
      (AttachedPolicies ?? []).some(({ PolicyArn }) => PolicyArn === arn),
    );
    await setInline(context, physicalId, { before: present });
    await setAttached(context, physicalId, { before: attached });
    await context.api.call('iam', DeleteRoleCommand, { RoleName: physicalId });
  },
});

interface Replacement<T> {
  readonly before?: readonly T[] | undefined;
  readonly after?: readonly T[] | undefined;
}

async function setInline(
  { api }: ResourceContext,
  RoleName: string,
  { before = [], after = [] }: Replacement<TypeOf<typeof inlinePolicies>[number]>,
): Promise<void> {
  for (const { PolicyName } of before)
    if (!after.some((policy) => policy.PolicyName === PolicyName))
      await api.call('iam', DeleteRolePolicyCommand, { RoleName, PolicyName });
  for (const { PolicyName, PolicyDocument } of after)
    await api.call('iam', PutRolePolicyCommand, {
      RoleName,
      PolicyName,
      PolicyDocument: documentText(PolicyDocument),
    });
}

async function setAttached(
  { api }: ResourceContext,
  RoleName: string,
  { before = [], after = [] }: Replacement<string>,
): Promise<void> {
  for (const PolicyArn of before)
    if (!after.includes(PolicyArn)) await api.call('iam', DetachRolePolicyCommand, { RoleName, PolicyArn });
  for (const PolicyArn of after)
    if (!before.includes(PolicyArn)) await api.call('iam', AttachRolePolicyCommand, { RoleName, PolicyArn });
}

/** An inline policy of its own, put on one or more roles. */
const policy = provider({
  type: 'AWS::IAM::Policy',
  properties: { PolicyName: required(text), PolicyDocument: required(json), Roles: required(list(text)) },
  notCarried: ['Groups', 'Users'],
  attributes: ['Id'],
  mutable: ['PolicyDocument', 'PolicyName', 'Roles'],
  create: async ({ PolicyName, PolicyDocument, Roles }, context) => {
    const id = generatedName(context, 128);
    const created = { physicalId: id, attributes: { Id: id } };
    context.made(created);
    for (const RoleName of Roles)
      await setInline(context, RoleName, { after: [{ PolicyName, PolicyDocument }] });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const gone =
      before.PolicyName === after.PolicyName
        ? before.Roles.filter((name) => !after.Roles.includes(name))
        : before.Roles;
    for (const RoleName of gone) await setInline(context, RoleName, { before: [before] });
    for (const RoleName of after.Roles) await setInline(context, RoleName, { after: [after] });
    return current;
  },
  remove: async ({ properties }, context) => {
    for (const RoleName of properties.Roles) {
      const { PolicyNames } = await context.api.call('iam', ListRolePoliciesCommand, {
        RoleName,
        MaxItems: 1000,
      });
      if (PolicyNames?.includes(properties.PolicyName))
        await setInline(context, RoleName, { before: [properties] });
    }
  },
});

const managedPolicy = provider({
  type: 'AWS::IAM::ManagedPolicy',
  properties: {
    PolicyDocument: required(json),
    ManagedPolicyName: text,
    Description: text,
    Path: text,
    Roles: list(text),
  },
  notCarried: ['Groups', 'Users'],
  attributes: ['PolicyArn', 'PolicyId'],
  mutable: ['Roles'],
  frozen: ['PolicyDocument'],
  create: async ({ ManagedPolicyName, PolicyDocument, Roles = [], ...rest }, context) => {
    const { Policy } = await context.api.call('iam', CreatePolicyCommand, {
      ...rest,
      PolicyName: ManagedPolicyName ?? generatedName(context, 128),
      PolicyDocument: documentText(PolicyDocument),
    });
    const arn = returned(Policy?.Arn, 'Arn');
    const created = {
      physicalId: arn,
      attributes: { PolicyArn: arn, PolicyId: returned(Policy?.PolicyId, 'PolicyId') },
    };
    context.made(created);
    for (const RoleName of Roles) await setAttached(context, RoleName, { after: [arn] });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const [old, wanted] = [before.Roles ?? [], after.Roles ?? []];
    const arns = [current.physicalId];
    for (const RoleName of old)
      if (!wanted.includes(RoleName)) await setAttached(context, RoleName, { before: arns });
    for (const RoleName of wanted)
      if (!old.includes(RoleName)) await setAttached(context, RoleName, { after: arns });
    return current;
  },
  remove: async ({ physicalId, properties }, context) => {
    for (const RoleName of properties.Roles ?? []) {
      const { AttachedPolicies } = await context.api.call('iam', ListAttachedRolePoliciesCommand, {
        RoleName,
        MaxItems: 1000,
      });
      if (AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === physicalId))
        await setAttached(context, RoleName, { before: [physicalId] });
    }
    await context.api.call('iam', DeletePolicyCommand, { PolicyArn: physicalId });
  },
});

const instanceProfile = provider({
  type: 'AWS::IAM::InstanceProfile',
  properties: { InstanceProfileName: text, Path: text, Roles: required(list(text)) },
  attributes: ['Arn'],
  mutable: ['Roles'],
  create: async ({ InstanceProfileName: given, Path, Roles }, context) => {
    const { InstanceProfile } = await context.api.call('iam', CreateInstanceProfileCommand, {
      InstanceProfileName: given ?? generatedName(context, 128),
      Path,
    });
    const name = returned(InstanceProfile?.InstanceProfileName, 'InstanceProfileName');
    const created = { physicalId: name, attributes: { Arn: returned(InstanceProfile?.Arn, 'Arn') } };
    context.made(created);
    await setProfileRoles(context, name, { after: Roles });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    await setProfileRoles(context, current.physicalId, { before: before.Roles, after: after.Roles });
    return current;
  },
  remove: async ({ physicalId, properties }, context) => {
    const { InstanceProfile } = await context.api.call('iam', GetInstanceProfileCommand, {
      InstanceProfileName: physicalId,
    });
    const held = (InstanceProfile?.Roles ?? []).map(({ RoleName }) => RoleName);
    await setProfileRoles(context, physicalId, {
      before: properties.Roles.filter((name) => held.includes(name)),
    });
    await context.api.call('iam', DeleteInstanceProfileCommand, { InstanceProfileName: physicalId });
  },
});

async function setProfileRoles(
  { api }: ResourceContext,
  InstanceProfileName: string,
  { before = [], after = [] }: Replacement<string>,
): Promise<void> {
  for (const RoleName of before)
    if (!after.includes(RoleName))
      await api.call('iam', RemoveRoleFromInstanceProfileCommand, { InstanceProfileName, RoleName });
  for (const RoleName of after)
    if (!before.includes(RoleName))
      await api.call('iam', AddRoleToInstanceProfileCommand, { InstanceProfileName, RoleName });
}

export const iamProviders: readonly Provider[] = [role, policy, managedPolicy, instanceProfile];
