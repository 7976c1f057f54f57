/**
 * Where the Studio subnets have a way to the internet it works, out and back, and there is one if the intent wants any.
 *
 * What
 *   Every internet destination is followed from each Studio subnet to its exit, and the answers back. A route into a
 *   blackhole (its target was deleted or detached), a circle, a later table without a matching route, a closed gateway
 *   (VPC Block Public Access), an internet gateway for IPv4 without a public NAT gateway before it is a dead end. The
 *   intent names hosts, not addresses, so what counts is the share: the check fails when dead ends swallow one part in
 *   256 or more of IPv4, of IPv6 or of NAT64, or when the intent allows a destination and no internet destination is
 *   delivered at all. A smaller part may be dropped on purpose; the pass names it. What a subnet has no route for is
 *   taken for not wanted as long as something is delivered. Security groups, network ACLs and the firewall's own state
 *   are other checks'.
 *
 * Why
 *   Everything looks inspected when nothing arrives. A dead way is safe, but it is found by the people who wait for
 *   pip install, and the quickest repair is often a route round the firewall.
 *
 * Fix
 *   Give the table that decides a route whose target is there: AWS::EC2::Route (`VpcEndpointId` in the NAT subnet's
 *   and the internet gateway's edge table, `GatewayId` in the firewall subnet's, `NatGatewayId` in Studio's), or
 *   attach the target again (AWS::EC2::VPCGatewayAttachment).
 *   aws ec2 replace-route --route-table-id rtb-… --destination-cidr-block 0.0.0.0/0 …
 *
 * References
 *   https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-igw-ngw.html
 *   https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
import type { Family } from '../../infra/model/cidr';
import { formatAddress } from '../../infra/model/cidr';
import type { DeadEnd } from '../../infra/model/dead-end';
import type { DeadPart, Delivery, Fate, Shares } from '../../infra/model/delivery';
import { deliveryOf } from '../../infra/model/delivery';
import { distinctWays } from '../../infra/model/distinct-ways';
import { networkOf, subnetPlace } from '../../infra/model/network';
import type { Network } from '../../infra/model/network';
import { witnessOf } from '../../infra/model/routing';
import { studioSubnetIds } from '../../infra/model/studio';
import { sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import type { Intent } from '../intent';
import { destinationOption } from './destination-option';

/** About a /8 of IPv4: more than anybody drops on purpose by routes. */
const PART = 256n;

/** Parts that a pass names; the largest come first. */
const MOST_NAMED = 5;

type Wish = 'some' | 'none' | 'not said';

export default {
  id: 'routing/path-delivers',
  statement:
    'The internet routes of the Studio subnets deliver, out and back, and exist if the intent wants a destination.',
  severity: 'medium',
  controls: [],
  judge({ snapshot, intent }) {
    const network = networkOf(snapshot, intent);
    const wish = wishOf(snapshot, intent);
    return studioSubnetIds(snapshot).map((subnetId) =>
      wish === 'none' ? unwanted(subnetId) : judged(network, subnetId, wish),
    );
  },
} satisfies Check;

/** What a derived intent's destinations are derived from: without one of them, more may be allowed than is known. */
const DERIVED_FROM = ['attachedVpcs', 'firewalls', 'firewallPolicies', 'ruleGroups'] as const;

/** Throws NotKnown where nothing is known to be wanted and what would say so was not read. */
function wishOf(snapshot: Snapshot, { destinations, derivedSections }: Intent): Wish {
  if (destinations.some(({ expect }) => expect === 'allowed')) return 'some';
  if (derivedSections.includes('destinations')) for (const name of DERIVED_FROM) sectionValue(snapshot, name);
  return destinations.length === 0 ? 'not said' : 'none';
}

function unwanted(subject: string): Judgement {
  const because = `The intent allows no destination on the internet, so ${subject} needs no way there.`;
  return { outcome: 'not-applicable', subject, because };
}

function judged(network: Network, subject: string, wish: Wish): Judgement {
  const delivery = deliveryOf(network, subject, distinctWays(network, subject));
  const deadly = delivery.shares.find((shares) => isLarge(shares, 'dead'));
  if (deadly) return dead(network, subject, { deadly, delivery });
  if (delivery.shares.some((shares) => isLarge(shares, 'dead', 'doubt'))) {
    const because = `Whether ${subject} reaches the internet cannot be decided: ${delivery.doubts.join('; ')}.`;
    return { outcome: 'unknown', subject, because };
  }
  if (delivery.shares.some(({ of }) => of.delivered > 0n)) return delivered(subject, delivery);
  return nothingRouted(subject, wish, delivery);
}

function isLarge({ space, of }: Shares, ...kinds: readonly Fate['kind'][]): boolean {
  return kinds.reduce((sum, kind) => sum + of[kind], 0n) * PART >= space.size;
}

