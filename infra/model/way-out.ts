/** The ways by which flows leave for the internet, as far as their way back depends on them. */
import type { Path } from './packet-path';
import { decidingPacket, endpointsCrossed, openEndsOf } from './packet-path';
import type { Family } from './cidr';
import { formatAddress } from './cidr';
import { witnessIn } from './global-address';
import type { Via } from './next-place';
import type { DecidedClass } from './routing';

export interface WayOut {
  /** The gateway that the flow leaves by. */
  readonly exit: string;
  /** The family at the gateway, and at the source: they differ behind NAT64. */
  readonly exitFamily: Family;
  readonly sourceFamily: Family;
  /** NAT gateways in the order in which they were crossed. */
  readonly nats: readonly string[];
  /** The firewall's endpoints in the order in which they were crossed; empty when the flow went round it. */
  readonly endpoints: readonly string[];
  /** How many of the NAT gateways came before the first endpoint. */
  readonly natsBeforeFirewall: number;
  /** By attachment, the subnet by which the flow entered a VPC where the transit gateway makes it come back by the same. */
  readonly pinned: readonly (readonly [attachmentId: string, subnetId: string])[];
  /** Why no transit gateway sees to it that the flow comes back by the same endpoint: one reason per attachment. */
  readonly unpinned: readonly string[];
  /** A host on the internet that such a flow talks to. */
  readonly peer: string;
}

/** The different ways out among classes of destinations, each with the peer that a reader recognises best. */
export function waysOut(classes: readonly DecidedClass[]): readonly WayOut[] {
  const ways = new Map<string, { readonly way: WayOut; readonly global: boolean }>();
  for (const { destination, paths } of classes) {
    for (const path of paths) {
      if (path.end.kind !== 'internet-exit') continue;
      const packet = decidingPacket(path, destination);
      const way = {
        ...crossings(path),
        exit: path.end.gatewayId,
        exitFamily: packet.family,
        sourceFamily: destination.family,
      };
      const key = JSON.stringify(way);
      if (ways.get(key)?.global === true) continue;
      const { address, global } = witnessIn(packet.family, packet);
      ways.set(key, { way: { ...way, peer: formatAddress(packet.family, address) }, global });
    }
  }
  return [...ways.values()].map(({ way }) => way);
}

/** What of the ways out is open, or nothing: an unmodelled way may leave, and come back, anyhow. */
export function openWays(classes: readonly DecidedClass[]): readonly string[] {
  return [...new Set(classes.flatMap(({ paths }) => paths.flatMap(openEndsOf)))];
}

function crossings(
  path: Path,
): Pick<WayOut, 'nats' | 'endpoints' | 'natsBeforeFirewall' | 'pinned' | 'unpinned'> {
  const vias = path.steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via] : []));
  const nats = vias.filter((via) => via.kind === 'nat-gateway');
  const firewall = vias.findIndex((via) => via.kind === 'firewall-endpoint');
  return {
    nats: nats.map((via) => via.id),
    endpoints: endpointsCrossed(path),
    natsBeforeFirewall: vias.slice(0, Math.max(firewall, 0)).filter((via) => via.kind === 'nat-gateway')
      .length,
    pinned: vias.flatMap((via) =>
      via.kind === 'transit-gateway-attachment' && via.pinning.pinned === true
        ? [[via.id, via.subnetId] as const]
        : [],
    ),
    unpinned: vias.flatMap((via, index) => unpinned(via, vias.slice(index + 1))),
  };
}

/**
 * The reason against an attachment behind which the flow is inspected in the same VPC.
 *
 * Facts: Network Firewall developer guide, "Transit gateway attachment configuration": with endpoints in several
 * zones, appliance mode must be on for the attachment of the VPC where they stand.
 */
function unpinned(via: Via, behind: readonly Via[]): readonly string[] {
  if (via.kind !== 'transit-gateway-attachment' || via.pinning.pinned !== false) return [];
  const left = behind.findIndex(({ kind }) => kind === 'transit-gateway');
  const inVpc = left === -1 ? behind : behind.slice(0, left);
  return inVpc.some(({ kind }) => kind === 'firewall-endpoint') ? [via.pinning.because] : [];
}
