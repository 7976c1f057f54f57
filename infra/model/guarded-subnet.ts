/** The subnets that Studio's traffic meets, by the network ACL that guards them. */
import type { NetworkAcl, Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { Family } from './cidr';
import { FAMILIES } from './cidr';
import { studioMountTargets } from './mount-target';
import { aclOfSubnet } from './network-acl';
import type { Subnet } from './subnet';
import { subnetOf } from './subnet';
import { studioSubnetIds } from './studio';
import { isEndpointOf, standingEndpoints } from './vpc-endpoint';

export interface GuardedSubnets {
  readonly aclId: string;
  readonly acl: NetworkAcl;
  readonly subnets: readonly Subnet[];
  readonly subnetIds: readonly string[];
}

/**
 * The subnets of Studio, of NAT gateways, of Gateway Load Balancer endpoints (the firewall's are such), of the
 * interface endpoints of these services and of the mount targets of Studio's home directories, one item per ACL, in the
 * order of the subnets' ids. Throws {@link NotKnown} where a subnet, or which ACL is its own, is not known.
 */
export function guardedSubnets(snapshot: Snapshot, services: readonly string[]): readonly GuardedSubnets[] {
  const acls = sectionValue(snapshot, 'networkAcls');
  const subnets = new Map(sectionValue(snapshot, 'subnets').map((subnet) => [subnet.SubnetId, subnet]));
  const guarded = new Map<string, { readonly acl: NetworkAcl; readonly subnets: Subnet[] }>();
  for (const id of subnetsOfInterest(snapshot, services)) {
    const acl = aclOfSubnet(acls, id);
    const aclId = returned(acl.NetworkAclId, `NetworkAclId of the network ACL of ${id}`);
    const subnet = subnetOf(returned(subnets.get(id), `the subnet ${id}`));
    const known = guarded.get(aclId);
    if (known) known.subnets.push(subnet);
    else guarded.set(aclId, { acl, subnets: [subnet] });
  }
  return [...guarded].map(([aclId, one]) => ({ aclId, ...one, subnetIds: one.subnets.map(({ id }) => id) }));
}

/** The endpoints of services, by their short names. */
export function endpointsOf(snapshot: Snapshot, services: readonly string[]): readonly VpcEndpoint[] {
  const { region } = snapshot.target;
  return standingEndpoints(snapshot).filter((endpoint) =>
    services.some((service) => isEndpointOf(endpoint, service, region)),
  );
}

/** The families that any of the subnets has addresses of. */
export function familiesOf({ subnets }: GuardedSubnets): readonly Family[] {
  return FAMILIES.filter((family) =>
    subnets.some(({ cidrs }) => cidrs.some((cidr) => cidr.family === family)),
  );
}

function subnetsOfInterest(snapshot: Snapshot, services: readonly string[]): readonly string[] {
  const nats = sectionValue(snapshot, 'natGateways')
    .filter(({ State: state, VpcId: vpcId }) => {
      const standing = state !== 'deleted' && state !== 'failed';
      return standing && (vpcId === undefined || vpcId === snapshot.target.vpcId);
    })
    .flatMap(({ SubnetId: id }) => id ?? []);
  const inspecting = standingEndpoints(snapshot).filter(
    ({ VpcEndpointType: type }) => type === 'GatewayLoadBalancer',
  );
  const serving = endpointsOf(snapshot, services).filter(({ VpcEndpointType: type }) => type === 'Interface');
  const endpoints = [...inspecting, ...serving].flatMap((endpoint) =>
    returned(endpoint.SubnetIds, `SubnetIds of ${endpoint.VpcEndpointId}`),
  );
  const homes = studioMountTargets(snapshot).map(({ subnetId }) => subnetId);
  return [...new Set([...studioSubnetIds(snapshot), ...nats, ...endpoints, ...homes])].sort();
}
