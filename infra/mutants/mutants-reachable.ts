/** Faults of the way to endpoints. Ids are those of the mutation catalogue. */
import { anyEntry, ownAcl, tcpEntry } from './acl-changes';
import { editEndpoint } from './endpoint-changes';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf } from './mutant';
import { interfaceEndpoint } from './reference-endpoints';
import { subnet } from './reference-network';
import { group } from './studio-traffic';
import { twoZones } from './two-zones';
import type { IpPermission, SecurityGroup } from '../snapshot/snapshot';

/** What endpoints/reachable must notice. */
export function reachableMutants(): readonly Mutant[] {
  return mutantsOf(
    'endpoints/reachable',
    [...ofGroups(), ...ofPlaces(), ...ofGateways(), ...ofDoubt()],
    ['vpcEndpoints', 'securityGroups', 'domains', 'userProfiles', 'subnets', 'routeTables'],
  );
}

const edit =
  (id: string, rewrite: (one: SecurityGroup) => SecurityGroup): Mutant['mutate'] =>
  (s) =>
    change(s, 'securityGroups', (list) => edited(list, (one) => one.GroupId === id, rewrite));
const admits = (...rules: readonly IpPermission[]): Mutant['mutate'] =>
  edit('sg-endpoints', (one) => ({ ...one, IpPermissions: [...rules] }));
const letsOut = (...rules: readonly IpPermission[]): Mutant['mutate'] =>
  edit('sg-studio', (one) => ({ ...one, IpPermissionsEgress: [...rules] }));
const tcp = (FromPort: number, ToPort: number, peers: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  ...peers,
});
const cidrs = (...list: readonly string[]): Partial<IpPermission> => ({
  IpRanges: list.map((CidrIp) => ({ CidrIp })),
});
const STUDIO = { UserIdGroupPairs: [{ GroupId: 'sg-studio' }] };

