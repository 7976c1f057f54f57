/**
 * The Studio subnets leave the VPC, other than to the internet, by the exits alone that the intent approves.
 *
 * What
 *   The ways of every Studio subnet are followed for the whole IPv4 and IPv6 space, also behind its NAT gateways.
 *   Every transit gateway, peering connection, virtual private gateway, Cloud WAN core network, Outposts local
 *   gateway, Oracle Database@AWS network, forwarding network interface and foreign Gateway Load Balancer endpoint on
 *   them is an exit, with the destinations that it carries; so is every interface endpoint of a service that is not
 *   AWS's own, and every VPC Lattice endpoint. Each must be in the intent's `approvedExits`, for all of those
 *   destinations (an endpoint is approved by its id alone). What crosses the firewall on its way, and what
 *   `acceptedInspection` names, is inspected and needs no approval; where what lies behind a transit gateway could not
 *   be read, that is unknown. Internet gateways are another check's. What neither routes nor endpoints show (associations with a VPC Lattice service network, Client VPN) is not judged.
 *
 * Why
 *   A network behind such an exit may have its own way to the internet, or be the place where data must not go. None
 *   of it passes the firewall, and the default route still looks right.
 *
 * Fix
 *   Delete the route (AWS::EC2::Route), or switch propagation off (AWS::EC2::VPNGatewayRoutePropagation), or delete
 *   the endpoint (AWS::EC2::VPCEndpoint). Where the exit is wanted, declare it in the intent:
 *   `approvedExits: [{ target: "tgw-…", destinations: ["10.0.0.0/8"], because: "…" }]`.
 *   aws ec2 delete-route --route-table-id rtb-… --destination-cidr-block …
 *   aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
 *   https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
 */
import type { Cidr } from '../../infra/model/cidr';
import { parseCidr } from '../../infra/model/cidr';
import { distinctWays } from '../../infra/model/distinct-ways';
import type { Exit, Leaving } from '../../infra/model/exits';
import { beyond, lostBehind, exitsOf } from '../../infra/model/exits';
import { hopsOf } from '../../infra/model/hops';
import { ask } from '../../infra/model/known';
import type { Network } from '../../infra/model/network';
import { networkOf, subnetPlace } from '../../infra/model/network';
import { endpointExits } from '../../infra/model/private-link';
import { witnessOf } from '../../infra/model/routing';
import { studioSubnetIds } from '../../infra/model/studio';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { NotKnown } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import type { Intent } from '../intent';
import { destinationOption } from './destination-option';

/** What an approved target may carry. */
type Approvals = ReadonlyMap<string, readonly Cidr[]>;

export default {
  id: 'routing/exits-are-approved',
  statement:
    'Every way out of the VPC that the Studio subnets have besides the internet is one that the intent approves.',
  severity: 'high',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:SC-7'],
  judge({ snapshot, intent }) {
    const approvals = approvalsOf(intent);
    const inspection = new Set(intent.acceptedInspection);
    const network = networkOf(snapshot);
    const subnets = studioSubnetIds(snapshot).map((subnetId) => {
      const { exits, doubts } = exitsOf(distinctWays(network, subnetId), inspection);
      return ofSubnet(network, subnetId, { exits, doubts, approvals });
    });
    return [...subnets, ...ofEndpoints(snapshot, approvals)];
  },
} satisfies Check;

/** Throws {@link NotKnown} for a prefix that is not exactly one: a guessed approval would be a hole. */
function approvalsOf(intent: Intent): Approvals {
  const approvals = new Map<string, readonly Cidr[]>();
  for (const { target, destinations } of intent.approvedExits) {
    const cidrs = ask(() => destinations.map(parseCidr));
    if (!cidrs.known)
      throw new NotKnown(`the intent's approval of ${target} is not understood: ${cidrs.because}`);
    approvals.set(target, [...(approvals.get(target) ?? []), ...cidrs.value]);
  }
  return approvals;
}

