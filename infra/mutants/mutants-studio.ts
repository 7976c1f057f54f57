/** Faults of Studio itself, of its endpoints and of its security groups. Ids are those of the mutation catalogue. */
import type { IpPermission, SectionName, SecurityGroup, VpcEndpoint } from '../snapshot/snapshot';
import type { Mutant } from './mutant';
import { blinding, change, edited, without } from './mutant';
import { domain, notebook } from './reference-studio';

type Sketch = readonly [
  id: string,
  breaks: string,
  expect: Mutant['expect'],
  names: string,
  mutate: Mutant['mutate'],
];

const mutantsOf = (
  check: string,
  sketches: readonly Sketch[],
  needs: readonly SectionName[],
): readonly Mutant[] => [
  ...sketches.map(([id, breaks, expect, names, mutate]) => ({ id, breaks, check, expect, names, mutate })),
  ...blinding(check, needs),
];

/** Every fault of the domain, the notebooks, the endpoints and the security groups. */
export function studioMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('vpc-only/domain-is-vpc-only', domains(), ['domains']),
    ...mutantsOf('vpc-only/notebooks-have-no-direct-internet', notebooks(), ['notebookInstances']),
    ...mutantsOf('endpoints/required-exist', missing(), ['vpcEndpoints']),
    ...mutantsOf('endpoints/available', unavailable(), ['vpcEndpoints']),
    ...mutantsOf('endpoints/private-dns', unresolved(), ['vpcEndpoints', 'vpcAttributes']),
    ...mutantsOf('endpoints/policies-are-scoped', open(), ['vpcEndpoints']),
    ...mutantsOf('security-groups/egress-is-limited', outwards(), [
      'domains',
      'userProfiles',
      'securityGroups',
    ]),
    ...mutantsOf('security-groups/ingress-is-closed', inwards(), [
      'vpc',
      'domains',
      'userProfiles',
      'securityGroups',
    ]),
  ];
}

function domains(): readonly Sketch[] {
  return [
    [
      'D01',
      'The domain reaches the internet past the VPC.',
      'fail',
      'd-studio is PublicInternetOnly',
      (s) =>
        change(s, 'domains', (list) =>
          list.map((one) => ({ ...one, AppNetworkAccessType: 'PublicInternetOnly' })),
        ),
    ],
    [
      'D04',
      'A second domain of the VPC reaches the internet past it.',
      'fail',
      'd-second is PublicInternetOnly',
      (s) =>
        change(s, 'domains', (list) => [
          ...list,
          { ...domain('d-second'), AppNetworkAccessType: 'PublicInternetOnly' },
        ]),
    ],
    [
      'D20',
      'AWS did not return the access type.',
      'unknown',
      'AppNetworkAccessType of d-studio was not returned',
      (s) => change(s, 'domains', (list) => list.map(({ AppNetworkAccessType: _, ...one }) => one)),
    ],
    [
      'D21',
      'The domain moved to another VPC.',
      'unknown',
      'd-studio is not among',
      (s) => change(s, 'domains', (list) => list.map((one) => ({ ...one, VpcId: 'vpc-other' }))),
    ],
  ];
}

function notebooks(): readonly Sketch[] {
  return [
    [
      'D22',
      'A notebook instance has direct internet access.',
      'fail',
      'DirectInternetAccess of loud is Enabled',
      (s) =>
        change(s, 'notebookInstances', (list) => [
          ...list,
          { ...notebook('loud'), DirectInternetAccess: 'Enabled' },
        ]),
    ],
    [
      'D23',
      'AWS did not return whether a notebook instance has.',
      'unknown',
      'DirectInternetAccess of quiet',
      (s) => change(s, 'notebookInstances', (list) => list.map(({ DirectInternetAccess: _, ...one }) => one)),
    ],
  ];
}

const endpoint =
  (id: string, edit: (endpoint: VpcEndpoint) => VpcEndpoint): Mutant['mutate'] =>
  (s) =>
    change(s, 'vpcEndpoints', (list) => edited(list, (one) => one.VpcEndpointId === id, edit));

