/**
 * No endpoint policy allows everything to everybody, and S3 is limited to named buckets.
 *
 * What
 *   No statement of an endpoint's policy allows every principal every action on every resource without a condition
 *   that ties it to an owner (aws:PrincipalOrgID, aws:ResourceAccount, …); for S3 none allows anything on every
 *   bucket, unless a condition ties it to the buckets' owner (aws:ResourceAccount, aws:ResourceOrgID). A pattern that
 *   begins with a wildcard names no bucket; one with a common beginning counts as named. A condition whose effect this
 *   tool does not know makes the answer unknown, and so does a name of a policy variable.
 *
 * Why
 *   An endpoint is an exit that the firewall never sees. With a policy that allows everything, credentials of a
 *   foreign account carry data out through it: to a foreign bucket, log group or image repository.
 *
 * Fix
 *   AWS::EC2::VPCEndpoint `PolicyDocument`: name the resources, or add a condition on aws:PrincipalOrgID /
 *   aws:ResourceOrgID (or the account keys).
 *   aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-… --policy-document file://policy.json
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 *   https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/welcome.html
 */
import { policyScope } from '../../infra/model/endpoint-policy';
import { ask } from '../../infra/model/known';
import { isAwsService, standingEndpoints } from '../../infra/model/vpc-endpoint';
import type { VpcEndpoint } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'endpoints/policies-are-scoped',
  statement: 'No endpoint policy allows everything to everybody, and S3 is limited to named buckets.',
  severity: 'high',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:AC-6'],
  judge({ snapshot }) {
    const endpoints = standingEndpoints(snapshot).filter(isAwsService);
    if (endpoints.length > 0) return endpoints.map(judged);
    const { vpcId } = snapshot.target;
    return [
      { outcome: 'not-applicable', subject: vpcId, because: `${vpcId} has no endpoint of an AWS service.` },
    ];
  },
} satisfies Check;

function judged(endpoint: VpcEndpoint): Judgement {
  const subject = returned(endpoint.VpcEndpointId, 'VpcEndpointId');
  const service = returned(endpoint.ServiceName, `ServiceName of ${subject}`);
  const scope = ask(() => policyScope(returned(endpoint.PolicyDocument, 'its PolicyDocument'), service));
  if (!scope.known)
    return {
      outcome: 'unknown',
      subject,
      because: `The policy of ${subject} (${service}) cannot be judged: ${scope.because}.`,
    };
  if (scope.value.scoped)
    return {
      outcome: 'pass',
      subject,
      because: `The policy of ${subject} (${service}) is scoped: ${scope.value.because}.`,
    };
  const because = `The policy of ${subject} (${service}) is open: ${scope.value.because}. Fix: AWS::EC2::VPCEndpoint PolicyDocument with ${limitFor(service)} (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${subject} --policy-document …).`;
  return { outcome: 'fail', subject, because };
}

/** For S3 a limit on who calls is none: the caller's own role can write to a foreign bucket. */
function limitFor(service: string): string {
  return service.endsWith('.s3')
    ? 'named buckets or a condition on aws:ResourceAccount or aws:ResourceOrgID'
    : 'named resources or a condition on aws:PrincipalOrgID or aws:ResourceAccount';
}
