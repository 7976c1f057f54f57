/**
 * What comes back from the internet to a Studio subnet crosses the firewall.
 *
 * What
 *   For every way out of a Studio subnet the way back is followed: from the internet gateway's edge route table to
 *   the NAT gateway's subnet, and from the NAT gateway to the Studio subnet. On one of the two an endpoint of the
 *   firewall must be crossed. (That it is the endpoint of the way out is routing/path-is-symmetric.)
 *
 * Why
 *   Without the edge route the firewall sees only half of each connection: rules on established flows never match,
 *   blocked names can get through, and its log is silent about it. A probe may or may not notice; the route tables
 *   tell.
 *
 * Fix
 *   AWS::EC2::GatewayRouteTableAssociation (`GatewayId` the internet gateway) and in that table an AWS::EC2::Route
 *   with `DestinationCidrBlock` the NAT subnet's CIDR and `VpcEndpointId` the firewall's endpoint.
 *   aws ec2 associate-route-table --route-table-id rtb-… --gateway-id igw-…
 *   aws ec2 create-route --route-table-id rtb-… --destination-cidr-block … --vpc-endpoint-id vpce-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/asymmetric-routing.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-igw-ngw.html
 */
import { certificateChecker } from '../../infra/model/certificate-checker';
import type { Network } from '../../infra/model/network';
import { networkOf } from '../../infra/model/network';
import type { Proof } from '../../infra/model/proof';
import { returnCertificate } from '../../infra/model/return-certificate';
import { returnProof } from '../../infra/model/return-path';
import { studioSubnetIds } from '../../infra/model/studio';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { passWithCertificate } from './certified';

export default {
  id: 'routing/return-crosses-firewall',
  statement: 'Traffic that comes back from the internet to the Studio subnets crosses the firewall.',
  severity: 'critical',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:SC-7'],
  judge({ snapshot, intent }) {
    const network = networkOf(snapshot, intent);
    const checker = certificateChecker(snapshot, intent.acceptedInspection);
    return studioSubnetIds(snapshot).map((subnetId) => judged(network, subnetId, checker));
  },
} satisfies Check;

type Checker = ReturnType<typeof certificateChecker>;

function judged(network: Network, subject: string, checker: Checker): Judgement {
  const proof = returnProof(network, subject);
  switch (proof.status) {
    case 'undecided':
      return {
        outcome: 'unknown',
        subject,
        because: `Whether traffic comes back to ${subject} through the firewall cannot be decided: ${proof.because}.`,
      };
    case 'violated':
      return {
        outcome: 'fail',
        subject,
        because: `For ${subject}, ${proof.because}. ${fixOf(network)}`,
        proof: { witness: proof.witness, hops: proof.hops },
      };
    case 'holds':
      return held({ network, subject, checker }, proof);
  }
  return proof satisfies never;
}

interface Question {
  readonly network: Network;
  readonly subject: string;
  readonly checker: Checker;
}

function held(
  { network, subject, checker }: Question,
  { exitingClasses, hops }: Extract<Proof, { status: 'holds' }>,
): Judgement {
  if (exitingClasses === 0) {
    return {
      outcome: 'not-applicable',
      subject,
      because: `No destination of ${subject} reaches an internet exit, so nothing comes back.`,
    };
  }
  if (hops.length === 0) {
    const because = `What ${subject} sends out has no way back: every answer is dropped before it reaches the subnet.`;
    return { outcome: 'not-applicable', subject, because };
  }
  const claim = `On every way back to ${subject} (different ways out: ${exitingClasses}) the firewall is crossed`;
  return passWithCertificate(checker, {
    subject,
    claim,
    hops,
    certified: returnCertificate(network, subject),
  });
}

function fixOf(network: Network): string {
  const endpoint = [...network.firewallEndpoints.byId.keys()][0] ?? "the firewall's endpoint";
  return `Fix: route that subnet's CIDR to the endpoint of the way out (${endpoint}) in the table that decides: for an internet gateway AWS::EC2::GatewayRouteTableAssociation and AWS::EC2::Route VpcEndpointId (aws ec2 associate-route-table --gateway-id …, aws ec2 create-route … --vpc-endpoint-id …).`;
}
