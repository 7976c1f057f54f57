/** VPC endpoints that lead to services of somebody else than AWS: exits that no route table shows. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { returned } from '../snapshot/snapshot';
import { isAwsService, standingEndpoints } from './vpc-endpoint';

/** Where an endpoint leads, as far as the owner must know of it. */
export type EndpointExit =
  | { readonly kind: 'foreign'; readonly id: string; readonly leadsTo: string }
  | { readonly kind: 'doubt'; readonly id: string; readonly because: string };

/**
 * Every endpoint of the VPC by which Studio can reach a service that is not AWS's own, or may.
 *
 * Facts: AWS PrivateLink guide (services of customers and partners are called `com.amazonaws.vpce.…`; AWS's own are
 * not); EC2 API reference, `VpcEndpoint` (the types Resource and ServiceNetwork lead to VPC Lattice resources);
 * aws.md 1.39 (DERIVED: an endpoint is reached by the local route, so no table shows it). Gateway endpoints lead to
 * S3 and DynamoDB; Gateway Load Balancer endpoints are reached by routes (exits.ts). An endpoint that was rejected,
 * failed, expired or is being deleted leads nowhere; one that waits for the service's acceptance may be accepted at
 * any time, by the other side. Throws {@link NotKnown} when an endpoint's VPC, state or service was not returned.
 */
export function endpointExits(snapshot: Snapshot): readonly EndpointExit[] {
  return standingEndpoints(snapshot).flatMap((endpoint): readonly EndpointExit[] => {
    const id = returned(endpoint.VpcEndpointId, 'VpcEndpointId');
    const type = returned(endpoint.VpcEndpointType, `VpcEndpointType of ${id}`);
    switch (type) {
      case 'Gateway':
      case 'GatewayLoadBalancer':
        return [];
      case 'Interface':
        if (isAwsService(endpoint) || leadsNowhere(endpoint)) return [];
        return [{ kind: 'foreign', id, leadsTo: `the service ${endpoint.ServiceName}` }];
      case 'Resource':
      case 'ServiceNetwork':
        return leadsNowhere(endpoint) ? [] : [{ kind: 'foreign', id, leadsTo: latticeOf(endpoint) }];
      default:
        return [{ kind: 'doubt', id, because: `${id} is an endpoint of the type "${type}"` }];
    }
  });
}

function latticeOf(endpoint: VpcEndpoint): string {
  const arn = endpoint.ResourceConfigurationArn ?? endpoint.ServiceNetworkArn;
  return `the VPC Lattice ${endpoint.VpcEndpointType === 'Resource' ? 'resource' : 'service network'} ${arn ?? 'that AWS did not name'}`;
}

/** AWS answers a state in lower case that its model spells with capitals. */
function leadsNowhere(endpoint: VpcEndpoint): boolean {
  const state: string = returned(endpoint.State, `State of ${endpoint.VpcEndpointId}`);
  return ['rejected', 'failed', 'expired', 'deleting'].includes(state.toLowerCase());
}
