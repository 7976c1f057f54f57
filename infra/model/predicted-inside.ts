/** What becomes of a flow that reaches the subnet of its destination inside the VPC: the interface there decides. */
import type { NetworkInterface, Snapshot } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import type { Address } from './cidr';
import { formatAddress, parseAddress } from './cidr';
import type { FlowShape } from './flow-shape';
import type { Prediction } from './prediction';
import { admittedBy, groupsAt } from './predicted-admission';
import type { Sender } from './predicted-sender';
import { stateOf } from './vpc-endpoint';

/** Interfaces without security groups, of AWS's own, that other things than their groups decide for. */
const UNGUARDED = ['nat_gateway', 'natGateway', 'gateway_load_balancer_endpoint', 'transit_gateway'];
const TLS_PORT = 443;

/**
 * The prediction for a flow to an interface of the VPC. Where an interface endpoint takes TLS, it is open: that the
 * endpoint's policy then refuses a call is an answer. Of other hosts it is not known whether something listens there, so it
 * is open only as far as the network goes, and undecided.
 *
 * Facts: EC2 API reference, `NetworkInterface.InterfaceType`; aws.md 1.23 (a NAT gateway has no security group); AWS
 * PrivateLink guide, "Access an AWS service using an interface VPC endpoint". Throws {@link NotKnown} for what was not read.
 */
export function predictedInside(
  snapshot: Snapshot,
  flow: { readonly shape: FlowShape; readonly sender: Sender; readonly destination: Address },
): Prediction {
  const { shape, sender, destination } = flow;
  const text = formatAddress(destination.family, destination.value);
  const target = sectionValue(snapshot, 'networkInterfaces').find((one) => hasAddress(one, destination));
  if (target === undefined) return undecided(`no network interface of the VPC has ${text}`);
  const id = target.NetworkInterfaceId ?? text;
  if (UNGUARDED.includes(target.InterfaceType ?? ''))
    return undecided(
      `${id} is of type ${target.InterfaceType}, and what it answers to ${text} is not documented`,
    );
  const groups = groupsAt(snapshot, destination);
  if (!groups.known || groups.value.length === 0)
    return undecided(groups.known ? `AWS returned no security group of ${id}` : groups.because);
  const source = sender.addresses[destination.family];
  if (source === null) return undecided(`${sender.instanceId} has no ${destination.family} address`);
  const admitted = admittedBy(snapshot, groups.value, {
    direction: 'ingress',
    shape,
    peer: {
      address: { family: destination.family, value: source },
      groups: { known: true, value: sender.groupIds },
    },
  });
  if (admitted.answer === 'maybe') return undecided(admitted.because);
  if (admitted.answer === 'no')
    return {
      outcome: 'blocked',
      by: 'security-group',
      how: 'drop',
      logged: null,
      because: admitted.because,
      rule: { resource: groups.value.join(', '), rule: 'no ingress rule' },
    };
  const endpoint = sectionValue(snapshot, 'vpcEndpoints').find(({ NetworkInterfaceIds: ids }) =>
    (ids ?? []).includes(id),
  );
  if (endpoint === undefined || shape.transport !== 'tcp' || shape.port !== TLS_PORT)
    return undecided(`${admitted.because}, and whether anything at ${text} answers is not known`);
  if (stateOf(endpoint) !== 'available')
    return undecided(`${endpoint.VpcEndpointId} is in state ${endpoint.State}`);
  return {
    outcome: 'open',
    because: `${endpoint.VpcEndpointId} answers in the VPC, where no firewall is on the way: ${admitted.because}`,
    rule: admitted.rule === null ? null : { resource: admitted.rule.groupId, rule: admitted.rule.text },
  };
}

/** The interface endpoint that an address of the VPC belongs to; null where it is none's, or that was not read. */
export function endpointAt(snapshot: Snapshot, destination: Address): string | null {
  const { networkInterfaces, vpcEndpoints } = snapshot.sections;
  if (networkInterfaces.status !== 'read' || vpcEndpoints.status !== 'read') return null;
  const ids = networkInterfaces.value
    .filter((one) => hasAddress(one, destination))
    .map(({ NetworkInterfaceId: id }) => id);
  const endpoint = vpcEndpoints.value.find(({ NetworkInterfaceIds: its }) =>
    (its ?? []).some((id) => ids.includes(id)),
  );
  return endpoint?.VpcEndpointId ?? null;
}

function hasAddress(one: NetworkInterface, { family, value }: Address): boolean {
  const texts = [
    one.PrivateIpAddress,
    ...(one.PrivateIpAddresses ?? []).map(({ PrivateIpAddress: ip }) => ip),
    ...(one.Ipv6Addresses ?? []).map(({ Ipv6Address: ip }) => ip),
  ];
  return texts.some((text) => {
    const address = text === undefined ? null : parseAddress(text);
    return address?.family === family && address.value === value;
  });
}

const undecided = (because: string): Prediction => ({ outcome: 'undecided', because });
