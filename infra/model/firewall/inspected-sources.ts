/** The addresses that Studio's packets carry when they reach the firewall. */
import type { Snapshot } from '../../snapshot/snapshot';
import { NotKnown } from '../../snapshot/snapshot';
import { union } from '../address-set';
import type { Cidr } from '../cidr';
import { asClasses, distinctWays } from '../distinct-ways';
import { parseAddress } from '../cidr';
import type { Family } from '../cidr';
import type { Interval } from '../address-set';
import { insist } from '../known';
import type { Network } from '../network';
import { natGatewayIn, networkOf, subnetPlace } from '../network';
import { studioSubnetIds } from '../studio';
import { openWays, waysOut } from '../way-out';
import type { Ends, Sources } from './unlisted-flows';

export interface InspectedSources extends Ends {
  /** Each part with its owner, for a reader: `10.2.2.5 (nat-a)`. */
  readonly owners: readonly { readonly family: Family; readonly interval: Interval; readonly text: string }[];
}

type Owner = InspectedSources['owners'][number];

/**
 * Behind a NAT gateway the firewall sees the NAT gateway's private address, before one the Studio subnet's own. Where
 * the way is in doubt, or none leads through a firewall, every such address counts.
 *
 * Facts: aws.md 3.23 (in this topology `src_ip` of the firewall's records is the NAT gateway's private address; DERIVED
 * from the published samples and VPC user guide, "NAT gateways").
 */
export function inspectedSources(snapshot: Snapshot): InspectedSources {
  const network = networkOf(snapshot);
  const owners = studioSubnetIds(snapshot).flatMap((subnetId) => ownersOf(network, subnetId));
  const of = (family: Family): Sources[Family] =>
    union(owners.flatMap((owner) => (owner.family === family ? [owner.interval] : [])));
  const inside = (family: Family): Sources[Family] =>
    union(network.cidrs.filter((cidr) => cidr.family === family));
  return {
    sources: { ipv4: of('ipv4'), ipv6: of('ipv6') },
    inside: { ipv4: inside('ipv4'), ipv6: inside('ipv6') },
    owners: distinct(owners),
  };
}

function ownersOf(network: Network, subnetId: string): readonly Owner[] {
  const subnet = subnetPlace(network, subnetId).cidrs.map((cidr) => cidrOwner(cidr, subnetId));
  const classes = asClasses(distinctWays(network, subnetId));
  const inspected = waysOut(classes).filter(({ endpoints }) => endpoints.length > 0);
  if (inspected.length === 0 || openWays(classes).length > 0) return [...subnet, ...allNats(network)];
  return inspected.flatMap((way) => {
    const nat = way.nats[way.natsBeforeFirewall - 1];
    return nat === undefined
      ? subnet.filter(({ family }) => family === way.sourceFamily)
      : natOwners(network, nat);
  });
}

function allNats(network: Network): readonly Owner[] {
  return [...insist(network.natGateways).keys()].flatMap((id) => natOwners(network, id));
}

function natOwners(network: Network, id: string): readonly Owner[] {
  const { privateIps } = insist(natGatewayIn(network, id));
  if (privateIps.length === 0)
    throw new NotKnown(`AWS did not return a private address of the NAT gateway ${id}`);
  return privateIps.map((text) => {
    const { family, value } = parseAddress(text);
    return { family, interval: { first: value, last: value }, text: `${text} (${id})` };
  });
}

function cidrOwner(cidr: Cidr, subnetId: string): Owner {
  return { family: cidr.family, interval: cidr, text: `${cidr.text} (${subnetId})` };
}

function distinct(owners: readonly Owner[]): readonly Owner[] {
  return [...new Map(owners.map((owner) => [owner.text, owner])).values()];
}
