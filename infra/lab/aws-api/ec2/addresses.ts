/** Which addresses of the lab are free: private ones of a subnet, public ones of the account's pool. */
import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError } from '../handler';
import { addressNumber, addressText, parseCidr } from './cidr';

/** The first addresses of a subnet (network, router, DNS, reserved) and its last one are AWS's own (VPC user guide, subnet-sizing). */
const reservedAtStart = 4n;

/** Elastic IP and public addresses come from documentation space (RFC 5737), so that they are nobody's. */
const publicPool = { first: '198.51.100.10', last: '198.51.100.254' } as const;

/** IPv6 blocks of Amazon's pool, likewise from documentation space (RFC 3849). */
const ipv6Pool = { first: '2001:db8:1::', prefixLength: 56, blocks: 256n } as const;

function privateAddressesOf(networkInterface: NetworkInterface): string[] {
  const listed = (networkInterface.PrivateIpAddresses ?? []).map((address) => address.PrivateIpAddress);
  return [networkInterface.PrivateIpAddress, ...listed].filter((address) => address !== undefined);
}

function usedPrivateIps(state: LabState, subnetId: string): Set<string> {
  const inSubnet = [...state.networkInterfaces.values()].filter((eni) => eni.SubnetId === subnetId);
  return new Set(inSubnet.flatMap(privateAddressesOf));
}

function assignable(state: LabState, subnetId: string): { readonly first: bigint; readonly last: bigint } {
  const block = parseCidr(state.subnets.get(subnetId)?.CidrBlock ?? '');
  if (block === null) {
    throw new ApiError('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  }
  return { first: block.first + reservedAtStart, last: block.last - 1n };
}

/**
 * The subnet's first free IPv4 address. The caller takes it by storing a network interface that has it.
 * Throws `InsufficientFreeAddressesInSubnet` when none is left, `InvalidSubnetID.NotFound` for an unknown subnet.
 */
export function freePrivateIp(state: LabState, subnetId: string): string {
  const { first, last } = assignable(state, subnetId);
  const used = usedPrivateIps(state, subnetId);
  for (let value = first; value <= last; value++) {
    const address = addressText(4, value);
    if (!used.has(address)) return address;
  }
  throw new ApiError(
    'InsufficientFreeAddressesInSubnet',
    `The subnet '${subnetId}' does not have enough free addresses to satisfy the request.`,
  );
}

/** An address the caller asked for, checked: `InvalidParameterValue` outside the subnet, `InvalidIPAddress.InUse` when taken. */
export function requestedPrivateIp(state: LabState, subnetId: string, address: string): string {
  const { first, last } = assignable(state, subnetId);
  const parsed = addressNumber(address);
  if (parsed?.family !== 4 || parsed.value < first || parsed.value > last) {
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${address}) for parameter address is invalid. Address does not fall within the subnet's address range`,
    );
  }
  if (usedPrivateIps(state, subnetId).has(address)) {
    throw new ApiError('InvalidIPAddress.InUse', `Address ${address} is in use.`);
  }
  return address;
}

/** How many IPv4 addresses of the subnet are free: `Subnet.AvailableIpAddressCount`. */
export function freePrivateIpCount(state: LabState, subnetId: string): number {
  const { first, last } = assignable(state, subnetId);
  return Number(last - first + 1n) - usedPrivateIps(state, subnetId).size;
}

/** Throws `InsufficientFreeAddressesInSubnet` unless the subnet has `count` free addresses: checked before anything is made. */
export function requireFreePrivateIps(state: LabState, subnetId: string, count: number): void {
  if (freePrivateIpCount(state, subnetId) < count) {
    throw new ApiError(
      'InsufficientFreeAddressesInSubnet',
      `The subnet '${subnetId}' does not have enough free addresses to satisfy the request.`,
    );
  }
}

/** The first public IPv4 address that neither an Elastic IP nor a launched interface has; `AddressLimitExceeded` when none is left. */
export function freePublicIp(state: LabState): string {
  const used = new Set<string | undefined>([
    ...[...state.addresses.values()].map((address) => address.PublicIp),
    ...[...state.networkInterfaces.values()].map((eni) => eni.Association?.PublicIp),
  ]);
  const first = addressNumber(publicPool.first)?.value ?? 0n;
  const last = addressNumber(publicPool.last)?.value ?? -1n;
  for (let value = first; value <= last; value++) {
    const address = addressText(4, value);
    if (!used.has(address)) return address;
  }
  throw new ApiError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
}

/** The first /56 of Amazon's IPv6 pool that no VPC has; `InsufficientVpcCapacity` when none is left. */
export function freeIpv6Block(state: LabState): string {
  const used = new Set(
    [...state.vpcs.values()].flatMap((vpc) =>
      (vpc.Ipv6CidrBlockAssociationSet ?? []).map((association) => association.Ipv6CidrBlock),
    ),
  );
  const first = addressNumber(ipv6Pool.first)?.value ?? 0n;
  for (let block = 0n; block < ipv6Pool.blocks; block++) {
    const text = `${addressText(6, first + (block << BigInt(128 - ipv6Pool.prefixLength)))}/${ipv6Pool.prefixLength}`;
    if (!used.has(text)) return text;
  }
  throw new ApiError('InsufficientVpcCapacity', 'The IPv6 pool has no free CIDR block.');
}
