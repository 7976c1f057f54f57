/** Faults of what the Studio groups, and those of their home directories, let in. Ids are those of the mutation catalogue. */
import type { IpPermission } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf } from './mutant';
import { group, withMountTarget, withNfsGroups } from './studio-traffic';

/** What security-groups/ingress-is-closed must notice. */
export function ingressMutants(): readonly Mutant[] {
  return mutantsOf('security-groups/ingress-is-closed', inwards(), [
    'vpc',
    'domains',
    'userProfiles',
    'securityGroups',
    'networkInterfaces',
  ]);
}

function inwards(): readonly Sketch[] {
  const into =
    (rule: IpPermission): Mutant['mutate'] =>
    (s) =>
      change(s, 'securityGroups', (list) =>
        edited(
          list,
          (one) => one.GroupId === 'sg-studio',
          (one) => ({ ...one, IpPermissions: [...(one.IpPermissions ?? []), rule] }),
        ),
      );
  const home =
    (rule: IpPermission): Mutant['mutate'] =>
    (s) =>
      change(withMountTarget(s, ['sg-home']), 'securityGroups', (list) => [
        ...list,
        group('sg-home', 'home', { IpPermissions: [rule] }),
      ]);
  return [
    [
      'S03',
      'Everything from everywhere is let in.',
      'fail',
      'all from 0.0.0.0/0',
      into({ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
    ],
    [
      'S03a',
      'Everything is let in by IPv6.',
      'fail',
      '::/0',
      into({ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }),
    ],
    [
      'S05',
      'NFS is let in from everywhere.',
      'fail',
      'tcp 2049 from 0.0.0.0/0',
      into({ IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
    ],
    [
      'S05a',
      'NFS is let in from the whole VPC.',
      'fail',
      'NFS',
      into({ IpProtocol: 'tcp', FromPort: 2000, ToPort: 3000, IpRanges: [{ CidrIp: '10.2.0.0/16' }] }),
    ],
    [
      'S05b',
      "NFS is let in from a group that is not Studio's.",
      'fail',
      'sg-endpoints',
      into({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }),
    ],
    [
      'S05c',
      "The mount target's group admits NFS from everywhere.",
      'fail',
      'sg-home admits tcp 2049 from 0.0.0.0/0',
      home({ IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
    ],
    [
      'S05d',
      "The mount target's group admits NFS from the whole VPC.",
      'fail',
      'it admits NFS (TCP 2049) by address',
      home({ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.2.0.0/16' }] }),
    ],
    [
      'S03b',
      "SageMaker's group for the apps' NFS, which every app carries, lets everything in.",
      'fail',
      'sg-nfs-out admits all from 0.0.0.0/0',
      (s) =>
        change(withNfsGroups(s), 'securityGroups', (list) =>
          edited(
            list,
            (one) => one.GroupId === 'sg-nfs-out',
            (one) => ({
              ...one,
              IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
            }),
          ),
        ),
    ],
    [
      'S09a',
      'A group that is gone is still referred to.',
      'fail',
      'sg-stale is not a security group of this VPC',
      into({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: 'sg-stale' }] }),
    ],
    [
      'S09',
      'A group of a peered VPC is let in.',
      'fail',
      'sg-peer',
      into({
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        UserIdGroupPairs: [{ GroupId: 'sg-peer', VpcPeeringConnectionId: 'pcx-a' }],
      }),
    ],
    [
      'S23',
      'AWS did not return the ports of a rule.',
      'unknown',
      'FromPort',
      into({ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.2.0.0/16' }] }),
    ],
  ];
}
