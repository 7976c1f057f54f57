/** What Studio brings into the VPC besides its domain: the mount target of its home directories, SageMaker's NFS groups. */
import type { IpPermission, SecurityGroup, Snapshot } from '../snapshot/snapshot';
import { change, edited } from './mutant';
import { networkInterface, subnet } from './reference-network';

const HOME = 'fs-0a1b2c3d4e5f60718';

/** The domain with a home file system, whose mount target is in the Studio subnet and carries these groups. */
export function withMountTarget(snapshot: Snapshot, groupIds: readonly string[]): Snapshot {
  const domains = change(snapshot, 'domains', (list) =>
    list.map((domain) => ({ ...domain, HomeEfsFileSystemId: HOME })),
  );
  return change(domains, 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-home', {
      SubnetId: 'subnet-studio',
      PrivateIpAddress: '10.2.3.50',
      InterfaceType: 'interface',
      Description: `EFS mount target for ${HOME} (fsmt-0123456789abcdef0)`,
      RequesterManaged: true,
      Groups: groupIds.map((GroupId) => ({ GroupId })),
    }),
  ]);
}

/** The same with the mount target in a subnet of its own, `subnet-home`. */
export function withMountTargetApart(snapshot: Snapshot): Snapshot {
  const subnets = change(snapshot, 'subnets', (list) => [...list, subnet('subnet-home', '10.2.8.0/24')]);
  return change(withMountTarget(subnets, ['sg-studio']), 'networkInterfaces', (list) =>
    edited(
      list,
      (one) => one.NetworkInterfaceId === 'eni-home',
      (one) => ({ ...one, SubnetId: 'subnet-home', PrivateIpAddress: '10.2.8.50' }),
    ),
  );
}

/** The groups that SageMaker makes for a domain's NFS, as it makes them. */
export function withNfsGroups(snapshot: Snapshot): Snapshot {
  const nfs = (peer: string): IpPermission => ({
    IpProtocol: 'tcp',
    FromPort: 2049,
    ToPort: 2049,
    UserIdGroupPairs: [{ GroupId: peer, UserId: '111122223333' }],
  });
  return change(snapshot, 'securityGroups', (list) => [
    ...list,
    group('sg-nfs-in', 'security-group-for-inbound-nfs-d-studio', { IpPermissions: [nfs('sg-nfs-out')] }),
    group('sg-nfs-out', 'security-group-for-outbound-nfs-d-studio', {
      IpPermissionsEgress: [nfs('sg-nfs-in')],
    }),
  ]);
}

/** A group of the reference VPC without rules but those given. */
export function group(id: string, name: string, rules: Partial<SecurityGroup>): SecurityGroup {
  return {
    GroupId: id,
    GroupName: name,
    VpcId: 'vpc-studio',
    OwnerId: '111122223333',
    Description: name,
    IpPermissions: [],
    IpPermissionsEgress: [],
    ...rules,
  };
}
