/** Where Studio's home directories are: the EFS mount targets of its domains, and the groups SageMaker makes for NFS. */
import type { Domain, NetworkInterface, SecurityGroup, Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { AddressSet } from './address-set';
import type { Address, Family } from './cidr';
import { parseAddress } from './cidr';
import { addressesOf } from './group-admission';
import { studioDomains } from './studio';

/** The port of NFS, by which apps mount their home directories. */
export const NFS_PORT = 2049;

/** One mount target's network interface. */
export interface MountTarget {
  readonly networkInterfaceId: string;
  readonly fileSystemId: string;
  readonly subnetId: string;
  readonly address: Address;
  readonly groupIds: readonly string[];
}

/**
 * The mount targets of a domain's home file system that are in the VPC; empty when there are none, or no file system.
 * Throws {@link NotKnown} when there are mount targets and the domain's file system is not known.
 *
 * Facts: SageMaker API reference, `DescribeDomain.HomeEfsFileSystemId`, `HomeEfsFileSystemCreation`; aws.md 4.11
 * (REPORT: the interface's type is `efs`, its description `EFS mount target for fs-… (fsmt-…)`).
 */
export function mountTargetsOf(snapshot: Snapshot, domain: Domain): readonly MountTarget[] {
  if (!hasHomeFileSystem(domain)) return [];
  const found = sectionValue(snapshot, 'networkInterfaces').flatMap((one) => {
    const fileSystemId = fileSystemOf(one);
    return fileSystemId === null ? [] : [{ one, fileSystemId }];
  });
  if (found.length === 0) return [];
  const home = returned(domain.HomeEfsFileSystemId, `HomeEfsFileSystemId of the domain ${domain.DomainId}`);
  return found
    .filter(({ fileSystemId }) => fileSystemId === home)
    .map(({ one, fileSystemId }) => mountTargetOf(one, fileSystemId));
}

/** Every mount target of the Studio domains of the VPC. */
export function studioMountTargets(snapshot: Snapshot): readonly MountTarget[] {
  return studioDomains(snapshot).flatMap((domain) => mountTargetsOf(snapshot, domain));
}

/** A domain's home directories, as far as the VPC shows who serves them. */
export interface HomeFileSystem {
  readonly domainId: string;
  /** A domain can be made without. */
  readonly exists: boolean;
  /** The group that SageMaker adds to every app, or null where it is not in the VPC. */
  readonly outboundGroupId: string | null;
  /** What serves NFS; empty where neither a mount target nor SageMaker's group for them is in the VPC. */
  readonly servers: readonly NfsServer[];
}

export interface NfsServer {
  readonly name: string;
  readonly groupIds: readonly string[];
  readonly addresses: Readonly<Record<Family, AddressSet>>;
}

/** The home file systems of the VPC's Studio domains, one item per domain. */
export function homeFileSystems(snapshot: Snapshot): readonly HomeFileSystem[] {
  const groups = sectionValue(snapshot, 'securityGroups');
  return studioDomains(snapshot).map((domain) => {
    const { inbound, outbound } = nfsGroupsOf(groups, domain);
    const targets = mountTargetsOf(snapshot, domain).map((target) => ({
      name: `the mount target ${target.networkInterfaceId} of ${target.fileSystemId}`,
      groupIds: target.groupIds,
      addresses: addressesOf([
        { family: target.address.family, first: target.address.value, last: target.address.value },
      ]),
    }));
    // SageMaker puts its inbound group on the mount targets it makes (aws.md 4.10, REPORT).
    const made =
      inbound === null
        ? []
        : [{ name: `the mount targets with ${inbound}`, groupIds: [inbound], addresses: addressesOf([]) }];
    return {
      domainId: returned(domain.DomainId, 'DomainId'),
      exists: hasHomeFileSystem(domain),
      outboundGroupId: outbound,
      servers: targets.length > 0 ? targets : made,
    };
  });
}

function hasHomeFileSystem({ HomeEfsFileSystemCreation: creation }: Domain): boolean {
  return creation !== 'Disabled';
}

/** The groups that SageMaker makes for a domain's NFS, as far as they are in the VPC. */
export interface NfsGroups {
  /** Carried by the mount targets. */
  readonly inbound: string | null;
  /** Carried by every app besides its own groups. */
  readonly outbound: string | null;
}

/** Facts: aws.md 4.4 (SageMaker API reference: SageMaker adds a group for NFS), 4.10 (its names are a REPORT). */
export function nfsGroupsOf(groups: readonly SecurityGroup[], domain: Domain): NfsGroups {
  const id = returned(domain.DomainId, 'DomainId');
  const named = (name: string): string | null => {
    const made = groups.filter((group) => group.GroupName === name);
    if (made.length > 1) throw new NotKnown(`there are ${made.length} security groups with the name ${name}`);
    return made[0] === undefined ? null : returned(made[0].GroupId, `GroupId of ${name}`);
  };
  return {
    inbound: named(`security-group-for-inbound-nfs-${id}`),
    outbound: named(`security-group-for-outbound-nfs-${id}`),
  };
}

/** SageMaker's NFS group of each domain that has one in the VPC: all its apps carry it besides their own. */
export function nfsGroupsOfApps(
  snapshot: Snapshot,
): readonly { readonly domainId: string; readonly groupId: string }[] {
  const groups = sectionValue(snapshot, 'securityGroups');
  return studioDomains(snapshot).flatMap((domain) => {
    const { outbound } = nfsGroupsOf(groups, domain);
    return outbound === null ? [] : [{ domainId: returned(domain.DomainId, 'DomainId'), groupId: outbound }];
  });
}

function fileSystemOf({ Description: description, InterfaceType: type }: NetworkInterface): string | null {
  const named = /^EFS mount target for (fs-[0-9a-f]+)/.exec(description ?? '')?.[1];
  // A mount target whose description says nothing is one all the same, of a file system that is nobody's home.
  return named ?? (String(type) === 'efs' ? '' : null);
}

function mountTargetOf(one: NetworkInterface, fileSystemId: string): MountTarget {
  const id = returned(one.NetworkInterfaceId, `NetworkInterfaceId of a mount target of ${fileSystemId}`);
  return {
    networkInterfaceId: id,
    fileSystemId,
    subnetId: returned(one.SubnetId, `SubnetId of ${id}`),
    address: parseAddress(returned(one.PrivateIpAddress, `PrivateIpAddress of ${id}`)),
    groupIds: returned(one.Groups, `Groups of ${id}`).map((group) =>
      returned(group.GroupId, `GroupId of a group of ${id}`),
    ),
  };
}
