/** What the network reads out of the lab's account, in the form it needs it. */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import { addressAt, formatBlock, parseBlock } from './ipv4';
import type { PublicAddress } from './nat';
import type { SecurityGroupMembers } from './security-group-rules';

/** An address of AWS's resolver that is the same in every VPC (facts: VPC user guide, AmazonDNS-concepts; MEMORY). */
export const linkLocalResolver = '169.254.169.253';

export interface AttachedInterface {
  readonly id: string;
  readonly subnetId: string;
  /** The primary one first. */
  readonly privateIps: readonly string[];
  readonly groupIds: readonly string[];
  readonly sourceDestCheck: boolean;
}

/** A value that a record must have for the network to be built; throws naming the record when it is missing. */
export function needed<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the lab's account does not say ${what}`);
  return value;
}

/** An instance's interfaces, the primary one first. */
export function instanceInterfaces(state: LabState, instance: ec2.Instance): readonly AttachedInterface[] {
  const records = [...state.networkInterfaces.values()]
    .filter(
      (eni) => eni.Attachment?.InstanceId !== undefined && eni.Attachment.InstanceId === instance.InstanceId,
    )
    .sort((a, b) => (a.Attachment?.DeviceIndex ?? 0) - (b.Attachment?.DeviceIndex ?? 0));
  const found = records.length > 0 ? records : (instance.NetworkInterfaces ?? []);
  return found.map(attachedInterface);
}

export function attachedInterface(
  eni: ec2.NetworkInterface | ec2.InstanceNetworkInterface,
): AttachedInterface {
  const id = needed(eni.NetworkInterfaceId, 'the id of a network interface');
  const primary = needed(eni.PrivateIpAddress, `the private address of ${id}`);
  const others = (eni.PrivateIpAddresses ?? []).flatMap((address) => address.PrivateIpAddress ?? []);
  return {
    id,
    subnetId: needed(eni.SubnetId, `the subnet of ${id}`),
    privateIps: [...new Set([primary, ...others])],
    groupIds: (eni.Groups ?? []).flatMap((group) => group.GroupId ?? []),
    // Off is what needs saying; a packet too many dropped is a false alarm, one too few a false pass.
    sourceDestCheck: eni.SourceDestCheck !== false,
  };
}

/** IPv4 entries of every prefix list, by id. */
export function prefixListBlocks(state: LabState): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...state.managedPrefixLists].map(([id, list]) => [
      id,
      list.Entries.flatMap(({ Cidr }) =>
        Cidr === undefined || Cidr.includes(':') ? [] : [formatBlock(parseBlock(Cidr))],
      ),
    ]),
  );
}

export function securityGroupMembers(state: LabState): SecurityGroupMembers {
  const instances = [...state.instances.values()].flatMap((instance) => instanceInterfaces(state, instance));
  const records = [...state.networkInterfaces.values()]
    .filter((eni) => eni.PrivateIpAddress)
    .map(attachedInterface);
  const addresses = new Map<string, string[]>();
  for (const eni of [...records, ...instances]) {
    for (const group of eni.groupIds) {
      addresses.set(group, [...new Set([...(addresses.get(group) ?? []), ...eni.privateIps])]);
    }
  }
  return { groups: state.securityGroups, addresses, prefixLists: prefixListBlocks(state) };
}

/** A VPC's IPv4 blocks, the primary one first. */
export function vpcBlocks(vpc: ec2.Vpc): readonly string[] {
  const primary = needed(vpc.CidrBlock, `the address block of ${vpc.VpcId ?? 'a VPC'}`);
  const others = (vpc.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock, CidrBlockState }) =>
    CidrBlock !== undefined && (CidrBlockState?.State ?? 'associated') === 'associated' ? [CidrBlock] : [],
  );
  return [...new Set([primary, ...others])];
}

