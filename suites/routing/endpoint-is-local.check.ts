/**
 * Each Studio subnet goes out by the firewall endpoint and the NAT gateway of its own Availability Zone.
 *
 * What
 *   The firewall endpoints and zonal NAT gateways on every way from a Studio subnet to the internet must stand in
 *   subnets of the Studio subnet's zone. What stands in another VPC is not judged: there the transit gateway chooses
 *   the zone.
 *
 * Why
 *   Availability and cost, not security: inspected traffic that crosses zones both ways is inspected all the same. But
 *   the failure of one zone then cuts off Studio in another, and every byte is paid for as traffic between zones.
 *
 * Fix
 *   Give each zone tables of its own: AWS::EC2::Route `NatGatewayId` of the zone's NAT gateway in the Studio subnet's
 *   table, `VpcEndpointId` of the zone's firewall endpoint in the NAT subnet's and in the edge table.
 *   aws ec2 replace-route --route-table-id rtb-… --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-…
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-two-zone-igw.html
 *   https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
 */
import type { Crossed } from '../../infra/model/availability-zone';
import { crossedInVpc, zoneOfSubnet } from '../../infra/model/availability-zone';
import { ask, insist } from '../../infra/model/known';
import type { Network } from '../../infra/model/network';
import { asClasses, distinctWays } from '../../infra/model/distinct-ways';
import { networkOf } from '../../infra/model/network';
import { studioSubnetIds } from '../../infra/model/studio';
import { openWays, waysOut } from '../../infra/model/way-out';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'routing/endpoint-is-local',
  statement:
    'The routes of each Studio subnet lead to the firewall endpoint and the NAT gateway of its own Availability Zone.',
  severity: 'low',
  // The multi-AZ controls of the frameworks are about the firewall, not about the routes to it.
  controls: [],
  judge({ snapshot, intent }) {
    const network = networkOf(snapshot, intent);
    return studioSubnetIds(snapshot).map((subnetId): Judgement => {
      const answer = ask(() => judged(network, subnetId));
      if (answer.known) return answer.value;
      const because = `Whether ${subnetId} goes out by its own zone cannot be decided: ${answer.because}.`;
      return { outcome: 'unknown', subject: subnetId, because };
    });
  },
} satisfies Check;

/** Throws NotKnown when a zone that must be compared was not returned. */
function judged(network: Network, subject: string): Judgement {
  const classes = asClasses(distinctWays(network, subject));
  const ways = waysOut(classes);
  const doubts = openWays(classes);
  const own = crossedInVpc(network, ways);
  const zone = zoneOfSubnet(network, subject);
  const elsewhere = own.filter((one) => one.zone.known && one.zone.value !== zone);
  // Behind another zone's NAT gateway is that zone's endpoint: the nearest route that leads away is the one to change.
  const first = elsewhere.find(({ kind }) => kind === 'NAT gateway') ?? elsewhere[0];
  if (first) {
    const names = elsewhere.map((one) => `the ${one.kind} ${one.id} (${insist(one.zone)})`).join(', ');
    const because = `${subject} in ${zone} goes out by ${names}. ${fixOf(network, first, zone)}`;
    return { outcome: 'fail', subject, because };
  }
  own.forEach((one) => insist(one.zone));
  if (doubts.length > 0) {
    const because = `Whether ${subject} goes out by its own zone cannot be decided: ${doubts.join('; ')}.`;
    return { outcome: 'unknown', subject, because };
  }
  if (ways.length === 0) {
    const because = `No destination of ${subject} reaches an internet exit, so no zone is crossed.`;
    return { outcome: 'not-applicable', subject, because };
  }
  const names = own.map((one) => one.id).join(', ');
  const because =
    own.length === 0
      ? `On the ways out of ${subject}, the VPC's own routes lead to no firewall endpoint and no NAT gateway in a zone.`
      : `What ${subject} goes out by stands in its own zone ${zone}: ${names}.`;
  return { outcome: 'pass', subject, because };
}

function fixOf(network: Network, { kind }: Crossed, zone: string): string {
  if (kind === 'NAT gateway')
    return `Fix: lead its default route to a NAT gateway in ${zone} (AWS::EC2::Route NatGatewayId; aws ec2 replace-route --route-table-id … --destination-cidr-block 0.0.0.0/0 --nat-gateway-id …).`;
  const near = [...network.firewallEndpoints.byId.values()].find(
    ({ subnetId }) => network.zones.get(subnetId) === zone,
  );
  if (near === undefined)
    return `Fix: add a subnet of ${zone} to the firewall, which has no endpoint there, and lead the routes out and back to it (AWS::NetworkFirewall::Firewall SubnetMappings; aws network-firewall associate-subnets --firewall-arn … --subnet-mappings SubnetId=…).`;
  return `Fix: lead the routes out and back to the firewall endpoint in ${zone} (AWS::EC2::Route VpcEndpointId; aws ec2 replace-route … --vpc-endpoint-id ${near.id}).`;
}
