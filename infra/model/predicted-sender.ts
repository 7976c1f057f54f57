/** The host that a flow is sent from: its subnet, addresses and security groups. */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { Family } from './cidr';
import { parseAddress } from './cidr';

export interface Sender {
  readonly instanceId: string;
  readonly subnetId: string;
  /** Its own address of each family; null where it has none. */
  readonly addresses: Readonly<Record<Family, bigint | null>>;
  /** The security groups of its network interface: their rules add up. */
  readonly groupIds: readonly string[];
}

/**
 * An instance of the VPC as a sender. Throws {@link NotKnown} for one that was not described, or that has several network
 * interfaces: which of them a packet leaves by is the instance's own affair.
 *
 * Facts: EC2 API reference, `Instance.NetworkInterfaces` (each with its `Groups`); a VPC's rules know nothing of an
 * instance but its interface.
 */
export function senderOf(snapshot: Snapshot, instanceId: string): Sender {
  const instance = returned(
    sectionValue(snapshot, 'instances').find(({ InstanceId }) => InstanceId === instanceId),
    `the instance ${instanceId}`,
  );
  const interfaces = returned(instance.NetworkInterfaces, `NetworkInterfaces of ${instanceId}`);
  const [only, second] = interfaces;
  if (only === undefined || second !== undefined)
    throw new NotKnown(
      `${instanceId} has ${interfaces.length} network interfaces, where the model takes one`,
    );
  const ipv6 = only.Ipv6Addresses?.[0]?.Ipv6Address;
  const valueOf = (text: string | undefined): bigint | null =>
    text === undefined ? null : parseAddress(text).value;
  return {
    instanceId,
    subnetId: returned(only.SubnetId, `SubnetId of the network interface of ${instanceId}`),
    addresses: { ipv4: valueOf(only.PrivateIpAddress), ipv6: valueOf(ipv6) },
    groupIds: returned(only.Groups, `Groups of the network interface of ${instanceId}`).map((group) =>
      returned(group.GroupId, `GroupId of a group of ${instanceId}`),
    ),
  };
}
