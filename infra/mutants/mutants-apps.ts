/** Faults of what Studio's apps need among themselves. Ids are those of the mutation catalogue. */
import type { IpPermission, SecurityGroup } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf } from './mutant';
import { group, withMountTarget, withNfsGroups } from './studio-traffic';

/** What security-groups/apps-can-talk must notice. */
export function appMutants(): readonly Mutant[] {
  return mutantsOf(
    'security-groups/apps-can-talk',
    [...ofApps(), ...ofHomes()],
    ['securityGroups', 'domains', 'userProfiles', 'subnets', 'networkInterfaces'],
  );
}

const edit = (rewrite: (one: SecurityGroup) => SecurityGroup): Mutant['mutate'] =>
  ofGroup('sg-studio', rewrite);

function ofGroup(id: string, rewrite: (one: SecurityGroup) => SecurityGroup): Mutant['mutate'] {
  return (s) => change(s, 'securityGroups', (list) => edited(list, (one) => one.GroupId === id, rewrite));
}

const isFor =
  (port: number) =>
  ({ FromPort }: IpPermission): boolean =>
    FromPort === port;
const tcp = (FromPort: number, ToPort: number, peers: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  ...peers,
});
const STUDIO = { UserIdGroupPairs: [{ GroupId: 'sg-studio' }] };

function ofApps(): readonly Sketch[] {
  return [
    [
      'S04',
      'The group has no rule by which its members admit each other.',
      'fail',
      'no ingress rule of sg-studio lets apps that carry it reach each other on TCP 8192',
      edit((one) => ({ ...one, IpPermissions: one.IpPermissions?.filter((rule) => !isFor(8192)(rule)) })),
    ],
    [
      'S04a',
      'The group does not let its members out to each other.',
      'fail',
      'no egress rule of sg-studio',
      edit((one) => ({
        ...one,
        IpPermissionsEgress: one.IpPermissionsEgress?.filter((rule) => !isFor(8192)(rule)),
      })),
    ],
    [
      'S04b',
      'The members admit each other up to port 60000 only.',
      'fail',
      'on TCP 60001',
      edit((one) => ({ ...one, IpPermissions: [tcp(2049, 60_000, STUDIO)] })),
    ],
    [
      'S04c',
      'The rules by prefix cover only part of the Studio subnet.',
      'fail',
      'no ingress rule of sg-studio',
      edit((one) => ({
        ...one,
        IpPermissions: [
          tcp(2049, 65_535, { IpRanges: [{ CidrIp: '10.2.3.0/25' }, { CidrIp: '10.2.3.192/26' }] }),
        ],
      })),
    ],
    [
      'S04d',
      'Shared spaces run with a group that has no such rule.',
      'fail',
      'sg-spaces',
      (s) =>
        change(
          change(s, 'securityGroups', (list) => [...list, group('sg-spaces', 'spaces', {})]),
          'domains',
          (list) => list.map((one) => ({ ...one, DefaultSpaceSettings: { SecurityGroups: ['sg-spaces'] } })),
        ),
    ],
  ];
}

function ofHomes(): readonly Sketch[] {
  const withoutNfs = edit((one) => ({
    ...one,
    IpPermissions: one.IpPermissions?.filter((rule) => !isFor(2049)(rule)),
    IpPermissionsEgress: one.IpPermissionsEgress?.filter((rule) => !isFor(2049)(rule)),
  }));
  return [
    [
      'D10',
      "The mount target's group does not admit NFS from the apps.",
      'fail',
      'no ingress rule of sg-home admits NFS (TCP 2049) to the mount target eni-home',
      (s) =>
        change(withMountTarget(s, ['sg-home']), 'securityGroups', (list) => [
          ...list,
          group('sg-home', 'home', { IpPermissions: [tcp(443, 443, STUDIO)] }),
        ]),
    ],
    [
      'D10a',
      'The apps do not let NFS out to the mount target.',
      'fail',
      'no egress rule of sg-studio lets NFS (TCP 2049) out to the mount target eni-home',
      (s) =>
        change(withMountTarget(withoutNfs(s), ['sg-home']), 'securityGroups', (list) => [
          ...list,
          group('sg-home', 'home', { IpPermissions: [tcp(2049, 2049, STUDIO)] }),
        ]),
    ],
    [
      'D10b',
      'There are no rules for NFS anywhere.',
      'fail',
      'lets NFS (TCP 2049) out to the mount targets',
      withoutNfs,
    ],
    [
      'D10c',
      "SageMaker's group for mount targets has lost its rule.",
      'fail',
      'no ingress rule of sg-nfs-in admits NFS',
      (s) => ofGroup('sg-nfs-in', (one) => ({ ...one, IpPermissions: [] }))(withNfsGroups(withoutNfs(s))),
    ],
    [
      'D10d',
      'There is a mount target, and AWS did not return the file system of the domain.',
      'unknown',
      'HomeEfsFileSystemId of the domain d-studio',
      (s) =>
        change(withMountTarget(s, ['sg-studio']), 'domains', (list) =>
          list.map((one) => ({ ...one, HomeEfsFileSystemId: undefined })),
        ),
    ],
    [
      'D10e',
      "A mount target's group was not returned.",
      'unknown',
      'the security group sg-gone',
      (s) => withMountTarget(s, ['sg-gone']),
    ],
  ];
}
