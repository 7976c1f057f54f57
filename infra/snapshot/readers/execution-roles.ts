/** The roles that Studio's users act as, with every policy that grants or bounds them. */
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { CallFailed, NotReturned } from '../call-failed';
import type { ExecutionRole, PolicyDocument } from '../snapshot';
import type { Reading, SectionReaders } from './reading';

export const executionRoleReaders = {
  executionRoles: async (reading) => {
    const [domains, userProfiles] = await Promise.all([
      reading.section('domains'),
      reading.section('userProfiles'),
    ]);
    const { target } = reading;
    const ofInterest = domains.filter(
      ({ DomainId, VpcId }) =>
        VpcId === target.vpcId || (DomainId !== undefined && DomainId === target.domainId),
    );
    const arns = [
      ...ofInterest.flatMap(({ DefaultUserSettings, DefaultSpaceSettings, DomainSettings }) => [
        DefaultUserSettings?.ExecutionRole,
        DefaultSpaceSettings?.ExecutionRole,
        DomainSettings?.RStudioServerProDomainSettings?.DomainExecutionRoleArn,
      ]),
      ...userProfiles.map(({ UserSettings }) => UserSettings?.ExecutionRole),
    ];
    return Promise.all([...new Set(arns.flatMap((arn) => arn ?? []))].map((arn) => readRole(reading, arn)));
  },
} satisfies Partial<SectionReaders>;

async function readRole(reading: Reading, roleArn: string): Promise<ExecutionRole> {
  // Operations take the name alone: what follows the path.
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const { Role } = await reading.ask('iam', GetRoleCommand, { RoleName });
  if (Role?.Arn !== roleArn)
    throw new CallFailed(
      'iam:GetRole',
      new NotReturned(
        `${RoleName} of this account is ${Role?.Arn}, not the ${roleArn} that Studio's users act as`,
      ),
    );
  const boundaryArn = Role.PermissionsBoundary?.PermissionsBoundaryArn;
  const [inline, attached, permissionsBoundary] = await Promise.all([
    inlinePolicies(reading, RoleName),
    attachedPolicies(reading, RoleName),
    boundaryArn === undefined ? null : readManagedPolicy(reading, boundaryArn),
  ]);
  return { RoleArn: roleArn, policies: [...inline, ...attached], permissionsBoundary };
}

async function inlinePolicies({ ask, pages }: Reading, RoleName: string): Promise<PolicyDocument[]> {
  const names = await pages('iam', ListRolePoliciesCommand, { RoleName }, (page) => page.PolicyNames);
  return Promise.all(
    names.map(async (name) => {
      const { PolicyDocument } = await ask('iam', GetRolePolicyCommand, { RoleName, PolicyName: name });
      return { source: 'inline', name, document: decoded('iam:GetRolePolicy', PolicyDocument) };
    }),
  );
}

async function attachedPolicies(reading: Reading, RoleName: string): Promise<PolicyDocument[]> {
  const attached = await reading.pages(
    'iam',
    ListAttachedRolePoliciesCommand,
    { RoleName },
    (page) => page.AttachedPolicies,
  );
  return Promise.all(
    attached.map(({ PolicyArn }) => {
      if (PolicyArn !== undefined) return readManagedPolicy(reading, PolicyArn);
      throw new CallFailed('iam:ListAttachedRolePolicies', new NotReturned('AWS did not return PolicyArn'));
    }),
  );
}

async function readManagedPolicy({ ask }: Reading, arn: string): Promise<PolicyDocument> {
  const { Policy } = await ask('iam', GetPolicyCommand, { PolicyArn: arn });
  const VersionId = Policy?.DefaultVersionId;
  if (VersionId === undefined)
    throw new CallFailed('iam:GetPolicy', new NotReturned(`AWS did not return DefaultVersionId of ${arn}`));
  const { PolicyVersion } = await ask('iam', GetPolicyVersionCommand, { PolicyArn: arn, VersionId });
  return {
    source: arn,
    name: Policy?.PolicyName ?? arn.slice(arn.lastIndexOf('/') + 1),
    document: decoded('iam:GetPolicyVersion', PolicyVersion?.Document),
  };
}

/** IAM returns documents "URL-encoded compliant with RFC 3986" (IAM API reference, GetRolePolicy). */
function decoded(operation: string, document: string | undefined): string {
  if (document === undefined)
    throw new CallFailed(operation, new NotReturned('AWS did not return the policy document'));
  try {
    return decodeURIComponent(document);
  } catch (error) {
    throw new CallFailed(operation, error);
  }
}