function missing(): readonly Sketch[] {
  return [
    [
      'E01',
      'The endpoint of sagemaker.api is gone.',
      'fail',
      'no endpoint for sagemaker.api',
      (s) =>
        change(s, 'vpcEndpoints', (list) =>
          without(list, (one) => one.ServiceName?.endsWith('.sagemaker.api') === true),
        ),
    ],
    [
      'E01d',
      'The endpoint of sagemaker.api is deleted and still listed.',
      'fail',
      'no endpoint for sagemaker.api',
      endpoint('vpce-sagemaker-api', (one) => ({ ...one, State: 'Deleted' })),
    ],
  ];
}

function unavailable(): readonly Sketch[] {
  return [
    [
      'E20',
      'An endpoint failed.',
      'fail',
      'vpce-sts',
      endpoint('vpce-sts', (one) => ({ ...one, State: 'Failed' })),
    ],
    [
      'E21',
      'An endpoint was rejected.',
      'fail',
      'Rejected',
      endpoint('vpce-sts', (one) => ({ ...one, State: 'Rejected' })),
    ],
    [
      'E22',
      'An endpoint is still being made.',
      'unknown',
      'pending',
      endpoint('vpce-sts', (one) => ({ ...one, State: 'Pending' })),
    ],
  ];
}

function unresolved(): readonly Sketch[] {
  return [
    [
      'E03',
      'An endpoint has no private DNS.',
      'fail',
      'PrivateDnsEnabled of vpce-sagemaker-api',
      endpoint('vpce-sagemaker-api', (one) => ({ ...one, PrivateDnsEnabled: false })),
    ],
    [
      'E23',
      'The VPC has no DNS hostnames.',
      'fail',
      'EnableDnsHostnames',
      (s) => change(s, 'vpcAttributes', (one) => ({ ...one, EnableDnsHostnames: false })),
    ],
    [
      'E24',
      'The VPC has no DNS.',
      'fail',
      'EnableDnsSupport',
      (s) => change(s, 'vpcAttributes', (one) => ({ ...one, EnableDnsSupport: false })),
    ],
    [
      'E25',
      'AWS did not return whether private DNS is on.',
      'unknown',
      'PrivateDnsEnabled of vpce-sagemaker-api',
      endpoint('vpce-sagemaker-api', ({ PrivateDnsEnabled: _, ...one }) => one),
    ],
  ];
}

function open(): readonly Sketch[] {
  const policy = (id: string, ...statements: readonly object[]): Mutant['mutate'] =>
    endpoint(id, (one) => ({
      ...one,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    }));
  const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  return [
    ['E06', 'An endpoint policy allows everything.', 'fail', 'vpce-sts', policy('vpce-sts', all)],
    [
      'E06a',
      'The same in its other spellings.',
      'fail',
      'vpce-sts',
      policy('vpce-sts', { Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['sts:*'], Resource: ['*'] }),
    ],
    [
      'E06b',
      'It allows everything but one action.',
      'fail',
      'vpce-sts',
      policy('vpce-sts', {
        Effect: 'Allow',
        Principal: '*',
        NotAction: 'sts:GetSessionToken',
        Resource: '*',
      }),
    ],
    [
      'E06c',
      'Its condition holds for every request through the endpoint.',
      'unknown',
      'aws:sourcevpc',
      policy('vpce-sts', { ...all, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-studio' } } }),
    ],
    [
      'E06d',
      'The policy is not JSON.',
      'unknown',
      'not JSON',
      endpoint('vpce-sts', (one) => ({ ...one, PolicyDocument: '{' })),
    ],
    [
      'E06e',
      'AWS did not return the policy.',
      'unknown',
      'PolicyDocument',
      endpoint('vpce-sts', ({ PolicyDocument: _, ...one }) => one),
    ],
    [
      'E06f',
      'Its condition takes any organisation.',
      'unknown',
      'aws:principalorgid',
      policy('vpce-sts', { ...all, Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } }),
    ],
    [
      'E08',
      'S3 is open to every bucket.',
      'fail',
      'vpce-s3',
      policy('vpce-s3', {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 's3:*',
        Resource: '*',
      }),
    ],
    [
      'E08a',
      'S3 is open to every object of every bucket.',
      'fail',
      'vpce-s3',
      policy('vpce-s3', {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::*/*',
      }),
    ],
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
      group(({ IpPermissionsEgress: _, ...one }) => one),
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

function inwards(): readonly Sketch[] {
  const into = (rule: IpPermission): Mutant['mutate'] =>
    group((one) => ({ ...one, IpPermissions: [...(one.IpPermissions ?? []), rule] }));
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