/** Where the VPC's resolver answers; nowhere when DNS support is off. */
export function resolverAddresses(state: LabState, vpc: ec2.Vpc): readonly string[] {
  const attributes = needed(
    state.vpcAttributes.get(vpc.VpcId ?? ''),
    `whether ${vpc.VpcId ?? 'a VPC'} has DNS support`,
  );
  return attributes.enableDnsSupport ? [addressAt(vpcBlocks(vpc)[0] ?? '', 2), linkLocalResolver] : [];
}

/** The subnet's own route table, or its VPC's main one (facts: aws.md 1.14, 1.15). */
export function subnetRouteTable(state: LabState, subnet: ec2.Subnet): ec2.RouteTable {
  const tables = [...state.routeTables.values()].filter((table) => table.VpcId === subnet.VpcId);
  const own = tables.find((table) =>
    associations(table).some(({ SubnetId }) => SubnetId === subnet.SubnetId),
  );
  const main = tables.find((table) => associations(table).some(({ Main }) => Main === true));
  return needed(own ?? main, `the route table of ${subnet.SubnetId ?? 'a subnet'}`);
}

/** The edge route table of an internet gateway, if it has one. */
export function edgeRouteTable(state: LabState, gatewayId: string): ec2.RouteTable | null {
  return (
    [...state.routeTables.values()].find((table) =>
      associations(table).some(({ GatewayId }) => GatewayId === gatewayId),
    ) ?? null
  );
}

function associations(table: ec2.RouteTable): readonly ec2.RouteTableAssociation[] {
  return (table.Associations ?? []).filter(
    ({ AssociationState }) => (AssociationState?.State ?? 'associated') === 'associated',
  );
}

export function subnetAcl(state: LabState, subnet: ec2.Subnet): ec2.NetworkAcl {
  const acls = [...state.networkAcls.values()].filter((acl) => acl.VpcId === subnet.VpcId);
  const own = acls.find((acl) =>
    (acl.Associations ?? []).some(({ SubnetId }) => SubnetId === subnet.SubnetId),
  );
  return needed(
    own ?? acls.find((acl) => acl.IsDefault === true),
    `the network ACL of ${subnet.SubnetId ?? 'a subnet'}`,
  );
}

export function availableNatGateways(state: LabState, vpcId: string): readonly ec2.NatGateway[] {
  return [...state.natGateways.values()].filter((nat) => nat.VpcId === vpcId && nat.State === 'available');
}

/** A NAT gateway's primary address record. */
export function natGatewayAddress(nat: ec2.NatGateway): ec2.NatGatewayAddress {
  const addresses = nat.NatGatewayAddresses ?? [];
  return needed(
    addresses.find((address) => address.IsPrimary) ?? addresses[0],
    `the address of ${nat.NatGatewayId ?? ''}`,
  );
}

/** Every private address of the VPC that has a public one. */
export function publicAddresses(state: LabState, vpcId: string): readonly PublicAddress[] {
  const pairs = new Map<string, string>();
  const add = (privateIp: string | undefined, publicIp: string | undefined): void => {
    if (privateIp !== undefined && publicIp !== undefined) pairs.set(privateIp, publicIp);
  };
  const interfaces = [...state.networkInterfaces.values()].filter((eni) => eni.VpcId === vpcId);
  for (const eni of interfaces) {
    add(eni.PrivateIpAddress, eni.Association?.PublicIp);
    for (const address of eni.PrivateIpAddresses ?? [])
      add(address.PrivateIpAddress, address.Association?.PublicIp);
  }
  for (const instance of state.instances.values()) {
    if (instance.VpcId === vpcId) add(instance.PrivateIpAddress, instance.PublicIpAddress);
  }
  for (const nat of availableNatGateways(state, vpcId)) {
    for (const address of nat.NatGatewayAddresses ?? []) add(address.PrivateIp, address.PublicIp);
  }
  return [...pairs].map(([privateIp, publicIp]) => ({ privateIp, publicIp }));
}
