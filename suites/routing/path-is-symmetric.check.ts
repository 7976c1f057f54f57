/**
 * What comes back from the internet to a Studio subnet crosses the firewall endpoints of its way out, in reverse order.
 *
 * What
 *   For every way out of a Studio subnet, every way back is followed, from the internet gateway's edge route table
 *   through each NAT gateway to the subnet. The endpoints on it must be those of the way out: not another zone's,
 *   not more, not fewer.
 *
 * Why
 *   Network Firewall does not support asymmetric routing: request and response must be routed to the same endpoint.
 *   Another zone's endpoint has not seen the flow begin: what it does with the middle of a flow is the stream
 *   exception policy, not the allow list, and connections break or pass without a verdict.
 *
 * Fix
 *   In the table that leads back (the internet gateway's edge table, or that of the NAT gateway's subnet) give the
 *   subnet's route the endpoint of its way out: AWS::EC2::Route `VpcEndpointId`. For a transit gateway that leads to
 *   the firewall's VPC: AWS::EC2::TransitGatewayVpcAttachment `Options.ApplianceModeSupport: enable`.
 *   aws ec2 replace-route --route-table-id rtb-… --destination-cidr-block … --vpc-endpoint-id vpce-…
 *   aws ec2 modify-transit-gateway-vpc-attachment --transit-gateway-attachment-id tgw-attach-… --options ApplianceModeSupport=enable
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/asymmetric-routing.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config-tgw-multi-az.html
 *   https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
import { asClasses, distinctWays } from '../../infra/model/distinct-ways';
import { networkOf } from '../../infra/model/network';
import type { Proof } from '../../infra/model/proof';
import { studioSubnetIds } from '../../infra/model/studio';
import { symmetryProofOf } from '../../infra/model/symmetry';
import { waysOut } from '../../infra/model/way-out';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'routing/path-is-symmetric',
  statement:
    'Traffic that comes back from the internet to the Studio subnets crosses the firewall endpoints that it went out by.',
  severity: 'high',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:SC-7'],
  judge({ snapshot, intent }) {
    const network = networkOf(snapshot, intent);
    return studioSubnetIds(snapshot).map((subnetId) => {
      const classes = asClasses(distinctWays(network, subnetId));
      const proof = symmetryProofOf(network, subnetId, classes);
      const crosses = waysOut(classes).some(({ endpoints }) => endpoints.length > 0);
      return judged(subnetId, proof, { crosses });
    });
  },
} satisfies Check;

/** `crosses`: whether any way out crosses the firewall at all. */
function judged(subject: string, proof: Proof, ways: { readonly crosses: boolean }): Judgement {
  switch (proof.status) {
    case 'undecided':
      return {
        outcome: 'unknown',
        subject,
        because: `Whether traffic comes back to ${subject} by the firewall endpoints that it went out by cannot be decided: ${proof.because}.`,
      };
    case 'violated':
      return {
        outcome: 'fail',
        subject,
        because: `For ${subject}, ${proof.because}. ${FIX}`,
        proof: { witness: proof.witness, hops: proof.hops },
      };
    case 'holds':
      return ways.crosses ? held(subject, proof) : notCrossed(subject, proof);
  }
  return proof satisfies never;
}

const FIX =
  "Fix: in the table that decides, lead the route for that subnet to the endpoint of the way out (AWS::EC2::Route VpcEndpointId; aws ec2 replace-route --route-table-id … --destination-cidr-block … --vpc-endpoint-id …), or lead the way out to the endpoint of the way back. Where a transit gateway leads to the firewall's VPC, switch appliance mode on (AWS::EC2::TransitGatewayVpcAttachment Options.ApplianceModeSupport; aws ec2 modify-transit-gateway-vpc-attachment --transit-gateway-attachment-id … --options ApplianceModeSupport=enable).";

type Held = Extract<Proof, { status: 'holds' }>;

function held(subject: string, proof: Held): Judgement {
  if (proof.hops.length === 0) {
    const because = `What ${subject} sends out has no way back: every answer is dropped before it reaches the subnet.`;
    return { outcome: 'not-applicable', subject, because };
  }
  const because = `Every way back to ${subject} (different ways out: ${proof.exitingClasses}) crosses the firewall endpoints of its way out, in reverse order.`;
  return { outcome: 'pass', subject, because, proof: { witness: null, hops: proof.hops } };
}

function notCrossed(subject: string, proof: Held): Judgement {
  const because =
    proof.exitingClasses === 0
      ? `No destination of ${subject} reaches an internet exit, so nothing comes back.`
      : `No way out of ${subject} crosses the firewall, and none back (routing/egress-crosses-firewall judges that).`;
  return { outcome: 'not-applicable', subject, because };
}
