/** What belongs to SageMaker Studio in the VPC: its domains, their subnets, the security groups of its apps. */
import type { Domain, SectionValues, Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';

/** Security groups that one app's network interface carries together: their rules add up. */
export interface StudioGroups {
  readonly groupIds: readonly string[];
  /** Which settings name them: `DefaultUserSettings of d-…`, `user profile x of d-…`. */
  readonly usedBy: readonly string[];
}

/**
 * The domains of the snapshot's VPC, of the whole region. Throws {@link NotKnown} when there is none, or when the
 * domain that the run is about is not among them.
 *
 * Facts: aws.md 4.2 (SageMaker API reference, `UpdateDomain`: a domain's VPC can change); SageMaker API reference,
 * `CreateDomain.VpcId`: optional only with PublicInternetOnly, for domains from SageMaker Unified Studio. Such a
 * domain is in no VPC of ours; any other without a VpcId may be in this one.
 */
export function studioDomains(snapshot: Snapshot): readonly Domain[] {
  const { vpcId, domainId, region } = snapshot.target;
  const domains = sectionValue(snapshot, 'domains');
  const inVpc = domains.filter(
    (domain) =>
      !isWithoutVpc(domain) && returned(domain.VpcId, `VpcId of the domain ${domain.DomainId}`) === vpcId,
  );
  if (domainId !== null && !inVpc.some((domain) => domain.DomainId === domainId)) {
    throw new NotKnown(`the Studio domain ${domainId} is not among the domains of ${vpcId} in ${region}`);
  }
  if (inVpc.length === 0) throw new NotKnown(`no Studio domain in ${region} uses ${vpcId}`);
  return inVpc;
}

function isWithoutVpc(domain: Domain): boolean {
  return domain.VpcId === undefined && domain.AppNetworkAccessType === 'PublicInternetOnly';
}

/** Every subnet that Studio apps get their network interfaces in, each once, sorted. */
export function studioSubnetIds(snapshot: Snapshot): readonly string[] {
  const ids = studioDomains(snapshot).flatMap((domain) => {
    const subnets = returned(domain.SubnetIds, `SubnetIds of the domain ${domain.DomainId}`);
    if (subnets.length === 0) throw new NotKnown(`AWS returned no subnet for the domain ${domain.DomainId}`);
    return subnets;
  });
  return [...new Set(ids)].sort();
}

/**
 * Every combination of security groups that Studio apps of this VPC run with.
 *
 * Facts: SageMaker API reference, `CreateDomain.DefaultUserSettings`: `SecurityGroups` of a user profile and of the
 * domain's default are aggregated, for private spaces, so their rules add up (the developer guide speaks of an
 * override, aws.md 4.4; the sum is the wider of the two readings). Shared spaces take those of
 * `DefaultSpaceSettings`. Throws {@link NotKnown} when a domain names no default: which groups its apps then carry is
 * not documented.
 */
export function studioSecurityGroups(snapshot: Snapshot): readonly StudioGroups[] {
  const domains = studioDomains(snapshot);
  const byId = new Map(domains.map((domain) => [returned(domain.DomainId, 'DomainId'), domain]));
  const profiles = sectionValue(snapshot, 'userProfiles').flatMap((profile) => {
    const name = `user profile ${profile.UserProfileName}`;
    const domain = byId.get(returned(profile.DomainId, `DomainId of the ${name}`));
    return domain ? [{ groups: ofProfile(profile, domain), usedBy: `${name} of ${profile.DomainId}` }] : [];
  });
  const named: { readonly groups: readonly string[] | undefined; readonly usedBy: string }[] = [
    ...domains.flatMap(domainSettings),
    ...profiles,
  ];
  const combinations = new Map<string, StudioGroups>();
  for (const { groups, usedBy } of named) {
    if (groups === undefined || groups.length === 0) continue;
    const groupIds = [...new Set(groups)].sort();
    const same = combinations.get(groupIds.join());
    combinations.set(groupIds.join(), { groupIds, usedBy: [...(same?.usedBy ?? []), usedBy] });
  }
  return [...combinations.values()];
}

function ofProfile(
  profile: SectionValues['userProfiles'][number],
  domain: Domain,
): readonly string[] | undefined {
  const own = profile.UserSettings?.SecurityGroups ?? [];
  return own.length === 0 ? undefined : [...own, ...(domain.DefaultUserSettings?.SecurityGroups ?? [])];
}

function domainSettings(
  domain: Domain,
): readonly { groups: readonly string[] | undefined; usedBy: string }[] {
  const id = returned(domain.DomainId, 'DomainId');
  const defaults = domain.DefaultUserSettings?.SecurityGroups;
  if (defaults === undefined || defaults.length === 0) {
    throw new NotKnown(`AWS returned no security group in DefaultUserSettings of the domain ${id}`);
  }
  return [
    { groups: defaults, usedBy: `DefaultUserSettings of ${id}` },
    { groups: domain.DefaultSpaceSettings?.SecurityGroups, usedBy: `DefaultSpaceSettings of ${id}` },
    { groups: domain.DomainSettings?.SecurityGroupIds, usedBy: `DomainSettings of ${id}` },
  ];
}
