/** Further prefixes for the reference VPC: IPv6, secondary IPv4. */
import type { Snapshot } from '../snapshot/snapshot';
import { change } from './mutant';
import { localRoute } from './reference-network';
import { addToEveryTable } from './route-changes';

const IPV6_OF: Readonly<Record<string, string>> = {
  'subnet-studio': '2600:1f18:1:3::/64',
  'subnet-nat': '2600:1f18:1:2::/64',
  'subnet-firewall': '2600:1f18:1:1::/64',
};

/**
 * The VPC and its subnets with IPv6 prefixes, and what AWS adds by itself: local routes, and IPv6 entries of a default
 * network ACL that nobody has changed (VPC user guide, "Default network ACL").
 */
export function withIpv6(snapshot: Snapshot): Snapshot {
  const vpc = change(snapshot, 'vpc', (value) => ({
    ...value,
    Ipv6CidrBlockAssociationSet: [
      { Ipv6CidrBlock: '2600:1f18:1::/56', Ipv6CidrBlockState: { State: 'associated' } },
    ],
  }));
  const subnets = change(vpc, 'subnets', (list) =>
    list.map((subnet) => {
      const block = IPV6_OF[subnet.SubnetId ?? ''];
      return block === undefined
        ? subnet
        : {
            ...subnet,
            Ipv6CidrBlockAssociationSet: [
              { Ipv6CidrBlock: block, Ipv6CidrBlockState: { State: 'associated' as const } },
            ],
          };
    }),
  );
  return aclsForIpv6(addToEveryTable(subnets, localRoute('2600:1f18:1::/56')));
}

function aclsForIpv6(snapshot: Snapshot): Snapshot {
  const entries = [true, false].flatMap((Egress) => [
    { Egress, RuleNumber: 101, Protocol: '-1', RuleAction: 'allow' as const, Ipv6CidrBlock: '::/0' },
    { Egress, RuleNumber: 32_768, Protocol: '-1', RuleAction: 'deny' as const, Ipv6CidrBlock: '::/0' },
  ]);
  return change(snapshot, 'networkAcls', (list) =>
    list.map((acl) => ({ ...acl, Entries: [...(acl.Entries ?? []), ...entries] })),
  );
}

/** The VPC with a secondary IPv4 prefix and the local routes that AWS adds. */
export function withSecondaryCidr(snapshot: Snapshot, cidr: string): Snapshot {
  const vpc = change(snapshot, 'vpc', (value) => ({
    ...value,
    CidrBlockAssociationSet: [
      ...(value.CidrBlockAssociationSet ?? []),
      { AssociationId: 'vpc-cidr-b', CidrBlock: cidr, CidrBlockState: { State: 'associated' } },
    ],
  }));
  return addToEveryTable(vpc, localRoute(cidr));
}
