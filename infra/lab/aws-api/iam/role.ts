/** Roles, their inline policies, the managed policies attached to them, and their permissions boundaries. */
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { newId, type LabState, type StoredRole } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  alreadyExists,
  checkedDocument,
  checkName,
  checkPath,
  deleteConflict,
  encodedDocument,
  iamArn,
  markerPage,
  noSuchEntity,
} from './answers';
import { findPolicy } from './policy';

export function roleHandlers(context: LabContext): Handler[] {
  return [
    ...roleItself(context),
    ...inlinePolicies(context),
    ...attachedPolicies(context),
    ...boundary(context),
  ];
}

/** The role, or NoSuchEntity. */
export function findRole(state: LabState, roleName: string | undefined): StoredRole {
  const stored = state.roles.get(roleName ?? '');
  if (stored === undefined) throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
  return stored;
}

function roleItself(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('iam', CreateRoleCommand, (input) => {
      const role = newRole(context, input);
      state.roles.set(role.RoleName, { role, inlinePolicies: new Map(), attachedPolicies: new Set() });
      return { Role: role };
    }),
    on('iam', GetRoleCommand, ({ RoleName }) => ({ Role: findRole(state, RoleName).role })),
    on('iam', ListRolesCommand, (input) => {
      const wanted = [...state.roles.values()]
        .map(({ role }) => role)
        .filter(({ Path }) => Path?.startsWith(input.PathPrefix ?? '/'));
      const { items, ...page } = markerPage(context, input, wanted);
      // "This operation does not return" tags and boundaries of the roles (ListRoles, IAM API reference).
      return {
        Roles: items.map((role) => ({ ...role, Tags: undefined, PermissionsBoundary: undefined })),
        ...page,
      };
    }),
    on('iam', UpdateAssumeRolePolicyCommand, ({ RoleName, PolicyDocument }) => {
      findRole(state, RoleName).role.AssumeRolePolicyDocument = encodedDocument(
        checkedDocument(PolicyDocument),
      );
      return {};
    }),
    on('iam', TagRoleCommand, ({ RoleName, Tags }) => {
      const { role } = findRole(state, RoleName);
      const given = new Set((Tags ?? []).map(({ Key }) => Key));
      role.Tags = [...(role.Tags ?? []).filter(({ Key }) => !given.has(Key)), ...(Tags ?? [])];
      return {};
    }),
    on('iam', DeleteRoleCommand, ({ RoleName }) => {
      const stored = findRole(state, RoleName);
      if (stored.inlinePolicies.size > 0)
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      if (stored.attachedPolicies.size > 0)
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      const profiles = [...state.instanceProfiles.values()];
      if (profiles.some(({ Roles }) => Roles?.some((role) => role.RoleName === RoleName)))
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
      state.roles.delete(RoleName ?? '');
      return {};
    }),
  ];
}

function inlinePolicies(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('iam', PutRolePolicyCommand, ({ RoleName, PolicyName, PolicyDocument }) => {
      const { inlinePolicies } = findRole(state, RoleName);
      inlinePolicies.set(checkName('policyName', PolicyName, 128), checkedDocument(PolicyDocument));
      return {};
    }),
    on('iam', GetRolePolicyCommand, ({ RoleName, PolicyName }) => {
      const document = findRole(state, RoleName).inlinePolicies.get(PolicyName ?? '');
      if (document === undefined)
        throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return { RoleName, PolicyName, PolicyDocument: encodedDocument(document) };
    }),
    on('iam', ListRolePoliciesCommand, (input) => {
      const names = [...findRole(state, input.RoleName).inlinePolicies.keys()];
      const { items, ...page } = markerPage(context, input, names);
      return { PolicyNames: items, ...page };
    }),
    on('iam', DeleteRolePolicyCommand, ({ RoleName, PolicyName }) => {
      if (!findRole(state, RoleName).inlinePolicies.delete(PolicyName ?? ''))
        throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return {};
    }),
  ];
}

function attachedPolicies(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('iam', AttachRolePolicyCommand, ({ RoleName, PolicyArn }) => {
      findRole(state, RoleName).attachedPolicies.add(findPolicy(state, PolicyArn).arn);
      return {};
    }),
    on('iam', ListAttachedRolePoliciesCommand, (input) => {
      const wanted = [...findRole(state, input.RoleName).attachedPolicies].map((PolicyArn) => ({
        PolicyArn,
        PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
      }));
      const { items, ...page } = markerPage(context, input, wanted);
      return { AttachedPolicies: items, ...page };
    }),
    on('iam', DetachRolePolicyCommand, ({ RoleName, PolicyArn }) => {
      if (!findRole(state, RoleName).attachedPolicies.delete(PolicyArn ?? ''))
        throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      return {};
    }),
  ];
}

function boundary({ state }: LabContext): Handler[] {
  return [
    on('iam', PutRolePermissionsBoundaryCommand, ({ RoleName, PermissionsBoundary }) => {
      const { role } = findRole(state, RoleName);
      role.PermissionsBoundary = boundaryOf(state, PermissionsBoundary);
      return {};
    }),
    on('iam', DeleteRolePermissionsBoundaryCommand, ({ RoleName }) => {
      delete findRole(state, RoleName).role.PermissionsBoundary;
      return {};
    }),
  ];
}

function boundaryOf(
  state: LabState,
  policyArn: string | undefined,
): NonNullable<Role['PermissionsBoundary']> {
  const { arn } = findPolicy(state, policyArn);
  return { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: arn };
}

function newRole(
  { state, now }: LabContext,
  input: CreateRoleCommand['input'],
): Role & { readonly RoleName: string } {
  const RoleName = checkName('roleName', input.RoleName, 64);
  const Path = checkPath(input.Path);
  if (state.roles.has(RoleName)) throw alreadyExists(`Role with name ${RoleName} already exists.`);
  return {
    Path,
    RoleName,
    RoleId: newId(state, 'AROA').replaceAll('-', '').toUpperCase(),
    Arn: iamArn(state, `role${Path}${RoleName}`),
    CreateDate: now(),
    AssumeRolePolicyDocument: encodedDocument(checkedDocument(input.AssumeRolePolicyDocument)),
    Description: input.Description,
    MaxSessionDuration: input.MaxSessionDuration ?? 3600,
    Tags: input.Tags,
    ...(input.PermissionsBoundary === undefined
      ? {}
      : { PermissionsBoundary: boundaryOf(state, input.PermissionsBoundary) }),
  };
}
