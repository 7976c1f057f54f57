/** Variations of the reference network's security groups and network ACLs that are as compliant as it is. */
import type { IpPermission, SecurityGroup, Snapshot } from '../snapshot/snapshot';
import type { AclEntry } from './acl-changes';
import { anyEntry, ownAcl, tcpEntry, withEntries } from './acl-changes';
import { withIpv6 } from './address-changes';
import type { Harmless } from './mutant';
import { change, edited } from './mutant';
import { subnet } from './reference-network';
import { group, withMountTarget, withMountTargetApart, withNfsGroups } from './studio-traffic';

/** Variations of groups and ACLs. */
export function groupHarmless(): readonly Harmless[] {
  return [...ofAcls(), ...ofGroups(), ...ofHomes()];
}

const IN = { egress: false };
const OUT = { egress: true };

/** The narrowest ACLs that let Studio work: requests by port, answers to the ports that clients choose. */
export function strictAcls(snapshot: Snapshot): Snapshot {
  const web = (base: number, egress: boolean, cidr: string): readonly AclEntry[] => [
    tcpEntry(base, { egress, ports: [443, 443], cidr }),
    tcpEntry(base + 1, { egress, ports: [80, 80], cidr }),
  ];
  const everywhere = '0.0.0.0/0';
  const withStudio = ownAcl(snapshot, 'subnet-studio', [
    ...web(100, true, everywhere),
    tcpEntry(100, { ...IN, ports: [32_768, 60_999] }),
  ]);
  const withNat = ownAcl(withStudio, 'subnet-nat', [
    ...web(100, false, '10.2.3.0/24'),
    tcpEntry(110, { ...IN, ports: [1024, 65_535] }),
    ...web(100, true, everywhere),
    tcpEntry(110, { ...OUT, ports: [32_768, 60_999], cidr: '10.2.3.0/24' }),
  ]);
  return ownAcl(withNat, 'subnet-firewall', [
    ...web(100, false, '10.2.2.0/24'),
    tcpEntry(110, { ...IN, ports: [1024, 65_535] }),
    ...web(100, true, everywhere),
    tcpEntry(110, { ...OUT, ports: [1024, 65_535], cidr: '10.2.2.0/24' }),
  ]);
}

function ofAcls(): readonly Harmless[] {
  return [
    {
      id: 'HG01',
      variation: 'Every subnet has an ACL that lets through no more than Studio needs.',
      mutate: strictAcls,
    },
    {
      id: 'HG02',
      variation:
        'The ACL denies some addresses on the internet and some ports that a NAT gateway rarely uses.',
      mutate: (s) =>
        withEntries(
          s,
          anyEntry(10, true, 'deny', '45.0.0.0/8'),
          anyEntry(10, false, 'deny', '45.0.0.0/8'),
          tcpEntry(20, { ...IN, action: 'deny', ports: [3389, 3389] }),
          tcpEntry(21, { ...IN, action: 'deny', ports: [22, 22] }),
        ),
    },
    {
      id: 'HG03',
      variation: 'An allow comes after one that lets the same through: it changes nothing.',
      mutate: (s) =>
        withEntries(s, tcpEntry(200, { ...IN, ports: [443, 443] }), anyEntry(300, true, 'allow')),
    },
    {
      id: 'HG04',
      variation: 'A subnet that Studio has nothing to do with has an ACL that denies everything.',
      mutate: (s) =>
        ownAcl(
          change(s, 'subnets', (list) => [...list, subnet('subnet-other', '10.2.9.0/24')]),
          'subnet-other',
          [anyEntry(90, true, 'deny'), anyEntry(100, true, 'allow')],
        ),
    },
  ];
}

const editGroup =
  (id: string, edit: (group: SecurityGroup) => SecurityGroup): Harmless['mutate'] =>
  (s) =>
    change(s, 'securityGroups', (list) => edited(list, (one) => one.GroupId === id, edit));
const tcp = (FromPort: number, ToPort: number, peers: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  ...peers,
});
const STUDIO = { UserIdGroupPairs: [{ GroupId: 'sg-studio', UserId: '111122223333' }] };
const cidrs = (...list: readonly string[]): Partial<IpPermission> => ({
  IpRanges: list.map((CidrIp) => ({ CidrIp })),
});

