/**
 * Every AWS service that Studio needs has an endpoint in the VPC.
 *
 * What
 *   For each service that the intent requires there is a VPC endpoint (interface or gateway) in this VPC. Without a
 *   declared intent the list is what AWS documents for VpcOnly.
 *
 * Why
 *   Without its endpoint, a call to the service takes the way to the internet: it works only if the firewall allows
 *   the service's public name, and names such as .amazonaws.com allow far more than the one service.
 *
 * Fix
 *   AWS::EC2::VPCEndpoint with `ServiceName` com.amazonaws.<region>.<service>.
 *   aws ec2 create-vpc-endpoint --vpc-id vpc-… --vpc-endpoint-type Interface --service-name com.amazonaws.<region>.<service> …
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
import { isEndpointOf, serviceNameOf, stateOf } from '../../infra/model/vpc-endpoint';
import { sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';

export default {
  id: 'endpoints/required-exist',
  statement: 'Every AWS service that Studio needs has an endpoint in the VPC.',
  severity: 'medium',
  controls: ['AWS-Config:service-vpc-endpoint-enabled'],
  judge({ snapshot, intent }) {
    const { region, vpcId } = snapshot.target;
    const endpoints = sectionValue(snapshot, 'vpcEndpoints').filter(
      (endpoint) => stateOf(endpoint) !== 'gone',
    );
    if (intent.requiredEndpoints.length === 0) {
      return [{ outcome: 'not-applicable', subject: vpcId, because: 'The intent requires no endpoint.' }];
    }
    return intent.requiredEndpoints.map((service) => {
      const found = endpoints.find((endpoint) => isEndpointOf(endpoint, service, region));
      if (found) {
        const subject = found.VpcEndpointId ?? vpcId;
        return {
          outcome: 'pass',
          subject,
          because: `${service} has the ${found.VpcEndpointType ?? 'VPC'} endpoint ${subject}.`,
        };
      }
      const name = serviceNameOf(service, region);
      const because = `${vpcId} has no endpoint for ${service}, so calls to it take the way to the internet. Fix: AWS::EC2::VPCEndpoint ServiceName: ${name} (aws ec2 create-vpc-endpoint --vpc-id ${vpcId} --service-name ${name} …).`;
      return { outcome: 'fail', subject: `${vpcId} ${service}`, because };
    });
  },
} satisfies Check;
