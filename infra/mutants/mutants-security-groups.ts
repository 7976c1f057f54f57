/** Faults of security groups. Ids are those of the mutation catalogue. */
import type { IpPermission, SecurityGroup } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf, without } from './mutant';
import { ingressMutants } from './mutants-ingress';
import { withNfsGroups } from './studio-traffic';

/** What the checks of security-groups must notice. */
export function securityGroupMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('security-groups/egress-is-limited', outwards(), [
      'domains',
      'userProfiles',
      'securityGroups',
    ]),
    ...ingressMutants(),
  ];
}

const group =
  (edit: (group: SecurityGroup) => SecurityGroup): Mutant['mutate'] =>
  (s) =>
    change(s, 'securityGroups', (list) => edited(list, (one) => one.GroupId === 'sg-studio', edit));

function outwards(): readonly Sketch[] {
  const out = (...rules: readonly IpPermission[]): Mutant['mutate'] =>
    group((one) => ({ ...one, IpPermissionsEgress: [...rules] }));
  const tcp = (FromPort: number, ToPort: number, ...cidrs: readonly string[]): IpPermission => ({
    IpProtocol: 'tcp',
    FromPort,
    ToPort,
    IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
  });
  return [
    [
      'S01',
      'Everything is let out, as EC2 does by default.',
      'fail',
      'sg-studio all to 0.0.0.0/0',
      out({ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
    ],
    [
      'S01a',
      'Every TCP port is open, in two halves of the address space.',
      'fail',
      '128.0.0.0/1',
      out(tcp(0, 65_535, '0.0.0.0/1'), tcp(0, 65_535, '128.0.0.0/1')),
    ],
    [
      'S01b',
      'Every TCP port is open, in two halves of the ports.',
      'fail',
      'tcp 1-32767',
      out(tcp(1, 32_767, '0.0.0.0/0'), tcp(32_768, 65_535, '0.0.0.0/0')),
    ],
    [
      'S01c',
      'Everything is let out by IPv6.',
      'fail',
      '::/0',
      out({ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }),
    ],
    [
      'S01d',
      'A user profile brings a group that lets everything out.',
      'fail',
      'sg-wide',
      (s) =>
        change(
          change(s, 'securityGroups', (list) => [
            ...list,
            {
              GroupId: 'sg-wide',
              VpcId: 'vpc-studio',
              IpPermissions: [],
              IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
            },
          ]),
          'userProfiles',
          (list) => list.map((one) => ({ ...one, UserSettings: { SecurityGroups: ['sg-wide'] } })),
        ),
    ],
    [
      'S01n',
      "SageMaker's group for the apps' NFS, which every app carries, lets out what the Studio group does not.",
      'fail',
      'sg-nfs-out all to 0.0.0.0/0',
      (s) =>
        change(withNfsGroups(s), 'securityGroups', (list) =>
          edited(
            list,
            (one) => one.GroupId === 'sg-nfs-out',
            (one) => ({
              ...one,
              IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
            }),
          ),
        ),
    ],
    [
      'S01e',
      'Everything but private addresses is let out.',
      'fail',
      'tcp 0-65535',
      out(
        tcp(
          0,
          65_535,
          '0.0.0.0/5',
          '8.0.0.0/7',
          '11.0.0.0/8',
          '12.0.0.0/6',
          '16.0.0.0/4',
          '32.0.0.0/3',
          '64.0.0.0/2',
          '128.0.0.0/1',
        ),
      ),
    ],
    [
      'S01f',
      'All of the IPv6 internet is open, and nothing of IPv6 that is not.',
      'fail',
      '2000::/3',
      out({ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '2000::/3' }] }),
    ],
    [
      'S01g',
      'All of the IPv4 internet is open, half of it by NAT64.',
      'fail',
      '64:ff9b::8000:0/97',
      out(
        { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/1' }] },
        { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '64:ff9b::8000:0/97' }] },
      ),
    ],
    [
      'S01h',
      "The domain's group and that of a user profile each open half.",
      'fail',
      '128.0.0.0/1',
      (s) =>
        change(
          change(out(tcp(0, 65_535, '0.0.0.0/1'))(s), 'securityGroups', (list) => [
            ...list,
            {
              GroupId: 'sg-half',
              VpcId: 'vpc-studio',
              IpPermissions: [],
              IpPermissionsEgress: [tcp(0, 65_535, '128.0.0.0/1')],
            },
          ]),
          'userProfiles',
          (list) => list.map((one) => ({ ...one, UserSettings: { SecurityGroups: ['sg-half'] } })),
        ),
    ],
    [
      'S24',
      'AWS did not return which domain a user profile belongs to.',
      'unknown',
      'DomainId of the user profile',
      (s) => change(s, 'userProfiles', (list) => list.map((one) => ({ ...one, DomainId: undefined }))),
    ],
    [
      'S20',
      'A prefix list of the group was not returned.',
      'unknown',
      'pl-x',
      out({ IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-x' }] }),
    ],
    [
      'S21',
      'The group was not returned.',
      'unknown',
      'the security group sg-studio',
      (s) => change(s, 'securityGroups', (list) => without(list, (one) => one.GroupId === 'sg-studio')),
    ],
    [
      'S22',
      'AWS did not return the egress rules.',
      'unknown',
      'the egress rules of sg-studio',
      group((one) => ({ ...one, IpPermissionsEgress: undefined })),
    ],
    [
      'D06',
      'The domain names no security group.',
      'unknown',
      'no security group in DefaultUserSettings',
      (s) => change(s, 'domains', (list) => list.map((one) => ({ ...one, DefaultUserSettings: {} }))),
    ],
  ];
}
