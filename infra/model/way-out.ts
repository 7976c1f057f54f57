/** The ways by which flows leave for the internet, as far as their way back depends on them. */
import type { Path } from './packet-path';
import { decidingPacket, endpointsCrossed, openEndsOf } from './packet-path';
import type { Family } from './cidr';
import { formatAddress } from './cidr';
import { witnessIn } from './global-address';
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

function crossings(path: Path): Pick<WayOut, 'nats' | 'endpoints' | 'natsBeforeFirewall'> {
  const vias = path.steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via] : []));
  const nats = vias.filter((via) => via.kind === 'nat-gateway');
  const firewall = vias.findIndex((via) => via.kind === 'firewall-endpoint');
  return {
    nats: nats.map((via) => via.id),
    endpoints: endpointsCrossed(path),
    natsBeforeFirewall: vias.slice(0, Math.max(firewall, 0)).filter((via) => via.kind === 'nat-gateway')
      .length,
  };
}
