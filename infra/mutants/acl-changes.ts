/** The small changes of network ACLs that mutants are made of. */
import type { NetworkAcl, Snapshot } from '../snapshot/snapshot';
import { change } from './mutant';

export type AclEntry = NonNullable<NetworkAcl['Entries']>[number];

/** An entry for TCP, as AWS returns it. */
export function tcpEntry(
  RuleNumber: number,
  of: {
    readonly egress: boolean;
    readonly action?: 'allow' | 'deny';
    readonly ports: readonly [from: number, to: number];
    readonly cidr?: string;
  },
): AclEntry {
  const { egress: Egress, action: RuleAction = 'allow', ports, cidr = '0.0.0.0/0' } = of;
  const member = cidr.includes(':') ? 'Ipv6CidrBlock' : 'CidrBlock';
  return {
    RuleNumber,
    Egress,
    RuleAction,
    Protocol: '6',
    PortRange: { From: ports[0], To: ports[1] },
    [member]: cidr,
  };
}

/** An entry for every protocol. */
export function anyEntry(
  RuleNumber: number,
  Egress: boolean,
  RuleAction: 'allow' | 'deny',
  cidr = '0.0.0.0/0',
): AclEntry {
  const member = cidr.includes(':') ? 'Ipv6CidrBlock' : 'CidrBlock';
  return { RuleNumber, Egress, RuleAction, Protocol: '-1', [member]: cidr };
}

/** The VPC's ACL with more entries. */
export function withEntries(snapshot: Snapshot, ...entries: readonly AclEntry[]): Snapshot {
  return change(snapshot, 'networkAcls', (list) =>
    list.map((acl) => ({ ...acl, Entries: [...entries, ...(acl.Entries ?? [])] })),
  );
}

/** A subnet with an ACL of its own, named after it, that has these entries and AWS's last ones. */
export function ownAcl(snapshot: Snapshot, subnetId: string, entries: readonly AclEntry[]): Snapshot {
  const id = subnetId.replace('subnet', 'acl');
  const closing = [true, false].map((egress) => anyEntry(32_767, egress, 'deny'));
  return change(snapshot, 'networkAcls', (list) => [
    ...list.map((acl) => ({
      ...acl,
      Associations: (acl.Associations ?? []).filter((one) => one.SubnetId !== subnetId),
    })),
    {
      NetworkAclId: id,
      VpcId: 'vpc-studio',
      IsDefault: false,
      Entries: [...entries, ...closing],
      Associations: [{ SubnetId: subnetId, NetworkAclId: id, NetworkAclAssociationId: `${id}-assoc` }],
    },
  ]);
}
