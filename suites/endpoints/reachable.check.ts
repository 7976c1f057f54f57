/**
 * Studio's apps can reach the endpoints of the AWS services that they need.
 *
 * What
 *   For each service that the intent requires, each endpoint that carries Studio's calls: its security groups admit
 *   TCP 443 from every combination of groups that apps run with, by group reference or by prefixes that cover the Studio
 *   subnets; those groups let 443 out to it; no network ACL between them denies requests or answers; it has a network
 *   interface in a zone of Studio. A gateway endpoint: it is in the route table of every Studio subnet, and the groups
 *   and ACLs let 443 out to its prefix list. Whether the endpoint exists is endpoints/required-exist's to say.
 *
 * Why
 *   An endpoint that Studio cannot reach makes calls time out without a word. A gateway endpoint in the table of the
 *   NAT gateway's subnet alone leaves the calls on the way to the internet.
 *
 * Fix
 *   AWS::EC2::SecurityGroup `SecurityGroupIngress` of the endpoint's group: TCP 443, `SourceSecurityGroupId` of Studio's.
 *   aws ec2 authorize-security-group-ingress --group-id sg-… --protocol tcp --port 443 --source-group sg-…
 *   A gateway endpoint: AWS::EC2::VPCEndpoint `RouteTableIds` with the tables of the Studio subnets.
 *   aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-… --add-route-table-ids rtb-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 */
import type { StudioClients } from '../../infra/model/endpoint-reach';
import { obstacleToInterface, studioClients } from '../../infra/model/endpoint-reach';
import { obstacleToGateway } from '../../infra/model/gateway-reach';
import { ask } from '../../infra/model/known';
import { isEndpointOf, standingEndpoints } from '../../infra/model/vpc-endpoint';
import type { Snapshot, VpcEndpoint } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'endpoints/reachable',
  statement: "Studio's apps can reach the endpoints of the AWS services that they need.",
  severity: 'medium',
  controls: [],
  judge({ snapshot, intent }) {
    const { region, vpcId } = snapshot.target;
    const endpoints = standingEndpoints(snapshot);
    const needed = intent.requiredEndpoints.flatMap((service) =>
      carrying(endpoints.filter((endpoint) => isEndpointOf(endpoint, service, region))).map((endpoint) => ({
        service,
        endpoint,
      })),
    );
    if (needed.length === 0) {
      const because =
        intent.requiredEndpoints.length === 0
          ? 'The intent requires no endpoint.'
          : `${vpcId} has no endpoint that the intent requires; endpoints/required-exist says so.`;
      return [{ outcome: 'not-applicable', subject: vpcId, because }];
    }
    const studio = studioClients(snapshot);
    return needed.map((one) => judged(snapshot, studio, one));
  },
} satisfies Check;

/**
 * Of a service's endpoints those that Studio's calls take: the one whose private DNS answers for the service's own name,
 * else a gateway endpoint, else all, whose names have to be asked for. Facts: EC2 API reference, `DnsOptions`: S3's
 * private DNS can be kept for inbound Resolver endpoints, and then leaves the VPC's own calls to the gateway.
 */
function carrying(endpoints: readonly VpcEndpoint[]): readonly VpcEndpoint[] {
  const interfaces = endpoints.filter(({ VpcEndpointType: type }) => type === 'Interface');
  const named = interfaces.filter(
    ({ PrivateDnsEnabled: enabled, DnsOptions: options }) =>
      enabled === true && options?.PrivateDnsOnlyForInboundResolverEndpoint !== true,
  );
  if (named.length > 0) return named;
  const gateways = endpoints.filter(({ VpcEndpointType: type }) => type === 'Gateway');
  return gateways.length > 0 ? gateways : interfaces;
}

function judged(
  snapshot: Snapshot,
  studio: StudioClients,
  { service, endpoint }: { readonly service: string; readonly endpoint: VpcEndpoint },
): Judgement {
  const subject = returned(endpoint.VpcEndpointId, `VpcEndpointId of the endpoint for ${service}`);
  const obstacle = ask(() =>
    endpoint.VpcEndpointType === 'Gateway'
      ? obstacleToGateway(snapshot, endpoint, studio)
      : obstacleToInterface(snapshot, endpoint, studio),
  );
  const name = `${subject} (${service})`;
  if (!obstacle.known)
    return {
      outcome: 'unknown',
      subject,
      because: `Whether Studio reaches ${name} is not known: ${obstacle.because}.`,
    };
  if (obstacle.value !== null) {
    const { because, fix } = obstacle.value;
    return {
      outcome: 'fail',
      subject,
      because: `Studio does not reach ${name} as it should: ${because}. Fix: ${fix}.`,
    };
  }
  const groups = studio.apps.map(({ groupIds }) => groupIds.join(' with ')).join('; ');
  return {
    outcome: 'pass',
    subject,
    because: `${groups} in ${subnetsIn(studio)} can reach ${name} by TCP 443: security groups and network ACLs let it through.`,
  };
}

function subnetsIn({ subnets }: StudioClients): string {
  return subnets.length === 1 ? `${subnets[0]?.id}` : `${subnets.length} Studio subnets`;
}
