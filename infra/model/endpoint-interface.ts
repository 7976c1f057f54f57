/** An interface endpoint's network interfaces: in which subnets they are, and at which addresses. */
import type { NetworkInterface, Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { Address } from './cidr';
import { parseAddress } from './cidr';

export interface EndpointInterface {
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly addresses: readonly Address[];
}

/**
 * The network interfaces of an interface endpoint. Throws {@link NotKnown} for one that was not described.
 *
 * Facts: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint": one network interface per
 * subnet; a client's DNS may resolve to any of them, whatever its own zone.
 */
export function endpointInterfaces(snapshot: Snapshot, endpoint: VpcEndpoint): readonly EndpointInterface[] {
  const interfaces = sectionValue(snapshot, 'networkInterfaces');
  return returned(endpoint.NetworkInterfaceIds, `NetworkInterfaceIds of ${endpoint.VpcEndpointId}`).map(
    (id) =>
      interfaceOf(
        id,
        returned(
          interfaces.find((one) => one.NetworkInterfaceId === id),
          `the network interface ${id} of ${endpoint.VpcEndpointId}`,
        ),
      ),
  );
}

/** The security groups of an interface endpoint; throws {@link NotKnown} where AWS returned none. */
export function endpointGroups(endpoint: VpcEndpoint): readonly string[] {
  const name = endpoint.VpcEndpointId;
  const ids = returned(endpoint.Groups, `Groups of ${name}`).map((group) =>
    returned(group.GroupId, `GroupId of a group of ${name}`),
  );
  // An interface endpoint without groups of its own is given the VPC's default group, which AWS then returns.
  return returned(ids.length > 0 ? ids : null, `a security group of ${name}`);
}

function interfaceOf(id: string, one: NetworkInterface): EndpointInterface {
  const ipv6 = (one.Ipv6Addresses ?? []).map(({ Ipv6Address: text }) =>
    returned(text, `an IPv6 address of ${id}`),
  );
  const ipv4 = one.PrivateIpAddress === undefined ? [] : [one.PrivateIpAddress];
  const addresses = [...ipv4, ...ipv6].map(parseAddress);
  return {
    networkInterfaceId: id,
    subnetId: returned(one.SubnetId, `SubnetId of ${id}`),
    addresses: returned(addresses.length > 0 ? addresses : null, `an address of ${id}`),
  };
}
