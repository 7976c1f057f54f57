/** Availability Zones of subnets, and of the machines that stand in them on a subnet's ways out. */
import type { Known } from './known';
import { ask } from './known';
import type { Network } from './network';
import { natGatewayIn, vpcOfSubnet } from './network';
import { returned } from '../snapshot/snapshot';
import type { WayOut } from './way-out';

/** A firewall endpoint or NAT gateway of the target VPC that a way out crosses. */
export interface Crossed {
  readonly kind: 'firewall endpoint' | 'NAT gateway';
  readonly id: string;
  /** Its zone; throws nothing, for a zone that was not returned matters only where it is compared. */
  readonly zone: Known<string>;
}

/**
 * The zone of a subnet, by the name that the caller's account has for it. Throws {@link NotKnown} when AWS did not
 * return it. Facts: EC2 API reference, `DescribeSubnets` (`AvailabilityZone`): all names in one account's answers are
 * names of the same mapping, so they can be compared, also between VPCs.
 */
export function zoneOfSubnet(network: Network, subnetId: string): string {
  return returned(vpcOfSubnet(network, subnetId).zones.get(subnetId), `AvailabilityZone of ${subnetId}`);
}

/**
 * What the VPC's own routes choose on these ways: its firewall endpoints and NAT gateways, each once. Those of other
 * VPCs are left out, for the transit gateway chooses among them; so is a regional NAT gateway, which has no zone of its
 * own (aws.md 1.22).
 */
export function crossedInVpc(network: Network, ways: readonly WayOut[]): readonly Crossed[] {
  const endpoints = new Set(ways.flatMap((way) => way.endpoints));
  const nats = new Set(ways.flatMap((way) => way.nats));
  return [
    ...[...endpoints].flatMap((id) => {
      const own = network.firewallEndpoints.byId.get(id);
      return own ? [crossed(network, { kind: 'firewall endpoint', id, subnetId: own.subnetId })] : [];
    }),
    ...[...nats].flatMap((id) => {
      const nat = natGatewayIn(network, id);
      const subnetId = nat.known ? nat.value.subnetId : null;
      return subnetId !== null && network.subnets.has(subnetId)
        ? [crossed(network, { kind: 'NAT gateway', id, subnetId })]
        : [];
    }),
  ];
}

function crossed(
  network: Network,
  { kind, id, subnetId }: Pick<Crossed, 'kind' | 'id'> & { readonly subnetId: string },
): Crossed {
  return { kind, id, zone: ask(() => zoneOfSubnet(network, subnetId)) };
}
