/**
 * Every Studio domain of this VPC has the network access type VpcOnly.
 *
 * What
 *   `AppNetworkAccessType` is `VpcOnly` for the domain that is verified and for every other domain of the account's
 *   region that uses the same VPC.
 *
 * Why
 *   With `PublicInternetOnly`, Studio apps reach the internet by a network interface of SageMaker's own, which no
 *   route table, security group or firewall of the VPC ever sees. The value can be changed after creation.
 *
 * Fix
 *   AWS::SageMaker::Domain `AppNetworkAccessType: VpcOnly` (with subnets and security groups).
 *   aws sagemaker update-domain --domain-id d-… --app-network-access-type VpcOnly
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 *   https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html
 *   https://docs.aws.amazon.com/config/latest/developerguide/sagemaker-domain-in-vpc.html
 */
import { studioDomains } from '../../infra/model/studio';
import type { Domain } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'vpc-only/domain-is-vpc-only',
  statement: 'Every Studio domain of this VPC has the network access type VpcOnly.',
  severity: 'critical',
  controls: ['AWS-Config:sagemaker-domain-in-vpc', 'NIST-800-53r5:SC-7'],
  judge({ snapshot }) {
    return studioDomains(snapshot).map(judged);
  },
} satisfies Check;

function judged(domain: Domain): Judgement {
  const id = returned(domain.DomainId, 'DomainId');
  const subject = domain.DomainArn ?? id;
  const type = domain.AppNetworkAccessType;
  if (type === 'VpcOnly')
    return { outcome: 'pass', subject, because: `AppNetworkAccessType of ${id} is VpcOnly.` };
  if (type !== 'PublicInternetOnly') {
    const said =
      type === undefined ? 'was not returned' : `is "${String(type)}", which this tool does not know`;
    return { outcome: 'unknown', subject, because: `AppNetworkAccessType of ${id} ${said}.` };
  }
  const because = `AppNetworkAccessType of ${id} is ${type}: its apps reach the internet past the VPC. Fix: AWS::SageMaker::Domain AppNetworkAccessType: VpcOnly (aws sagemaker update-domain --domain-id ${id} --app-network-access-type VpcOnly).`;
  return { outcome: 'fail', subject, because };
}
