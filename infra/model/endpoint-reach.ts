/** Whether Studio's apps can reach an interface endpoint: what of groups, zones and ACLs stands between. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { AddressSet } from './address-set';
import type { Crossing } from './border-crossing';
import { refusalOf } from './border-crossing';
import type { Family } from './cidr';
import { FAMILIES, formatAddress } from './cidr';
import { endpointGroups, endpointInterfaces } from './endpoint-interface';
import type { GroupBook } from './group-admission';
import { addressesOf, groupBookOf, refusedOf, rulesOfGroups } from './group-admission';
import { aclOfSubnet, networkAclOf } from './network-acl';
import type { SecurityGroupRule } from './security-group';
import { endpointCrossings, TLS_PORT } from './service-crossings';
import { studioSecurityGroups } from './studio';
import type { StudioSubnet } from './studio-subnet';
import { allStudioAddresses, familiesBetween, inFamilies, studioSubnets } from './studio-subnet';

/** What stands between Studio and an endpoint. */
export interface Obstacle {
  /** A sentence part: the resource and the rule, or that there is none. */
  readonly because: string;
  /** CloudFormation property and CLI call. */
  readonly fix: string;
}

/** Studio as an endpoint sees it. */
export interface StudioClients {
  readonly subnets: readonly StudioSubnet[];
  readonly addresses: Readonly<Record<Family, AddressSet>>;
  /** The groups that one app carries together, with all that they let out. */
  readonly apps: readonly {
    readonly groupIds: readonly string[];
    readonly egress: readonly SecurityGroupRule[];
  }[];
  readonly book: GroupBook;
}

/** TCP to the port of AWS's services. */
export const TLS = { protocol: 'tcp', ports: { from: TLS_PORT, to: TLS_PORT } } as const;

/** Studio's subnets and groups; throws {@link NotKnown} where they are not known. */
export function studioClients(snapshot: Snapshot): StudioClients {
  const subnets = studioSubnets(snapshot);
  const book = groupBookOf(snapshot);
  const apps = studioSecurityGroups(snapshot).map(({ groupIds }) => ({
    groupIds,
    egress: rulesOfGroups(book, groupIds, 'egress'),
  }));
  return { subnets, addresses: allStudioAddresses(subnets), apps, book };
}

/** The first obstacle before an interface endpoint, or null. Throws {@link NotKnown} for what was not returned. */
export function obstacleToInterface(
  snapshot: Snapshot,
  endpoint: VpcEndpoint,
  studio: StudioClients,
): Obstacle | null {
  return (
    notAdmitted(snapshot, endpoint, studio) ??
    notLetOut(snapshot, endpoint, studio) ??
    withoutFamily(snapshot, endpoint, studio) ??
    outOfZone(snapshot, endpoint, studio) ??
    deniedByAcl(snapshot, endpointCrossings(studio.subnets, endpointInterfaces(snapshot, endpoint)))
  );
}

/** The first crossing that a network ACL does not let through, or null. */
export function deniedByAcl(snapshot: Snapshot, crossings: readonly Crossing[]): Obstacle | null {
  for (const crossing of crossings) {
    const acl = networkAclOf(aclOfSubnet(sectionValue(snapshot, 'networkAcls'), crossing.subnetId));
    const refusal = refusalOf(acl, crossing);
    if (refusal === null) continue;
    const { direction, family, subnetId, what, doubt, ports } = crossing;
    if (doubt !== null) throw new NotKnown(`whether ${acl.id} lets ${what} through is open: ${doubt}`);
    const way = direction === 'ingress' ? `into ${subnetId} from` : `out of ${subnetId} to`;
    return {
      because: `${acl.id} does not let TCP ${refusal.ports.from} ${way} ${formatAddress(family, refusal.peer)} (${what}; ${refusal.entry?.text ?? 'no rule matches'})`,
      fix: `AWS::EC2::NetworkAclEntry RuleAction: allow, PortRange ${ports.from}-${ports.to} (aws ec2 create-network-acl-entry --network-acl-id ${acl.id} --${direction} --protocol tcp --port-range From=${ports.from},To=${ports.to} --rule-action allow …)`,
    };
  }
  return null;
}

function notAdmitted(
  snapshot: Snapshot,
  endpoint: VpcEndpoint,
  { addresses, apps, book }: StudioClients,
): Obstacle | null {
  const own = endpointGroups(endpoint);
  const rules = rulesOfGroups(book, own, 'ingress');
  for (const { groupIds } of apps) {
    if (refusedOf(rules, { ...TLS, peers: { groupIds, addresses } }) === null) continue;
    // Not every family that Studio has is used: that takes a look at the endpoint's own addresses.
    const families = familiesBetween([addresses, targetsOf(snapshot, endpoint)]);
    const used = inFamilies(addresses, families);
    const refused = refusedOf(rules, { ...TLS, peers: { groupIds, addresses: used } });
    if (refused === null) continue;
    const from = refused.address === null ? '' : ` at ${refused.address}`;
    return {
      because: `no ingress rule of ${own.join(', ')} admits TCP ${TLS_PORT} from ${groupIds.join(', ')}${from}`,
      fix: `AWS::EC2::SecurityGroup SecurityGroupIngress with SourceSecurityGroupId ${groupIds[0]} (aws ec2 authorize-security-group-ingress --group-id ${own[0]} --protocol tcp --port ${TLS_PORT} --source-group ${groupIds[0]})`,
    };
  }
  return null;
}