function ofGroups(): readonly Sketch[] {
  return [
    [
      'E02',
      'The endpoint carries a group without a rule for the Studio group.',
      'fail',
      'no ingress rule of sg-other admits TCP 443 from sg-studio',
      (s) =>
        change(
          editEndpoint('vpce-sagemaker-api', (one) => ({ ...one, Groups: [{ GroupId: 'sg-other' }] }))(s),
          'securityGroups',
          (list) => [...list, group('sg-other', 'other', {})],
        ),
    ],
    [
      'E02a',
      "The endpoints' group admits another port.",
      'fail',
      'no ingress rule of sg-endpoints',
      admits(tcp(444, 8443, STUDIO)),
    ],
    [
      'E02b',
      "The endpoints' group admits half of the Studio subnet.",
      'fail',
      'from sg-studio at 10.2.3.128',
      admits(tcp(443, 443, cidrs('10.2.3.0/25'))),
    ],
    [
      'E02c',
      "The endpoints' group admits a peered VPC's group of the same id.",
      'fail',
      'no ingress rule of sg-endpoints',
      admits(
        tcp(443, 443, { UserIdGroupPairs: [{ GroupId: 'sg-studio', VpcPeeringConnectionId: 'pcx-a' }] }),
      ),
    ],
    [
      'E02d',
      'A user profile runs with a group that the endpoints do not admit.',
      'fail',
      'from sg-own, sg-space',
      (s) =>
        change(
          change(s, 'securityGroups', (list) => [
            ...list,
            ...['sg-own', 'sg-space'].map((id) =>
              group(id, id, { IpPermissionsEgress: [tcp(443, 443, cidrs('0.0.0.0/0'))] }),
            ),
          ]),
          'domains',
          (list) =>
            list.map((one) => ({ ...one, DefaultSpaceSettings: { SecurityGroups: ['sg-space', 'sg-own'] } })),
        ),
    ],
    [
      'E04',
      'The Studio group lets TLS out to the internet and not to the endpoint.',
      'fail',
      'no egress rule of sg-studio lets TCP 443 out to sg-endpoints (10.2.3.20)',
      letsOut(
        tcp(
          443,
          443,
          cidrs(
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
      ),
    ],
  ];
}

function ofPlaces(): readonly Sketch[] {
  const apart =
    (zone: string): Mutant['mutate'] =>
    (s) => {
      const subnets = change(s, 'subnets', (list) => [...list, subnet('subnet-far', '10.2.4.0/24', zone)]);
      const moved = change(subnets, 'networkInterfaces', (list) =>
        edited(
          list,
          (one) => one.NetworkInterfaceId === 'eni-endpoints',
          (one) => ({ ...one, SubnetId: 'subnet-far', PrivateIpAddress: '10.2.4.20' }),
        ),
      );
      return change(moved, 'vpcEndpoints', (list) =>
        list.map((one) =>
          one.VpcEndpointType === 'Interface' ? { ...one, SubnetIds: ['subnet-far'] } : one,
        ),
      );
    };
  const allIn = anyEntry(100, false, 'allow');
  const allOut = anyEntry(100, true, 'allow');
  return [
    [
      'E05',
      'The endpoint has no network interface in a zone of Studio.',
      'fail',
      'it has a network interface in us-east-1c and none in a zone of Studio (us-east-1a)',
      apart('us-east-1c'),
    ],
    [
      'E05c',
      'The endpoints have IPv6 addresses only, and Studio has IPv4.',
      'fail',
      'its names lead to ipv6 addresses, and the Studio subnets have ipv4 ones',
      (s) =>
        change(
          letsOut(tcp(443, 443, { UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }))(s),
          'networkInterfaces',
          (list) =>
            edited(
              list,
              (one) => one.NetworkInterfaceId === 'eni-endpoints',
              (one) => ({
                ...one,
                PrivateIpAddress: undefined,
                Ipv6Addresses: [{ Ipv6Address: '2600:1f18:1:3::20' }],
              }),
            ),
        ),
    ],
    [
      'E05d',
      'The names of an endpoint have IPv6 addresses only, and Studio has IPv4.',
      'fail',
      'vpce-sts (sts) as it should: its names lead to no addresses',
      editEndpoint('vpce-sts', (one) => ({ ...one, DnsOptions: { DnsRecordIpType: 'ipv6' } })),
    ],
    [
      'E05a',
      "The endpoint's subnet denies TLS from the Studio subnet.",
      'fail',
      'acl-far does not let TCP 443 into subnet-far from 10.2.3.0',
      (s) =>
        ownAcl(apart('us-east-1a')(s), 'subnet-far', [
          tcpEntry(90, { egress: false, action: 'deny', ports: [443, 443] }),
          allIn,
          allOut,
        ]),
    ],
    [
      'E05b',
      'The Studio subnet of the second zone does not let the answers of the endpoint in.',
      'fail',
      'into subnet-studio-b from 10.2.3.20',
      (s) =>
        ownAcl(twoZones(s), 'subnet-studio-b', [allOut, anyEntry(90, false, 'deny', '10.2.3.0/24'), allIn]),
    ],
  ];
}

function ofGateways(): readonly Sketch[] {
  return [
    [
      'E07',
      'The S3 gateway endpoint is in no table of Studio.',
      'fail',
      'it is not in rtb-studio, the route table of subnet-studio, and in no other',
      editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: [] })),
    ],
    [
      'E09',
      'The S3 gateway endpoint is in the table of the NAT subnet only.',
      'fail',
      'only in rtb-nat',
      editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: ['rtb-nat'] })),
    ],
    [
      'E10',
      'The Studio group lets TLS out to part of S3 only.',
      'fail',
      'lets TCP 443 out to 52.216.0.0 of pl-s3',
      letsOut(
        tcp(443, 443, { UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }),
        tcp(443, 443, cidrs('3.5.0.0/19', '52.217.0.0/16')),
      ),
    ],
    [
      'E11',
      "The Studio subnet's ACL denies S3.",
      'fail',
      'TLS to pl-s3 by its gateway endpoint',
      (s) =>
        ownAcl(s, 'subnet-studio', [
          anyEntry(90, true, 'deny', '52.216.0.0/15'),
          anyEntry(100, true, 'allow'),
          anyEntry(100, false, 'allow'),
        ]),
    ],
    [
      'E11a',
      "The route of S3's gateway endpoint leads nowhere.",
      'fail',
      'its route in rtb-studio is a blackhole',
      (s) =>
        change(s, 'routeTables', (list) =>
          edited(
            list,
            (one) => one.RouteTableId === 'rtb-studio',
            (one) => ({
              ...one,
              Routes: one.Routes?.map((route) =>
                route.GatewayId === 'vpce-s3' ? { ...route, State: 'blackhole' } : route,
              ),
            }),
          ),
        ),
    ],
    [
      'E12',
      'S3 is called by an interface endpoint with private DNS, which does not admit Studio.',
      'fail',
      'vpce-s3-interface (s3)',
      (s) =>
        change(
          change(s, 'securityGroups', (list) => [...list, group('sg-other', 'other', {})]),
          'vpcEndpoints',
          (list) => [
            ...list,
            interfaceEndpoint('com.amazonaws.us-east-1.s3', {
              VpcEndpointId: 'vpce-s3-interface',
              Groups: [{ GroupId: 'sg-other' }],
            }),
          ],
        ),
    ],
  ];
}

function ofDoubt(): readonly Sketch[] {
  return [
    [
      'E13',
      'AWS did not return the groups of an endpoint.',
      'unknown',
      'Groups of vpce-sts',
      editEndpoint('vpce-sts', (one) => ({ ...one, Groups: undefined })),
    ],
    [
      'E13a',
      'AWS returned no group of an endpoint.',
      'unknown',
      'a security group of vpce-sts',
      editEndpoint('vpce-sts', (one) => ({ ...one, Groups: [] })),
    ],
    [
      'E13b',
      'AWS returned no network interface of an endpoint, and the Studio group names its group.',
      'unknown',
      'no network interface of vpce-sts',
      (s) =>
        editEndpoint('vpce-sts', (one) => ({ ...one, NetworkInterfaceIds: [] }))(
          letsOut(tcp(443, 443, { UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }))(s),
        ),
    ],
    [
      'E14',
      'The network interface of an endpoint was not returned, and the Studio group names addresses.',
      'unknown',
      'the network interface eni-gone of vpce-sts',
      editEndpoint('vpce-sts', (one) => ({ ...one, NetworkInterfaceIds: ['eni-gone'] })),
    ],
    [
      'E15',
      'The Studio group names some prefixes of S3, and its prefix list was not returned.',
      'unknown',
      'the prefix list pl-s3',
      (s) =>
        change(
          letsOut(
            tcp(443, 443, { UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }),
            tcp(443, 443, cidrs('3.5.0.0/19', '52.216.0.0/15')),
          )(s),
          'managedPrefixLists',
          () => [],
        ),
    ],
  ];
}
