/** Where a processing job of the verifier must stand to see what Studio sees: the domain's subnets, groups and role. */
import { NotKnown, returned, sectionValue, type Domain, type Snapshot } from '../../infra/snapshot/snapshot';
import { targetDomains } from './target-domains';

export interface JobPlace {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly roleArn: string;
}

export type StudioJob =
  | { readonly status: 'found'; readonly place: JobPlace; readonly notes: readonly string[] }
  | { readonly status: 'none'; readonly because: string };

/** VpcConfig's limits (SageMaker API reference). */
const MAX_SUBNETS = 16;
const MAX_GROUPS = 5;

export interface StudioJobOptions {
  /** Instead of the domain's execution role. */
  readonly roleArn: string | null;
}

/**
 * The place of the target domain's apps: its subnets, the security groups of its DefaultUserSettings, and their execution
 * role. Profiles that add groups of their own see a wider network than the job does (CreateDomain, DefaultUserSettings); the
 * notes name them. What could not be read leaves none, and says so.
 */
export function studioJob(snapshot: Snapshot, { roleArn }: StudioJobOptions): StudioJob {
  try {
    const domain = onlyDomain(snapshot);
    const id = returned(domain.DomainId, 'DomainId');
    const subnetIds = returned(domain.SubnetIds, `SubnetIds of the domain ${id}`);
    const settings = returned(domain.DefaultUserSettings, `DefaultUserSettings of the domain ${id}`);
    const securityGroupIds = settings.SecurityGroups ?? [];
    if (subnetIds.length === 0 || subnetIds.length > MAX_SUBNETS)
      throw new NotKnown(`the domain ${id} has ${subnetIds.length} subnets, a job takes 1 to ${MAX_SUBNETS}`);
    if (securityGroupIds.length === 0 || securityGroupIds.length > MAX_GROUPS)
      throw new NotKnown(
        `the domain ${id} names ${securityGroupIds.length} security groups for its users, a job takes 1 to ${MAX_GROUPS}`,
      );
    const role = roleArn ?? returned(settings.ExecutionRole, `ExecutionRole of the domain ${id}`);
    const place = { subnetIds, securityGroupIds, roleArn: role };
    return { status: 'found', place, notes: wider(snapshot, domain) };
  } catch (error) {
    if (error instanceof NotKnown)
      return { status: 'none', because: `No processing job can stand where Studio does: ${error.message}.` };
    throw error;
  }
}

function onlyDomain(snapshot: Snapshot): Domain {
  const { vpcId } = snapshot.target;
  const domains = targetDomains(snapshot);
  const [domain] = domains;
  if (domain === undefined) throw new NotKnown(`no Studio domain uses ${vpcId}`);
  if (domains.length > 1)
    throw new NotKnown(
      `${domains.map(({ DomainId }) => DomainId).join(' and ')} use ${vpcId}; name one with --domain-id`,
    );
  return domain;
}

function wider(snapshot: Snapshot, domain: Domain): readonly string[] {
  const own = new Set(domain.DefaultUserSettings?.SecurityGroups ?? []);
  const others = sectionValue(snapshot, 'userProfiles')
    .filter(({ DomainId }) => DomainId === domain.DomainId)
    .filter(({ UserSettings }) => (UserSettings?.SecurityGroups ?? []).some((group) => !own.has(group)))
    .map(({ UserProfileName }) => UserProfileName ?? 'a profile without a name');
  return others.length === 0
    ? []
    : [
        `The job has the security groups of the domain's default; these user profiles add others: ${others.join(', ')}.`,
      ];
}
