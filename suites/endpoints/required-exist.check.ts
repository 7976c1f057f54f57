/**
 * Every AWS service that Studio needs has an endpoint in the VPC.
 *
 * What
 *   For each service that the intent requires there is a VPC endpoint in this VPC: an interface endpoint, or a gateway
 *   endpoint that is in the route table of every Studio subnet. Without a declared intent the list is what AWS
 *   documents for VpcOnly, and services that Studio's settings name and the allow list does not cover (Git repositories
 *   in CodeCommit). A fail says what becomes of the calls now: whether the firewall passes the service's public name.
 *
 * Why
 *   Without its endpoint, a call to the service takes the way to the internet: it works only if the firewall allows
 *   the service's public name, and names such as .amazonaws.com allow far more than the one service.
 *
 * Fix
 *   AWS::EC2::VPCEndpoint with `ServiceName` com.amazonaws.<region>.<service>.
 *   aws ec2 create-vpc-endpoint --vpc-id vpc-… --vpc-endpoint-type Interface --service-name com.amazonaws.<region>.<service> …
 *   A gateway endpoint: AWS::EC2::VPCEndpoint `RouteTableIds` with the tables of the Studio subnets.
 *   aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-… --add-route-table-ids rtb-…
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
import { namePassage } from '../../infra/model/firewall/name-passage';
import { studioSubnetsPast } from '../../infra/model/gateway-endpoint';
import { publicServiceName } from '../../infra/model/public-service-name';
import { isEndpointOf, serviceNameOf, standingEndpoints } from '../../infra/model/vpc-endpoint';
import type { Snapshot, VpcEndpoint } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'endpoints/required-exist',
  statement: 'Every AWS service that Studio needs has an endpoint in the VPC.',
  severity: 'medium',
  controls: ['AWS-Config:service-vpc-endpoint-enabled'],
  judge({ snapshot, intent }) {
    const { region, vpcId } = snapshot.target;
    const endpoints = standingEndpoints(snapshot);
    if (intent.requiredEndpoints.length === 0) {
      return [{ outcome: 'not-applicable', subject: vpcId, because: 'The intent requires no endpoint.' }];
    }
    return intent.requiredEndpoints.map((service) => {
      const found = endpoints.filter((endpoint) => isEndpointOf(endpoint, service, region));
      return found.length === 0 ? missing(snapshot, service) : judged(snapshot, service, found);
    });
  },
} satisfies Check;

function missing(snapshot: Snapshot, service: string): Judgement {
  const { region, vpcId } = snapshot.target;
  const name = serviceNameOf(service, region);
  const because = `${vpcId} has no endpoint for ${service}, so ${callsWithout(snapshot, service)}. Fix: AWS::EC2::VPCEndpoint ServiceName: ${name} (aws ec2 create-vpc-endpoint --vpc-id ${vpcId} --service-name ${name} …).`;
  return { outcome: 'fail', subject: `${vpcId} ${service}`, because };
}

/** What becomes of calls to a service without its endpoint. */
function callsWithout(snapshot: Snapshot, service: string): string {
  const name = publicServiceName(service, snapshot.target.region);
  if (name === null) return WAY_OUT;
  const passage = namePassage(snapshot, name);
  switch (passage.kind) {
    case 'no firewall':
      return WAY_OUT;
    case 'passed':
      return `calls to ${name} take the way to the internet, and the firewall passes them (${passage.by})`;
    case 'blocked':
      return `calls to ${name} take the way to the internet, where the firewall blocks them (${passage.by})`;
    case 'undecided':
      return `calls to ${name} take the way to the internet; whether the firewall passes them is not known (${passage.because})`;
  }
  return passage satisfies never;
}

const WAY_OUT = 'calls to it take the way to the internet';

/**
 * Whether clients in the VPC get to an interface endpoint by the service's names. EC2 API reference, DnsOptions:
 * PrivateDnsOnlyForInboundResolverEndpoint leaves what comes from the VPC to the gateway endpoint.
 */
function servesStudioByName({ PrivateDnsEnabled: enabled, DnsOptions: options }: VpcEndpoint): boolean {
  return enabled === true && options?.PrivateDnsOnlyForInboundResolverEndpoint !== true;
}

/** An interface endpoint serves by its names wherever it stands; a gateway endpoint only what meets its route tables. */
function judged(snapshot: Snapshot, service: string, found: readonly VpcEndpoint[]): Judgement {
  const gateway = found.find(({ VpcEndpointType: type }) => type === 'Gateway');
  const byName = found.find(
    (one) => one.VpcEndpointType !== 'Gateway' && (gateway === undefined || servesStudioByName(one)),
  );
  const endpoint = byName ?? gateway;
  const subject = returned(endpoint?.VpcEndpointId, `VpcEndpointId of the endpoint for ${service}`);
  const [past] = byName === undefined && gateway !== undefined ? studioSubnetsPast(snapshot, gateway) : [];
  if (past === undefined) {
    const type = endpoint?.VpcEndpointType ?? 'VPC';
    return { outcome: 'pass', subject, because: `${service} has the ${type} endpoint ${subject}.` };
  }
  const because = `The gateway endpoint ${subject} for ${service} is not in ${past.tableId}, the route table of ${past.subnetId}, so ${callsWithout(snapshot, service)}. Fix: AWS::EC2::VPCEndpoint RouteTableIds (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${subject} --add-route-table-ids ${past.tableId}).`;
  return { outcome: 'fail', subject, because };
}
