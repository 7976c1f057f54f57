/**
 * The roles that Studio's users act as, as callers of AWS: their policies, and what is known of every request of
 * theirs.
 */
import type { ExecutionRole, Snapshot } from '../../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../snapshot/snapshot';
import { studioDomains } from '../studio';
import type { Context } from './condition';
import type { Principal } from './evaluation';
import { principalOf } from './evaluation';

export interface Caller {
  readonly role: ExecutionRole;
  readonly principal: Principal;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** What every request of the role has, whatever it asks for. */
  readonly context: Context;
}

/**
 * The execution roles of the VPC's domains, their user profiles and shared spaces, each once. Throws {@link NotKnown}
 * when one that Studio names was not read, or when it names none.
 *
 * Facts: SageMaker API reference, `UserSettings.ExecutionRole` (a profile's own goes before the domain's),
 * `DefaultSpaceSettings.ExecutionRole` (shared spaces).
 */
export function executionCallers(snapshot: Snapshot): readonly Caller[] {
  const roles = sectionValue(snapshot, 'executionRoles');
  const domains = studioDomains(snapshot);
  const ids = new Set(domains.map(({ DomainId }) => returned(DomainId, 'DomainId')));
  const profiles = sectionValue(snapshot, 'userProfiles').filter((profile) =>
    ids.has(returned(profile.DomainId, `DomainId of the user profile ${profile.UserProfileName}`)),
  );
  const named = [
    ...domains.flatMap(({ DefaultUserSettings: user, DefaultSpaceSettings: space, DomainSettings: own }) => [
      user?.ExecutionRole,
      space?.ExecutionRole,
      own?.RStudioServerProDomainSettings?.DomainExecutionRoleArn,
    ]),
    ...profiles.map(({ UserSettings }) => UserSettings?.ExecutionRole),
  ].flatMap((arn) => arn ?? []);
  const missing = named.find((arn) => !roles.some(({ RoleArn }) => RoleArn === arn));
  if (missing !== undefined)
    throw new NotKnown(`the policies of the execution role ${missing} were not read`);
  if (named.length === 0) throw new NotKnown('no domain or user profile of the VPC names an execution role');
  // Roles that were read for a domain of another VPC are not in question.
  return roles
    .filter(({ RoleArn }) => named.includes(RoleArn))
    .map((role) => callerOf(role, snapshot.target.region));
}

const ROLE_ARN = /^arn:([a-z-]+):iam::(\d{12}):role\/.+$/;

function callerOf(role: ExecutionRole, region: string): Caller {
  const [, partition, account] = ROLE_ARN.exec(role.RoleArn) ?? [];
  if (partition === undefined || account === undefined)
    throw new NotKnown(`${role.RoleArn} is not the ARN of a role`);
  return {
    role,
    principal: principalOf(role),
    partition,
    account,
    region,
    context: contextOf({ role: role.RoleArn, account }),
  };
}

/**
 * What is known of a call over TLS by a session of the role to a resource of its own account. Whence it comes, when,
 * with which tags: not known. Nor whether a service makes it for the role, as CloudFormation does: that service acts
 * with the role's permissions, so a statement about `aws:CalledVia` or `aws:ViaAWSService` can be met.
 *
 * Facts: IAM user guide, "AWS global condition context keys" (aws:PrincipalArn of a session is the role's ARN) and
 * "Forward access sessions".
 */
function contextOf({ role, account }: { readonly role: string; readonly account: string }): Context {
  return new Map<string, readonly string[] | 'absent'>([
    ['aws:principalarn', [role]],
    ['aws:principalaccount', [account]],
    ['aws:principaltype', ['AssumedRole']],
    ['aws:principalisawsservice', ['false']],
    ['aws:resourceaccount', [account]],
    ['aws:securetransport', ['true']],
  ]);
}

/** A context with more known. Keys in lower case. */
export function knowing(
  context: Context,
  further: Readonly<Record<string, readonly string[] | 'absent'>>,
): Context {
  return new Map([...context, ...Object.entries(further)]);
}

/** An ARN of the caller's account and Region. */
export function arnOf({ partition, region, account }: Caller, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