function notLetOut(
  snapshot: Snapshot,
  endpoint: VpcEndpoint,
  { addresses, apps }: StudioClients,
): Obstacle | null {
  const own = endpointGroups(endpoint);
  for (const { groupIds, egress } of apps) {
    // A reference to the endpoint's group needs no address, so that none is asked for.
    if (refusedOf(egress, { ...TLS, peers: { groupIds: own, addresses: addressesOf([]) } }) === null)
      continue;
    const targets = targetsOf(snapshot, endpoint);
    const used = inFamilies(targets, familiesBetween([addresses, targets]));
    const refused = refusedOf(egress, { ...TLS, peers: { groupIds: own, addresses: used } });
    if (refused === null) continue;
    const to = refused.address === null ? '' : ` (${refused.address})`;
    return {
      because: `no egress rule of ${groupIds.join(', ')} lets TCP ${TLS_PORT} out to ${own.join(', ')}${to}`,
      fix: `AWS::EC2::SecurityGroup SecurityGroupEgress with DestinationSecurityGroupId ${own[0]} (aws ec2 authorize-security-group-egress --group-id ${groupIds[0]} --protocol tcp --port ${TLS_PORT} --source-group ${own[0]})`,
    };
  }
  return null;
}

/**
 * Whether Studio and an endpoint have no family in common.
 *
 * Facts: EC2 API reference, `VpcEndpoint.IpAddressType` (which addresses an endpoint's network interfaces have) and
 * `DnsOptions.DnsRecordIpType` (`ipv4` and `ipv6`: only A or only AAAA records are made for its names).
 */
function withoutFamily(
  snapshot: Snapshot,
  endpoint: VpcEndpoint,
  { addresses }: StudioClients,
): Obstacle | null {
  const id = endpoint.VpcEndpointId;
  const [ours, theirs] = [familiesIn(addresses), familiesIn(targetsOf(snapshot, endpoint))];
  if (theirs.length === 0) throw new NotKnown(`AWS returned no network interface of ${id}`);
  const records = endpoint.DnsOptions?.DnsRecordIpType;
  const named = records === 'ipv4' || records === 'ipv6' ? [records] : FAMILIES;
  const used = theirs.filter((family) => named.includes(family));
  if (used.some((family) => ours.includes(family))) return null;
  const wanted = ours.length === 1 ? ours.join() : 'dualstack';
  return {
    because: `its names lead to ${used.join(' and ') || 'no'} addresses, and the Studio subnets have ${ours.join(' and ')} ones`,
    fix: `AWS::EC2::VPCEndpoint IpAddressType and DnsOptions.DnsRecordIpType ${wanted} (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --ip-address-type ${wanted} --dns-options DnsRecordIpType=${wanted})`,
  };
}

function familiesIn(addresses: Readonly<Record<Family, AddressSet>>): readonly Family[] {
  return FAMILIES.filter((family) => addresses[family].length > 0);
}

/** Where an endpoint's network interfaces are. */
function targetsOf(snapshot: Snapshot, endpoint: VpcEndpoint): Readonly<Record<Family, AddressSet>> {
  const addresses = endpointInterfaces(snapshot, endpoint).flatMap((one) => one.addresses);
  return addressesOf(addresses.map(({ family, value }) => ({ family, first: value, last: value })));
}

/**
 * Facts: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint": clients of other zones reach
 * the interface of one zone as well; every call then crosses zones and depends on that one.
 */
function outOfZone(snapshot: Snapshot, endpoint: VpcEndpoint, { subnets }: StudioClients): Obstacle | null {
  const id = endpoint.VpcEndpointId;
  const all = sectionValue(snapshot, 'subnets');
  const zones = returned(endpoint.SubnetIds, `SubnetIds of ${id}`).map((subnetId) =>
    returned(
      all.find(({ SubnetId: own }) => own === subnetId)?.AvailabilityZone,
      `AvailabilityZone of ${subnetId}`,
    ),
  );
  if (subnets.some(({ zone }) => zones.includes(zone))) return null;
  const studioZones = [...new Set(subnets.map(({ zone }) => zone))].join(', ');
  return {
    because: `it has a network interface in ${[...new Set(zones)].join(', ') || 'no zone'} and none in a zone of Studio (${studioZones}), so every call crosses zones`,
    fix: `AWS::EC2::VPCEndpoint SubnetIds (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --add-subnet-ids ${subnets[0]?.id ?? 'subnet-…'})`,
  };
}
