/** Managed policies: the account's own, of one version each, and the known ones that AWS manages. */
import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type Policy,
} from '@aws-sdk/client-iam';
import { newId, type LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  alreadyExists,
  checkedDocument,
  checkName,
  checkPath,
  deleteConflict,
  encodedDocument,
  iamArn,
  noSuchEntity,
} from './answers';
import { awsManagedPolicy } from './aws-managed-policy';

/** The only version of a policy of the account's own. */
const OWN_VERSION = 'v1';

/** The version that a short form of the lab is returned under, so that nobody takes it for AWS's text. */
const LAB_VERSION = 'v0';

export function policyHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('iam', CreatePolicyCommand, (input) => {
      const policy = newPolicy(context, input);
      const document = checkedDocument(input.PolicyDocument);
      if (state.managedPolicies.has(policy.Arn))
        throw alreadyExists(
          `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`,
        );
      state.managedPolicies.set(policy.Arn, { policy, document });
      return { Policy: policy };
    }),
    on('iam', GetPolicyCommand, ({ PolicyArn }) => {
      const found = findPolicy(state, PolicyArn);
      return { Policy: { ...found.policy, AttachmentCount: rolesWith(state, found.arn).length } };
    }),
    on('iam', GetPolicyVersionCommand, ({ PolicyArn, VersionId }) => {
      const { policy, document } = findPolicy(state, PolicyArn);
      if (VersionId !== policy.DefaultVersionId)
        throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
      return {
        PolicyVersion: {
          VersionId,
          IsDefaultVersion: true,
          Document: encodedDocument(document),
          CreateDate: policy.CreateDate,
        },
      };
    }),
    on('iam', DeletePolicyCommand, ({ PolicyArn }) => {
      const { arn } = findPolicy(state, PolicyArn);
      if (rolesWith(state, arn).length > 0)
        throw deleteConflict('Cannot delete a policy attached to entities.');
      if (!state.managedPolicies.delete(arn)) throw noSuchEntity(`Policy ${arn} is managed by AWS.`);
      return {};
    }),
  ];
}

export interface FoundPolicy {
  readonly arn: string;
  readonly policy: Policy;
  /** JSON text, not URL-encoded. */
  readonly document: string;
}

/** The policy of the account or of AWS, or NoSuchEntity. */
export function findPolicy(state: LabState, arn: string | undefined): FoundPolicy {
  const own = state.managedPolicies.get(arn ?? '');
  if (own !== undefined && arn !== undefined) return { arn, policy: own.policy, document: own.document };
  const managed = awsManagedPolicy(state, arn ?? '');
  if (managed === null) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  const policy: Policy = {
    PolicyName: managed.name,
    Arn: managed.arn,
    Path: managed.path,
    DefaultVersionId: LAB_VERSION,
    IsAttachable: true,
  };
  return { arn: managed.arn, policy, document: managed.document };
}

function rolesWith(state: LabState, arn: string): string[] {
  return [...state.roles].flatMap(([name, { attachedPolicies }]) =>
    attachedPolicies.has(arn) ? [name] : [],
  );
}

function newPolicy(
  { state, now }: LabContext,
  input: CreatePolicyCommand['input'],
): Policy & { readonly Arn: string } {
  const PolicyName = checkName('policyName', input.PolicyName, 128);
  const Path = checkPath(input.Path);
  return {
    PolicyName,
    PolicyId: newId(state, 'ANPA').replaceAll('-', '').toUpperCase(),
    Arn: iamArn(state, `policy${Path}${PolicyName}`),
    Path,
    DefaultVersionId: OWN_VERSION,
    AttachmentCount: 0,
    IsAttachable: true,
    Description: input.Description,
    CreateDate: now(),
    UpdateDate: now(),
    Tags: input.Tags,
  };
}
