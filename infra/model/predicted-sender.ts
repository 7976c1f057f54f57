/** The host that a flow is sent from: its subnet, addresses and security groups. */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { Family } from './cidr';
import { contains } from './address-set';
import { parseAddress } from './cidr';
import { studioDomains } from './studio';
import { subnetOf } from './subnet';

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

/**
 * A processing job's container as a sender, by the address that it had: its interface was SageMaker's and is gone. It stands in
 * the domain's subnet that holds the address, with the groups of the domain's default, which is how such a job is created
 * (probes/transports). Throws {@link NotKnown} where no subnet of one domain holds it. IPv6 is not known of it.
 *
 * Facts: SageMaker API reference, `VpcConfig` of a job; aws.md 5.13.
 */
export function jobSenderOf(snapshot: Snapshot, address: string): Sender {
  const [domain, second] = studioDomains(snapshot).filter(
    ({ DomainId }) => snapshot.target.domainId === null || DomainId === snapshot.target.domainId,
  );
  if (domain === undefined || second !== undefined)
    throw new NotKnown('for which Studio domain the processing job stood is not known');
  const { value } = parseAddress(address);
  const ids = returned(domain.SubnetIds, `SubnetIds of the domain ${domain.DomainId}`);
  const subnet = sectionValue(snapshot, 'subnets').find(
    (one) =>
      ids.includes(one.SubnetId ?? '') &&
      contains(
        subnetOf(one).cidrs.filter(({ family }) => family === 'ipv4'),
        value,
      ),
  );
  if (subnet === undefined)
    throw new NotKnown(
      `no subnet of the domain ${domain.DomainId} holds the processing job's address ${address}`,
    );
  return {
    instanceId: `the processing job at ${address}`,
    subnetId: returned(subnet.SubnetId, 'SubnetId'),
    addresses: { ipv4: value, ipv6: null },
    groupIds: returned(
      domain.DefaultUserSettings?.SecurityGroups,
      `SecurityGroups of DefaultUserSettings of ${domain.DomainId}`,
    ),
  };
}
