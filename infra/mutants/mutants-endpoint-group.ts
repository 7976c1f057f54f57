/** Faults of the endpoints' group and of the VPC's default group. Ids are those of the mutation catalogue. */
import type { IpPermission, SecurityGroup } from '../snapshot/snapshot';
import { editEndpoint } from './endpoint-changes';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf, without } from './mutant';

/** What security-groups/endpoint-group-is-narrow and default-is-closed must notice. */
export function endpointGroupMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('security-groups/endpoint-group-is-narrow', wide(), [
      'vpcEndpoints',
      'securityGroups',
      'domains',
      'userProfiles',
      'subnets',
    ]),
    ...mutantsOf('security-groups/default-is-closed', defaults(), ['securityGroups']),
  ];
}

const edit =
  (id: string, rewrite: (one: SecurityGroup) => SecurityGroup): Mutant['mutate'] =>
  (s) =>
    change(s, 'securityGroups', (list) => edited(list, (one) => one.GroupId === id, rewrite));
const admits = (rule: IpPermission): Mutant['mutate'] =>
  edit('sg-endpoints', (one) => ({ ...one, IpPermissions: [...(one.IpPermissions ?? []), rule] }));
const https = (peers: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  ...peers,
});

function wide(): readonly Sketch[] {
  return [
    [
      'S06',
      'Everything from the whole VPC is admitted.',
      'fail',
      'all from 10.2.0.0/16: that is more than TCP 443',
      admits({ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.2.0.0/16' }] }),
    ],
    [
      'S06a',
      'TLS is admitted from the whole VPC.',
      'fail',
      'reaches beyond the Studio subnets',
      admits(https({ IpRanges: [{ CidrIp: '10.2.0.0/16' }] })),
    ],
    [
      'S06b',
      'More ports than 443 are admitted from Studio.',
      'fail',
      'tcp 443-8443',
      admits({ ...https({ UserIdGroupPairs: [{ GroupId: 'sg-studio' }] }), ToPort: 8443 }),
    ],
    [
      'S06c',
      'Another group is admitted.',
      'fail',
      'sg-default is not a group of Studio',
      admits(https({ UserIdGroupPairs: [{ GroupId: 'sg-default' }] })),
    ],
    [
      'S06d',
      'A group of a peered VPC is admitted.',
      'fail',
      'sg-studio is not a group of Studio',
      admits(https({ UserIdGroupPairs: [{ GroupId: 'sg-studio', VpcPeeringConnectionId: 'pcx-a' }] })),
    ],
    [
      'S06e',
      'TLS is admitted from everywhere by IPv6.',
      'fail',
      '::/0: that reaches beyond',
      admits(https({ Ipv6Ranges: [{ CidrIpv6: '::/0' }] })),
    ],
    [
      'S06f',
      "An endpoint carries the apps' own group, which admits more.",
      'fail',
      'tcp 8192-65535 from sg-studio: that is more than TCP 443',
      editEndpoint('vpce-sts', (one) => ({ ...one, Groups: [{ GroupId: 'sg-studio' }] })),
    ],
    [
      'S06g',
      'The ports of a rule were not returned.',
      'unknown',
      'FromPort',
      admits({ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.2.3.0/24' }] }),
    ],
    [
      'S06h',
      'A prefix list of the group was not returned.',
      'unknown',
      'pl-x',
      admits(https({ PrefixListIds: [{ PrefixListId: 'pl-x' }] })),
    ],
  ];
}

function defaults(): readonly Sketch[] {
  const open = edit('sg-default', (one) => ({
    ...one,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-default' }] }],
    IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  }));
  return [
    [
      'S10',
      'The default group is as EC2 makes it, and a network interface carries it.',
      'fail',
      'has 2 rules and is carried by eni-studio in subnet-studio',
      (s) =>
        change(open(s), 'networkInterfaces', (list) =>
          edited(
            list,
            (one) => one.NetworkInterfaceId === 'eni-studio',
            (one) => ({ ...one, Groups: [{ GroupId: 'sg-default' }] }),
          ),
        ),
    ],
    [
      'S10a',
      'It lets out only, and an endpoint carries it.',
      'fail',
      'has 1 rule and is carried by the endpoint vpce-sts',
      (s) =>
        editEndpoint('vpce-sts', (one) => ({ ...one, Groups: [{ GroupId: 'sg-default' }] }))(
          edit('sg-default', (one) => ({
            ...one,
            IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
          }))(s),
        ),
    ],
    [
      'S10b',
      'A user profile gives it to its apps.',
      'fail',
      'user profile user of d-studio',
      (s) =>
        change(open(s), 'userProfiles', (list) =>
          list.map((one) => ({ ...one, UserSettings: { SecurityGroups: ['sg-default'] } })),
        ),
    ],
    [
      'S10c',
      'A notebook instance carries it.',
      'fail',
      'the notebook instance quiet',
      (s) =>
        change(open(s), 'notebookInstances', (list) =>
          list.map((one) => ({ ...one, SecurityGroups: ['sg-default'] })),
        ),
    ],
    [
      'S10d',
      'The default group was not returned.',
      'unknown',
      '0 default security groups of vpc-studio',
      (s) => change(s, 'securityGroups', (list) => without(list, (one) => one.GroupName === 'default')),
    ],
    [
      'S10e',
      'It has rules, and the groups of a network interface were not returned.',
      'unknown',
      'Groups of eni-studio',
      (s) =>
        change(open(s), 'networkInterfaces', (list) =>
          edited(
            list,
            (one) => one.NetworkInterfaceId === 'eni-studio',
            (one) => ({ ...one, Groups: undefined }),
          ),
        ),
    ],
    [
      'S10g',
      'It has rules, and the groups of an interface endpoint were not returned.',
      'unknown',
      'Groups of vpce-sts',
      (s) => editEndpoint('vpce-sts', (one) => ({ ...one, Groups: undefined }))(open(s)),
    ],
    [
      'S10h',
      'It has rules, and the groups of a notebook instance in a subnet were not returned.',
      'unknown',
      'SecurityGroups of the notebook quiet',
      (s) =>
        change(open(s), 'notebookInstances', (list) =>
          list.map((one) => ({ ...one, SecurityGroups: undefined })),
        ),
    ],
    [
      'S10f',
      'Its rules were not returned.',
      'unknown',
      'the egress rules of sg-default',
      edit('sg-default', (one) => ({ ...one, IpPermissionsEgress: undefined })),
    ],
    [
      'D06',
      'It has rules, and the domain names no group: which one its apps carry is not documented.',
      'unknown',
      'no security group in DefaultUserSettings',
      (s) => change(open(s), 'domains', (list) => list.map((one) => ({ ...one, DefaultUserSettings: {} }))),
    ],
  ];
}
