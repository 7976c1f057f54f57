/**
 * The firewall has an endpoint in every Availability Zone that Studio uses.
 *
 * What
 *   For each zone of the Studio subnets, an endpoint of Network Firewall stands in a subnet of that zone: one of the
 *   firewall's own (`SubnetMappings`) or of a VPC endpoint association, in the Studio VPC or, where Studio's traffic
 *   is inspected in another VPC, there. An endpoint that failed or is being deleted does not count.
 *
 * Why
 *   Availability, not security: while the zone of the only endpoint is down, Studio in every zone is cut off from what
 *   it needs, and the quickest repair is a route round the firewall.
 *
 * Fix
 *   AWS::NetworkFirewall::Firewall `SubnetMappings`: add a subnet of the zone, and lead that zone's routes to the new
 *   endpoint (routing/endpoint-is-local).
 *   aws network-firewall associate-subnets --firewall-arn … --subnet-mappings SubnetId=subnet-…
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-two-zone-igw.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_Attachment.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_AssociateSubnets.html
 */
import { zoneOfSubnet } from '../../infra/model/availability-zone';
import type { EndpointStanding } from '../../infra/model/firewall/endpoint-standing';
import { standingsFor } from '../../infra/model/firewall/endpoint-standing';
import type { Network } from '../../infra/model/network';
import { networkOf } from '../../infra/model/network';
import { studioSubnetIds } from '../../infra/model/studio';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { eachFirewall } from './each-firewall';

export default {
  id: 'firewall/spans-zones',
  statement: 'The firewall has an endpoint in every Availability Zone that Studio uses.',
  severity: 'low',
  // AWS-SecurityHub:NetworkFirewall.1 asks for several zones whatever Studio uses: another statement.
  controls: [],
  judge({ snapshot }) {
    const withoutFirewall = eachFirewall(snapshot, () => []);
    if (withoutFirewall.length > 0) return withoutFirewall;
    const network = networkOf(snapshot);
    const standings = standingsFor(snapshot, network);
    return [...zonesOfStudio(snapshot, network)].map(([zone, subnets]) =>
      judged(zone, subnets, { standings, incomplete: network.firewallEndpoints.incomplete }),
    );
  },
} satisfies Check;

/** The Studio subnets by zone. Throws NotKnown when the zone of one was not returned. */
function zonesOfStudio(snapshot: Snapshot, network: Network): ReadonlyMap<string, readonly string[]> {
  const zones = new Map<string, string[]>();
  for (const subnetId of studioSubnetIds(snapshot)) {
    const zone = zoneOfSubnet(network, subnetId);
    zones.set(zone, [...(zones.get(zone) ?? []), subnetId]);
  }
  return zones;
}

function judged(
  zone: string,
  subnets: readonly string[],
  endpoints: { readonly standings: readonly EndpointStanding[]; readonly incomplete: string | null },
): Judgement {
  const here = endpoints.standings.filter((one) => one.zone === zone);
  const up = here.find(({ standing }) => standing === 'stands');
  if (up)
    return {
      outcome: 'pass',
      subject: zone,
      because: `The firewall's endpoint ${up.id} stands in ${zone}, which ${subnets.join(', ')} is in.`,
    };
  const somewhere = endpoints.standings.find((one) => one.zone === null && one.standing !== 'gone');
  const doubt =
    here.find(({ standing }) => standing === 'in doubt')?.because ??
    (somewhere && (somewhere.because ?? `AWS did not return the zone of ${somewhere.id}`)) ??
    endpoints.incomplete;
  if (doubt !== null) {
    const because = `Whether the firewall has an endpoint in ${zone} is not known: ${doubt}.`;
    return { outcome: 'unknown', subject: zone, because };
  }
  const left = here.map(({ because }) => ` (${because})`).join('');
  const because = `The firewall has no endpoint in ${zone}${left}, which the Studio subnets ${subnets.join(', ')} are in. Fix: add a subnet of that zone to the firewall (AWS::NetworkFirewall::Firewall SubnetMappings; aws network-firewall associate-subnets --firewall-arn … --subnet-mappings SubnetId=…).`;
  return { outcome: 'fail', subject: zone, because };
}
