/** The Studio subnets with what decides for traffic at their borders: zone, prefixes, route table. */
import type { Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { AddressSet } from './address-set';
import type { Family } from './cidr';
import { FAMILIES } from './cidr';
import { addressesOf } from './group-admission';
import { studioSubnetIds } from './studio';
import type { TableAssociations } from './subnet';
import { associationsOf, subnetOf, tableOfSubnet } from './subnet';

export interface StudioSubnet {
  readonly id: string;
  /** The Availability Zone's name, as AWS returned it. */
  readonly zone: string;
  readonly addresses: Readonly<Record<Family, AddressSet>>;
}

/** Every Studio subnet of the VPC; throws {@link NotKnown} for one that was not described. */
export function studioSubnets(snapshot: Snapshot): readonly StudioSubnet[] {
  const subnets = new Map(sectionValue(snapshot, 'subnets').map((subnet) => [subnet.SubnetId, subnet]));
  return studioSubnetIds(snapshot).map((id) => {
    const subnet = returned(subnets.get(id), `the Studio subnet ${id}`);
    return {
      id,
      zone: returned(subnet.AvailabilityZone, `AvailabilityZone of ${id}`),
      addresses: addressesOf(subnetOf(subnet).cidrs),
    };
  });
}

/** The addresses of all of them, both families. */
export function allStudioAddresses(subnets: readonly StudioSubnet[]): Readonly<Record<Family, AddressSet>> {
  const of = (family: Family) =>
    subnets.flatMap(({ addresses }) => addresses[family].map((interval) => ({ ...interval, family })));
  return addressesOf([...of('ipv4'), ...of('ipv6')]);
}

/** The families that hosts with these addresses need between them: IPv4 where all have it, else whatever they have. */
export function familiesBetween(hosts: readonly Readonly<Record<Family, AddressSet>>[]): readonly Family[] {
  return hosts.every(({ ipv4 }) => ipv4.length > 0) ? ['ipv4'] : FAMILIES;
}

/** Addresses without those of other families. */
export function inFamilies(
  addresses: Readonly<Record<Family, AddressSet>>,
  families: readonly Family[],
): Readonly<Record<Family, AddressSet>> {
  const of = (family: Family): AddressSet => (families.includes(family) ? addresses[family] : []);
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

/** Finds the route table that decides for a subnet; throws {@link NotKnown} when that is not clear. */
export function tableLookup(snapshot: Snapshot): (subnetId: string) => string {
  const associations: TableAssociations = associationsOf(sectionValue(snapshot, 'routeTables'));
  return (subnetId) => tableOfSubnet(associations, subnetId);
}
