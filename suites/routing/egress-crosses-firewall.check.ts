/**
 * Every destination on the internet that a Studio subnet can reach is reached through a Network Firewall that was read.
 *
 * What
 *   The route tables that packets from each Studio subnet meet are followed for every IPv4 and IPv6 destination:
 *   longest prefix, static before prefix list before propagated, NAT gateways and firewall endpoints included, to
 *   the exit; a transit gateway too, into VPCs of the account that could be read (a central inspection VPC). Only a
 *   firewall's own endpoints count (its SyncStates and VPC endpoint associations), not any vpce-…. A fail names a packet
 *   that gets out uninspected and each hop it takes.
 *
 * Why
 *   One more specific route, one subnet that fell back to the main route table, one second NAT gateway, and part
 *   of the internet is reached without the firewall, while the default route still looks right.
 *
 * Fix
 *   AWS::EC2::Route: give the named route `VpcEndpointId` of the firewall's endpoint in that zone (or `NatGatewayId`
 *   of a NAT gateway whose subnet routes to the endpoint), or delete the route.
 *   aws ec2 replace-route --route-table-id rtb-… --destination-cidr-block … --vpc-endpoint-id vpce-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-igw-ngw.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_FirewallStatus.html
 */
import { certificateChecker } from '../../infra/model/certificate-checker';
import type { Network } from '../../infra/model/network';
import { admission } from '../../infra/model/flow-admission';
import { networkOf } from '../../infra/model/network';
import type { EgressProof } from '../../infra/model/proof';
import { egressProof, exampleWayOut } from '../../infra/model/routing';
import { studioSubnetIds } from '../../infra/model/studio';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import type { Held } from './certified';
import { passWithCertificate } from './certified';
import { destinationOption } from './destination-option';

export default {
  id: 'routing/egress-crosses-firewall',
  statement:
    'Every internet destination of the Studio subnets is reached through a Network Firewall of this VPC, or of one behind its transit gateway.',
  severity: 'critical',
  controls: [
    'NIST-800-53r5:AC-4',
    'NIST-800-53r5:SC-7',
    'PCI-DSS-4.0.1:1.4.1',
    'AWS-WellArchitected-ML:MLSEC03-BP02',
  ],
  judge({ snapshot, intent }) {
    const network = networkOf(snapshot, intent);
    const checker = certificateChecker(snapshot, intent.acceptedInspection);
    return studioSubnetIds(snapshot).map((subnetId) => judged({ snapshot, network, checker }, subnetId));
  },
} satisfies Check;

type Checker = ReturnType<typeof certificateChecker>;

interface Context {
  readonly snapshot: Snapshot;
  readonly network: Network;
  readonly checker: Checker;
}

function judged({ snapshot, network, checker }: Context, subject: string): Judgement {
  const proof = egressProof(network, subject);
  switch (proof.status) {
    case 'undecided':
      return {
        outcome: 'unknown',
        subject,
        because: `Whether ${subject} reaches the internet only through the firewall cannot be decided: ${proof.because}.`,
      };
    case 'violated':
      return {
        outcome: 'fail',
        subject,
        because: `From ${subject}, ${proof.because}. ${groupsAndAcls(snapshot, subject, proof)} ${fixOf(network, proof)}`,
        proof: { witness: proof.witness, hops: proof.hops },
      };
    case 'holds':
      return passWithCertificate(checker, held(network, subject, proof));
  }
  return proof satisfies never;
}

/** They explain a violation and never excuse it: a group is changed more easily than a route. */
function groupsAndAcls(
  snapshot: Snapshot,
  subnetId: string,
  { witness, hops }: Extract<EgressProof, { status: 'violated' }>,
): string {
  const { because } = admission(snapshot, { subnetId, destination: witness.destination, hops });
  return `Security groups and network ACLs on this way: ${because}.`;
}

function held(network: Network, subject: string, proof: Extract<EgressProof, { status: 'holds' }>): Held {
  const hops = exampleWayOut(network, subject);
  const accepted = [...network.acceptedInspection];
  const also =
    accepted.length > 0 ? `; as the intent accepts, inspection by ${accepted.join(', ')} counts` : '';
  const space = `the whole IPv4 and IPv6 space, ${HOW[proof.by]}${also}`;
  const claim =
    hops.length === 0
      ? `No destination of ${subject} reaches an internet exit (${space})`
      : `Every destination of ${subject} that reaches the internet crosses the firewall first (${space})`;
  return { subject, claim, hops, certified: proof.certificate() };
}

const HOW = {
  cut: 'whatever the prefixes of the routes',
  classes: 'class by class',
} as const;

function fixOf(network: Network, proof: Extract<EgressProof, { status: 'violated' }>): string {
  const hop = proof.hops.findLast(({ route }) => route !== null);
  if (!hop?.route) return 'Fix: give the subnet a route table whose internet routes lead to the firewall.';
  const endpoint = [...network.firewallEndpoints.byId.keys()][0] ?? "the firewall's endpoint";
  const option = destinationOption(hop.route);
  return `Fix: lead this route through the firewall (AWS::EC2::Route VpcEndpointId; aws ec2 replace-route --route-table-id ${hop.routeTable} ${option} --vpc-endpoint-id ${endpoint}) or delete it.`;
}
