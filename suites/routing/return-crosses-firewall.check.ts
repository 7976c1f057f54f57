/**
 * What comes back from the internet to a Studio subnet crosses the firewall, by the endpoint that it went out by.
 *
 * What
 *   For every way out of a Studio subnet the way back is followed: from the internet gateway's edge route table to
 *   the NAT gateway's subnet, and from the NAT gateway to the Studio subnet. On one of the two the firewall's
 *   endpoint must be crossed, the same one as on the way out.
 *
 * Why
 *   Network Firewall is stateful and does not support asymmetric routing. Without the edge route it sees only half
 *   of each connection: rules on established flows never match, blocked names can get through, and its log is
 *   silent about it. A probe may or may not notice; the route tables tell.
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
import type { Network } from '../../infra/model/network';
import { networkOf } from '../../infra/model/network';
import type { Proof } from '../../infra/model/proof';
import { returnProof } from '../../infra/model/return-path';
import { studioSubnetIds } from '../../infra/model/studio';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'routing/return-crosses-firewall',
  statement:
    'Traffic that comes back from the internet to the Studio subnets crosses the firewall endpoint that it went out by.',
  severity: 'critical',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:SC-7'],
  judge({ snapshot }) {
    const network = networkOf(snapshot);
    return studioSubnetIds(snapshot).map((subnetId) =>
      judged(network, subnetId, returnProof(network, subnetId)),
    );
  },
} satisfies Check;

function judged(network: Network, subject: string, proof: Proof): Judgement {
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
      return held(subject, proof);
  }
  return proof satisfies never;
}

function held(subject: string, proof: Extract<Proof, { status: 'holds' }>): Judgement {
  if (proof.exitingClasses === 0) {
    return {
      outcome: 'not-applicable',
      subject,
      because: `No destination of ${subject} reaches an internet exit, so nothing comes back.`,
    };
  }
  if (proof.hops.length === 0) {
    const because = `What ${subject} sends out has no way back: every answer is dropped before it reaches the subnet.`;
    return { outcome: 'not-applicable', subject, because };
  }
  const because = `On every way back to ${subject} (different ways out: ${proof.exitingClasses}) the firewall endpoint of the way out is crossed again.`;
  return { outcome: 'pass', subject, because, proof: { witness: null, hops: proof.hops } };
}

function fixOf(network: Network): string {
  const endpoint = [...network.firewallEndpoints.byId.keys()][0] ?? "the firewall's endpoint";
  return `Fix: route that subnet's CIDR to the endpoint of the way out (${endpoint}) in the table that decides: for an internet gateway AWS::EC2::GatewayRouteTableAssociation and AWS::EC2::Route VpcEndpointId (aws ec2 associate-route-table --gateway-id …, aws ec2 create-route … --vpc-endpoint-id …).`;
}