function ofSubnet(
  network: Network,
  subject: string,
  found: {
    readonly exits: readonly Exit[];
    readonly doubts: readonly string[];
    readonly approvals: Approvals;
  },
): Judgement {
  const { exits, doubts, approvals } = found;
  const unapproved = exits.flatMap((exit) => {
    const leaving = beyond(network, subject, { exit, approved: approvals.get(exit.target) ?? [] });
    return leaving ? [{ exit, leaving }] : [];
  });
  const gateways = network.transitGateways();
  // Behind a gateway whose tables could not be read there may be the firewall.
  const whyOpen = ({ exit, leaving }: Found): string | null =>
    exit.what !== 'transit gateway' ? null : gateways.known ? lostBehind(leaving) : gateways.because;
  const sure = unapproved.filter((one) => whyOpen(one) === null);
  const [first] = sure;
  if (first) {
    const sentences = sure.map(({ exit, leaving }) => sentenceOf(network, { exit, leaving }, approvals));
    const witness = witnessOf(subnetPlace(network, subject), first.leaving.sent);
    return {
      outcome: 'fail',
      subject,
      because: `From ${subject}, ${sentences.join(' Also, ')}`,
      proof: { witness, hops: hopsOf(first.leaving.path) },
    };
  }
  const open = unapproved.flatMap((one) => {
    const why = whyOpen(one);
    if (why === null) return [];
    const { exit, leaving } = one;
    return [
      `whether a firewall behind the transit gateway ${exit.target} inspects what leaves for ${leaving.address} and others, which the intent does not approve, is not known: ${why}`,
    ];
  });
  if (doubts.length + open.length > 0) {
    const because = `Whether ${subject} has an exit that is not approved cannot be decided: ${[...doubts, ...open].join('; ')}.`;
    return { outcome: 'unknown', subject, because };
  }
  const names = exits.map(({ what, target }) => `the ${what} ${target}`);
  const because =
    names.length === 0
      ? `No route on the ways of ${subject} leads out of the VPC other than to the internet or through the firewall.`
      : `Every exit of ${subject} is approved by the intent, for all that it carries: ${names.join(', ')}.`;
  return { outcome: 'pass', subject, because };
}

interface Found {
  readonly exit: Exit;
  readonly leaving: Leaving;
}

function sentenceOf(network: Network, { exit, leaving }: Found, approvals: Approvals): string {
  const approved = approvals.get(exit.target);
  const but = approved
    ? `which the intent approves for ${approved.map(({ text }) => text).join(', ') || 'nothing'} only`
    : 'which the intent does not approve';
  return `${leaving.address} leaves by the ${exit.what} ${exit.target}, ${but}: ${leaving.route.destination} -> ${exit.target} of ${leaving.tableId} decides. ${fixOf(network, exit, leaving)}`;
}

function fixOf(network: Network, exit: Exit, { route, tableId }: Leaving): string {
  // Facts: VPC user guide, "Replace or restore the target for a local route": it is restored, not deleted.
  if (network.cidrs.some(({ text }) => text === route.destination))
    return `Fix: give the VPC's own route its target back (aws ec2 replace-route --route-table-id ${tableId} ${destinationOption(route.destination)} --local-target), or declare { target: "${exit.target}", destinations: […] } in the intent's approvedExits.`;
  const remove =
    route.precedence === 'propagated'
      ? `switch the propagation off (AWS::EC2::VPNGatewayRoutePropagation; aws ec2 disable-vgw-route-propagation --route-table-id ${tableId} --gateway-id ${exit.target})`
      : `delete the route (AWS::EC2::Route; aws ec2 delete-route --route-table-id ${tableId} ${destinationOption(route.destination)})`;
  return `Fix: ${remove}, or declare { target: "${exit.target}", destinations: […] } in the intent's approvedExits.`;
}

function ofEndpoints(snapshot: Snapshot, approvals: Approvals): readonly Judgement[] {
  const found = ask(() => endpointExits(snapshot));
  if (!found.known) {
    const subject = snapshot.target.vpcId;
    const because = `Whether ${subject} has endpoints of foreign services is not known: ${found.because}.`;
    return [{ outcome: 'unknown', subject, because }];
  }
  return found.value.map((endpoint): Judgement => {
    const subject = endpoint.id;
    if (approvals.has(subject))
      return { outcome: 'pass', subject, because: `${subject} is approved by the intent.` };
    if (endpoint.kind === 'doubt')
      return {
        outcome: 'unknown',
        subject,
        because: `${endpoint.because}, and where it leads is not known.`,
      };
    const because = `${subject} leads from the VPC to ${endpoint.leadsTo}, which is not AWS's own, and the intent does not approve it. Fix: delete it (AWS::EC2::VPCEndpoint; aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${subject}), or declare { target: "${subject}", destinations: [] } in the intent's approvedExits.`;
    return { outcome: 'fail', subject, because };
  });
}
