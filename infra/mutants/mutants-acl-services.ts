/** Faults of network ACLs between Studio and what it needs inside the VPC. Ids are those of the mutation catalogue. */
import { anyEntry, ownAcl, tcpEntry } from './acl-changes';
import type { Mutant, Sketch } from './mutant';
import { change } from './mutant';
import { subnet } from './reference-network';
import { withMountTarget, withMountTargetApart } from './studio-traffic';
import { twoZones } from './two-zones';

/** Sketches for security-groups/acls-let-paths-through. */
export function aclServiceSketches(): readonly Sketch[] {
  const apart: Mutant['mutate'] = (s) =>
    change(
      change(s, 'subnets', (list) => [...list, subnet('subnet-endpoints', '10.2.4.0/24')]),
      'vpcEndpoints',
      (list) =>
        list.map((one) =>
          one.VpcEndpointType === 'Interface' ? { ...one, SubnetIds: ['subnet-endpoints'] } : one,
        ),
    );
  const moved: Mutant['mutate'] = (s) =>
    change(apart(s), 'networkInterfaces', (list) =>
      list.map((one) =>
        one.NetworkInterfaceId === 'eni-endpoints'
          ? { ...one, SubnetId: 'subnet-endpoints', PrivateIpAddress: '10.2.4.20' }
          : one,
      ),
    );
  const allOut = anyEntry(100, true, 'allow');
  const allIn = anyEntry(100, false, 'allow');
  return [
    [
      'N06h',
      'The mount target of the home directories is in a subnet of its own, whose ACL denies NFS.',
      'fail',
      'acl-home does not let TCP 2049 from 10.2.3.0 into subnet-home',
      (s) =>
        ownAcl(withMountTargetApart(s), 'subnet-home', [
          tcpEntry(90, { egress: false, action: 'deny', ports: [2049, 2049] }),
          allIn,
          allOut,
        ]),
    ],
    [
      'N06',
      "The endpoints' subnet does not let TLS in from Studio.",
      'fail',
      'into subnet-endpoints (TLS to the interface endpoints)',
      (s) =>
        ownAcl(moved(s), 'subnet-endpoints', [
          allOut,
          tcpEntry(100, { egress: false, ports: [1024, 65_535] }),
        ]),
    ],
    [
      'N06a',
      "The endpoints' subnet does not let the answers out.",
      'fail',
      'out of subnet-endpoints (answers of TLS to the interface endpoints)',
      (s) =>
        ownAcl(moved(s), 'subnet-endpoints', [tcpEntry(100, { egress: true, ports: [443, 443] }), allIn]),
    ],
    [
      'N07',
      'The Studio subnet denies the addresses of S3.',
      'fail',
      'TLS to pl-s3',
      (s) => ownAcl(s, 'subnet-studio', [anyEntry(90, true, 'deny', '3.5.0.0/19'), allOut, allIn]),
    ],
    [
      'N08',
      'NFS to the mount target in another subnet of the zone is denied.',
      'fail',
      'NFS to the home directories',
      (s) => {
        const two = change(
          change(s, 'subnets', (list) => [...list, subnet('subnet-studio-2', '10.2.5.0/24')]),
          'domains',
          (list) => list.map((one) => ({ ...one, SubnetIds: ['subnet-studio', 'subnet-studio-2'] })),
        );
        const routed = change(two, 'routeTables', (list) =>
          list.map((table) =>
            table.RouteTableId === 'rtb-studio'
              ? {
                  ...table,
                  Associations: [
                    ...(table.Associations ?? []),
                    { ...table.Associations?.[0], SubnetId: 'subnet-studio-2' },
                  ],
                }
              : table,
          ),
        );
        return ownAcl(withMountTarget(routed, ['sg-studio']), 'subnet-studio-2', [
          tcpEntry(90, { egress: true, action: 'deny', ports: [2049, 2049] }),
          allOut,
          allIn,
        ]);
      },
    ],
    [
      'N09',
      'Apps in two subnets cannot talk.',
      'fail',
      'connections between Studio apps',
      (s) =>
        ownAcl(twoZones(s), 'subnet-studio-b', [anyEntry(90, false, 'deny', '10.2.3.0/24'), allOut, allIn]),
    ],
  ];
}
