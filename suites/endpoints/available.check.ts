/**
 * Every service endpoint of the VPC is available.
 *
 * What
 *   Each interface and gateway endpoint of the VPC is in the state `available`. One that is still `pending` cannot
 *   be judged yet. The firewall's own endpoints are judged by firewall/is-ready.
 *
 * Why
 *   An endpoint that failed, was rejected or waits for acceptance carries nothing; calls to its service then fail,
 *   or take the way to the internet.
 *
 * Fix
 *   Read the endpoint's `LastError`, then accept it or make the AWS::EC2::VPCEndpoint anew.
 *   aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
 *   https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
 */
import { standingEndpoints, stateOf } from '../../infra/model/vpc-endpoint';
import type { VpcEndpoint } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'endpoints/available',
  statement: 'Every service endpoint of the VPC is available.',
  severity: 'medium',
  controls: [],
  judge({ snapshot }) {
    const endpoints = standingEndpoints(snapshot).filter(
      (endpoint) =>
        returned(endpoint.VpcEndpointType, `VpcEndpointType of ${endpoint.VpcEndpointId}`) !==
        'GatewayLoadBalancer',
    );
    if (endpoints.length > 0) return endpoints.map(judged);
    const { vpcId } = snapshot.target;
    return [
      {
        outcome: 'not-applicable',
        subject: vpcId,
        because: `${vpcId} has no service endpoint; endpoints/required-exist says whether it needs one.`,
      },
    ];
  },
} satisfies Check;

function judged(endpoint: VpcEndpoint): Judgement {
  const subject = returned(endpoint.VpcEndpointId, 'VpcEndpointId');
  const name = `${subject} (${endpoint.ServiceName ?? 'service not returned'})`;
  switch (stateOf(endpoint)) {
    case 'available':
      return { outcome: 'pass', subject, because: `${name} is available.` };
    case 'pending':
      return {
        outcome: 'unknown',
        subject,
        because: `${name} is still being made (state pending); verify again when it is available.`,
      };
    default: {
      const error = endpoint.LastError?.Message ?? endpoint.FailureReason;
      const because = `${name} is in state "${endpoint.State}"${error ? ` (${error})` : ''}. Fix: accept it or make the AWS::EC2::VPCEndpoint anew (aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ${subject}).`;
      return { outcome: 'fail', subject, because };
    }
  }
}
