/**
 * AWS services with an interface endpoint are found by their ordinary names: private DNS is on.
 *
 * What
 *   The VPC has DNS support and DNS hostnames, and each AWS service that has interface endpoints has one with
 *   private DNS, or a gateway endpoint that carries it anyway.
 *
 * Why
 *   Without private DNS, clients resolve the service's public address and call it by the way to the internet. The
 *   endpoint is there and unused, and Studio cannot be opened in VpcOnly mode.
 *
 * Fix
 *   AWS::EC2::VPCEndpoint `PrivateDnsEnabled: true`; AWS::EC2::VPC `EnableDnsSupport` and `EnableDnsHostnames: true`.
 *   aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-… --private-dns-enabled
 *   aws ec2 modify-vpc-attribute --vpc-id vpc-… --enable-dns-hostnames
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-interface-endpoint.html
 */
import { isAwsService, standingEndpoints, stateOf } from '../../infra/model/vpc-endpoint';
import type { Snapshot, VpcEndpoint } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'endpoints/private-dns',
  statement: 'AWS services with an interface endpoint are found by their ordinary names: private DNS is on.',
  severity: 'medium',
  controls: [],
  judge({ snapshot }) {
    const endpoints = standingEndpoints(snapshot).filter(isAwsService);
    const services = new Set(
      endpoints
        .filter(({ VpcEndpointType: type }) => type === 'Interface')
        .map((one) => one.ServiceName ?? ''),
    );
    if (services.size === 0) {
      const { vpcId } = snapshot.target;
      return [
        {
          outcome: 'not-applicable',
          subject: vpcId,
          because: `${vpcId} has no interface endpoint of an AWS service.`,
        },
      ];
    }
    return [
      dnsOfVpc(snapshot),
      ...[...services].map((service) =>
        judged(service, standing(endpoints.filter((endpoint) => endpoint.ServiceName === service))),
      ),
    ];
  },
} satisfies Check;

function dnsOfVpc(snapshot: Snapshot): Judgement {
  const attributes = sectionValue(snapshot, 'vpcAttributes');
  const subject = attributes.VpcId;
  const support = returned(attributes.EnableDnsSupport, `EnableDnsSupport of ${subject}`);
  const hostnames = returned(attributes.EnableDnsHostnames, `EnableDnsHostnames of ${subject}`);
  if (support && hostnames)
    return { outcome: 'pass', subject, because: `${subject} has DNS support and DNS hostnames.` };
  const missing = support ? 'EnableDnsHostnames' : 'EnableDnsSupport';
  const option = support ? '--enable-dns-hostnames' : '--enable-dns-support';
  const because = `${missing} of ${subject} is off, so private DNS of its endpoints has no effect. Fix: AWS::EC2::VPC ${missing}: true (aws ec2 modify-vpc-attribute --vpc-id ${subject} ${option}).`;
  return { outcome: 'fail', subject, because };
}

/** Those that carry traffic; one that failed has no names, so it counts only where there is no other. */
function standing(endpoints: readonly VpcEndpoint[]): readonly VpcEndpoint[] {
  const usable = endpoints.filter((endpoint) => stateOf(endpoint) !== 'unusable');
  return usable.length > 0 ? usable : endpoints;
}

/** One service: private DNS can be on for one of its endpoints in a VPC only, so one is enough. */
function judged(service: string, endpoints: readonly VpcEndpoint[]): Judgement {
  const on = endpoints.find(({ PrivateDnsEnabled: enabled }) => enabled === true);
  if (on)
    return {
      outcome: 'pass',
      subject: on.VpcEndpointId ?? service,
      because: `${on.VpcEndpointId} (${service}) has private DNS.`,
    };
  const gateway = endpoints.find(({ VpcEndpointType: type }) => type === 'Gateway');
  if (gateway) {
    const because = `${service} is carried by the gateway endpoint ${gateway.VpcEndpointId}, which needs no private DNS.`;
    return { outcome: 'pass', subject: gateway.VpcEndpointId ?? service, because };
  }
  const subject = endpoints[0]?.VpcEndpointId ?? service;
  if (endpoints.some(({ PrivateDnsEnabled: enabled }) => enabled === undefined)) {
    return {
      outcome: 'unknown',
      subject,
      because: `AWS did not return PrivateDnsEnabled of ${subject} (${service}).`,
    };
  }
  const because = `PrivateDnsEnabled of ${subject} (${service}) is false, so clients call the service's public address. Fix: AWS::EC2::VPCEndpoint PrivateDnsEnabled: true (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${subject} --private-dns-enabled).`;
  return { outcome: 'fail', subject, because };
}
