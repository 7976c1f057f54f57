/** The large account's Studio: domains with six subnets and four groups each; profiles, spaces and apps dealt out among them. */
import { change } from '../infra/mutants/mutant';
import { networkInterface } from '../infra/mutants/reference-network';
import { domain } from '../infra/mutants/reference-studio';
import type { NetworkInterface, SecurityGroup, Snapshot } from '../infra/snapshot/snapshot';
import { range, studioSubnetId } from './zoned-plan';

export const STUDIO_SUBNETS = 300;
/** A third of them serve two subnets. */
export const STUDIO_TABLES = 200;
const DOMAINS = 50;
const PROFILES = 200;
const GROUPS = 200;

const groupId = (index: number): string => `sg-studio-${index}`;

/** Every domain's groups admit themselves, as Studio wants it, and the endpoints' group admits all of them. */
export function withGroups(snapshot: Snapshot): Snapshot {
  return change(snapshot, 'securityGroups', (groups) =>
    groups.flatMap((group) => {
      if (group.GroupId === 'sg-studio') return range(GROUPS).map((index) => renamed(group, groupId(index)));
      if (group.GroupId !== 'sg-endpoints') return [group];
      const pairs = range(GROUPS).map((index) => ({
        GroupId: groupId(index),
        UserId: group.OwnerId,
      }));
      const permissions = (group.IpPermissions ?? []).map((one) => ({ ...one, UserIdGroupPairs: pairs }));
      return [{ ...group, IpPermissions: permissions }];
    }),
  );
}

function renamed(group: SecurityGroup, id: string): SecurityGroup {
  // Its own id is in the permissions as well.
  return JSON.parse(JSON.stringify(group).replaceAll('"sg-studio"', `"${id}"`)) as SecurityGroup;
}

interface Member {
  readonly index: number;
  readonly domainId: string;
  readonly name: string;
}

/** Domains, profiles, private spaces, apps and the apps' interfaces. */
export function withStudio(snapshot: Snapshot): Snapshot {
  const domainIds = range(DOMAINS).map((index) => (index === 0 ? 'd-studio' : `d-studio-${index}`));
  const members = range(PROFILES).map((index): Member => ({
    index,
    domainId: domainIds[index % domainIds.length] ?? '',
    name: `user-${index}`,
  }));
  const arn = (kind: string, ...path: readonly string[]): string =>
    `arn:aws:sagemaker:us-east-1:111122223333:${[kind, ...path].join('/')}`;
  const withDomains = change(snapshot, 'domains', () =>
    domainIds.map((id, index) => {
      const made = domain(id);
      const settings = { ...made.DefaultUserSettings, SecurityGroups: groupsOfDomain(index) };
      return {
        ...made,
        SubnetIds: subnetsOfDomain(index).map(studioSubnetId),
        DefaultUserSettings: settings,
      };
    }),
  );
  const withProfiles = change(withDomains, 'userProfiles', ([model]) =>
    members.map(({ domainId, name }) => ({
      ...model,
      DomainId: domainId,
      UserProfileName: name,
      UserProfileArn: arn('user-profile', domainId, name),
    })),
  );
  const withSpaces = change(withProfiles, 'spaces', () =>
    members.map(({ domainId, name }) => ({
      DomainId: domainId,
      SpaceName: `space-of-${name}`,
      SpaceArn: arn('space', domainId, `space-of-${name}`),
      Status: 'InService' as const,
      OwnershipSettings: { OwnerUserProfileName: name },
      SpaceSharingSettings: { SharingType: 'Private' as const },
    })),
  );
  const withApps = change(withSpaces, 'apps', () =>
    members.map(({ domainId, name }) => ({
      DomainId: domainId,
      SpaceName: `space-of-${name}`,
      AppType: 'JupyterLab' as const,
      AppName: 'default',
      Status: 'InService' as const,
    })),
  );
  const withNotebooks = change(withApps, 'notebookInstances', (list) =>
    list.map((notebook) => ({ ...notebook, SecurityGroups: [groupId(0)] })),
  );
  return change(withNotebooks, 'networkInterfaces', (list) => [
    ...list.filter(({ NetworkInterfaceId: id }) => id !== 'eni-studio' && id !== 'eni-endpoints'),
    ...members.map(({ index }) => appInterface(index)),
  ]);
}

function groupsOfDomain(index: number): string[] {
  const each = GROUPS / DOMAINS;
  return range(each).map((number) => groupId(index * each + number));
}

function subnetsOfDomain(index: number): readonly number[] {
  const each = STUDIO_SUBNETS / DOMAINS;
  return range(each).map((number) => index * each + number);
}

function appInterface(index: number): NetworkInterface {
  const domainIndex = index % DOMAINS;
  const subnets = subnetsOfDomain(domainIndex);
  const subnetIndex = subnets[Math.floor(index / DOMAINS) % subnets.length] ?? 0;
  return inSubnet(
    `eni-app-${index}`,
    subnetIndex,
    10 + Math.floor(index / 256),
    groupsOfDomain(domainIndex),
    'interface',
  );
}

/** An interface in a Studio subnet, with the n-th address of its /25. */
export function inSubnet(
  id: string,
  subnetIndex: number,
  address: number,
  groups: readonly string[],
  InterfaceType: 'interface' | 'vpc_endpoint',
): NetworkInterface {
  return networkInterface(id, {
    SubnetId: studioSubnetId(subnetIndex),
    AvailabilityZone: `us-east-1${'abc'[(subnetIndex % STUDIO_TABLES) % 3]}`,
    PrivateIpAddress: `10.2.${Math.floor(subnetIndex / 2)}.${(subnetIndex % 2) * 128 + address}`,
    InterfaceType,
    Groups: groups.map((GroupId) => ({ GroupId, GroupName: GroupId })),
  });
}