function dead(
  network: Network,
  subject: string,
  { deadly, delivery }: { readonly deadly: Shares; readonly delivery: Delivery },
): Judgement {
  const { space, of } = deadly;
  const parts = delivery.dead.filter((part) => part.space === space);
  const [worst] = parts;
  if (worst === undefined) throw new Error(`${space.name} is dead without a dead part`);
  const { address, deadEnd } = worst;
  const destination = formatAddress(space.family, address);
  const others = parts.length > 1 ? ` (and more by ${parts.length - 1} further dead ends)` : '';
  const because = `From ${subject}, ${percentOf({ space, size: of.dead })} of ${space.name} is routed into nothing: to ${destination}, ${deadEnd.because}${others}. ${fixOf(deadEnd, space.family)}`;
  const packet = { family: space.family, first: address, last: address };
  return {
    outcome: 'fail',
    subject,
    because,
    proof: { witness: witnessOf(subnetPlace(network, subject), packet), hops: deadEnd.hops },
  };
}

function fixOf({ tableId, route, remedy }: DeadEnd, family: Family): string {
  if (remedy === 'public NAT gateway')
    return 'Fix: put a public NAT gateway on the way (AWS::EC2::NatGateway ConnectivityType: public, and AWS::EC2::Route NatGatewayId; aws ec2 create-nat-gateway --connectivity-type public --subnet-id … --allocation-id …).';
  if (remedy === 'VPC Block Public Access')
    return 'Fix: let answers in (AWS::EC2::VPCBlockPublicAccessOptions InternetGatewayBlockMode: block-ingress; aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode block-ingress).';
  if (tableId.startsWith('tgw-rtb-'))
    return `Fix: give ${tableId} a route for it to the attachment of the VPC where it is (AWS::EC2::TransitGatewayRoute; aws ec2 create-transit-gateway-route --transit-gateway-route-table-id ${tableId} --destination-cidr-block … --transit-gateway-attachment-id …).`;
  const everything = destinationOption(family === 'ipv4' ? '0.0.0.0/0' : '::/0');
  if (route === null)
    return `Fix: give ${tableId} a route for it (AWS::EC2::Route; aws ec2 create-route --route-table-id ${tableId} ${everything} …).`;
  return `Fix: bring the target of that route back, or lead the route to one that is there (AWS::EC2::Route; aws ec2 replace-route --route-table-id ${tableId} ${destinationOption(route)} …).`;
}

function delivered(subject: string, { shares, dead: parts, doubts, example }: Delivery): Judgement {
  const reached = shares
    .filter(({ of }) => of.delivered > 0n)
    .map(({ space, of }) => `${percentOf({ space, size: of.delivered })} of ${space.name}`);
  const lost = parts
    .slice(0, MOST_NAMED)
    .map(
      ({ space, size, address, deadEnd }) =>
        `${size} addresses of ${space.name} from ${formatAddress(space.family, address)} on, for ${deadEnd.because}`,
    );
  const more = parts.length > MOST_NAMED ? `; and ${parts.length - MOST_NAMED} parts more` : '';
  const but = lost.length === 0 ? '' : ` Not delivered: ${lost.join('; ')}${more}.`;
  const open =
    doubts.length === 0 ? '' : ` Not decided for a small part: ${doubts.slice(0, MOST_NAMED).join('; ')}.`;
  const because = `From ${subject}, ${reached.join(', ')} is delivered by an internet exit, and the answers come back.${but}${open}`;
  return { outcome: 'pass', subject, because, proof: { witness: null, hops: example } };
}

function nothingRouted(subject: string, wish: Wish, { doubts }: Delivery): Judgement {
  const nothing = `No internet destination is delivered from ${subject}`;
  if (doubts.length > 0)
    return { outcome: 'unknown', subject, because: `${nothing}, as far as is known: ${doubts.join('; ')}.` };
  if (wish === 'not said')
    return { outcome: 'not-applicable', subject, because: `${nothing}, and the intent names none.` };
  const because = `${nothing}, and the intent allows some. Fix: give its route table a default route to a NAT gateway or to the firewall (AWS::EC2::Route NatGatewayId; aws ec2 create-route --route-table-id … --destination-cidr-block 0.0.0.0/0 --nat-gateway-id …).`;
  return { outcome: 'fail', subject, because };
}

/** Rounded down, so that nothing less than everything is called 100 %. */
function percentOf({ space, size }: Pick<DeadPart, 'space' | 'size'>): string {
  const thousandths = (size * 1000n) / space.size;
  return thousandths === 0n ? 'less than 0.1 %' : `${Number(thousandths) / 10} %`;
}