function ofGroups(): readonly Harmless[] {
  return [
    {
      id: 'HG05',
      variation: "The endpoints' group admits the Studio subnet by two prefixes, not by group.",
      mutate: editGroup('sg-endpoints', (one) => ({
        ...one,
        IpPermissions: [tcp(443, 443, cidrs('10.2.3.0/25', '10.2.3.128/25'))],
      })),
    },
    {
      id: 'HG06',
      variation:
        'Studio names what it lets out: the endpoints, S3 by prefix list, the internet in two halves.',
      mutate: editGroup('sg-studio', (one) => ({
        ...one,
        IpPermissionsEgress: [
          tcp(443, 443, { UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }),
          tcp(443, 443, { PrefixListIds: [{ PrefixListId: 'pl-s3' }], IpRanges: [{ CidrIp: '0.0.0.0/1' }] }),
          tcp(443, 443, cidrs('128.0.0.0/1')),
          tcp(8192, 32_767, STUDIO),
          tcp(32_768, 65_535, cidrs('10.2.3.0/24')),
          tcp(2049, 2049, STUDIO),
        ],
      })),
    },
    {
      id: 'HG07',
      variation: "The VPC's default group lets everything through, as AWS makes it, and nothing uses it.",
      mutate: editGroup('sg-default', (one) => ({
        ...one,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-default' }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      })),
    },
    {
      id: 'HG13',
      variation: 'IPv6 is there, and the groups name IPv4 prefixes, by which apps and endpoints talk.',
      mutate: (s) =>
        withIpv6(
          editGroup('sg-studio', (one) => ({
            ...one,
            IpPermissions: [tcp(8192, 65_535, cidrs('10.2.3.0/24')), tcp(2049, 2049, STUDIO)],
          }))(
            editGroup('sg-endpoints', (one) => ({
              ...one,
              IpPermissions: [tcp(443, 443, cidrs('10.2.3.0/24'))],
            }))(s),
          ),
        ),
    },
    {
      id: 'HG08',
      variation: 'Apps admit each other on every port and protocol.',
      mutate: editGroup('sg-studio', (one) => ({
        ...one,
        IpPermissions: [{ IpProtocol: '-1', ...STUDIO }],
      })),
    },
  ];
}

function ofHomes(): readonly Harmless[] {
  const withoutNfs = editGroup('sg-studio', (one) => ({
    ...one,
    IpPermissions: one.IpPermissions?.filter(({ FromPort }) => FromPort !== 2049),
    IpPermissionsEgress: one.IpPermissionsEgress?.filter(({ FromPort }) => FromPort !== 2049),
  }));
  return [
    {
      id: 'HG09',
      variation: 'The mount target carries the group of the apps, which admits NFS from itself.',
      mutate: (s) => withMountTarget(s, ['sg-studio']),
    },
    {
      id: 'HG10',
      variation:
        "NFS is left to the groups that SageMaker makes for it; the apps' own group has no rule for it.",
      mutate: (s) => withMountTarget(withNfsGroups(withoutNfs(s)), ['sg-nfs-in']),
    },
    {
      id: 'HG14',
      variation: 'The mount target is in a subnet of its own, whose ACL lets everything through.',
      mutate: (s) =>
        ownAcl(withMountTargetApart(s), 'subnet-home', [
          anyEntry(100, false, 'allow'),
          anyEntry(100, true, 'allow'),
        ]),
    },
    {
      id: 'HG11',
      variation: 'The domain has no home file system, so its groups have no rules for NFS.',
      mutate: (s) =>
        change(withoutNfs(s), 'domains', (list) =>
          list.map((domain) => ({ ...domain, HomeEfsFileSystemCreation: 'Disabled' })),
        ),
    },
    {
      id: 'HG12',
      variation: "Another file system's mount target admits NFS from a group that is not Studio's.",
      mutate: (s) =>
        change(
          change(withMountTarget(s, ['sg-studio']), 'securityGroups', (list) => [
            ...list,
            group('sg-shared', 'shared-files', {
              IpPermissions: [tcp(2049, 2049, cidrs('10.2.0.0/16'))],
            }),
          ]),
          'networkInterfaces',
          (list) =>
            list.flatMap((one) =>
              one.NetworkInterfaceId === 'eni-home'
                ? [
                    one,
                    {
                      ...one,
                      NetworkInterfaceId: 'eni-shared',
                      PrivateIpAddress: '10.2.3.60',
                      Description: 'EFS mount target for fs-0ffffffffffffffff (fsmt-0ffffffffffffffff)',
                      Groups: [{ GroupId: 'sg-shared' }],
                    },
                  ]
                : [one],
            ),
        ),
    },
  ];
}
