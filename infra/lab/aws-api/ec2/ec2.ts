/** The lab's EC2 API: every operation it answers, one file per noun of EC2. */
import { ApiError, type Handler, type LabContext } from '../handler';
import { availabilityZoneHandlers } from './availability-zone';
import { blockPublicAccessHandlers } from './block-public-access';
import { blockPublicAccessExclusionHandlers } from './block-public-access-exclusion';
import { carrierGatewayHandlers } from './carrier-gateway';
import { dhcpOptionsHandlers } from './dhcp-options';
import { elasticIpHandlers } from './elastic-ip';
import { endpointServiceHandlers } from './endpoint-service';
import { flowLogHandlers } from './flow-log';
import { instanceHandlers } from './instance';
import { instanceAttributeHandlers } from './instance-attribute';
import { egressOnlyInternetGatewayHandlers, internetGatewayHandlers } from './internet-gateway';
import { natGatewayHandlers } from './nat-gateway';
import { networkAclHandlers } from './network-acl';
import { networkInterfaceHandlers } from './network-interface';
import { peeringHandlers } from './peering';
import { prefixListHandlers, seedAwsPrefixLists } from './prefix-list';
import { routeHandlers } from './route';
import { routeTableHandlers } from './route-table';
import { routeTableAssociationHandlers } from './route-table-association';
import { securityGroupHandlers } from './security-group';
import { securityGroupPermissionHandlers } from './security-group-permission';
import { subnetCidrBlockHandlers } from './subnet-cidr-block';
import { subnetHandlers } from './subnet';
import { tagHandlers } from './tags';
import { transitGatewayHandlers } from './transit-gateway';
import { transitGatewayAttachmentHandlers } from './transit-gateway-attachment';
import { transitGatewayRouteHandlers } from './transit-gateway-route';
import { transitGatewayTableHandlers } from './transit-gateway-table';
import { vpcHandlers } from './vpc';
import { vpnConnectionHandlers } from './vpn-connection';
import { vpcAttributeHandlers } from './vpc-attribute';
import { vpcCidrBlockHandlers } from './vpc-cidr-block';
import { vpcEndpointHandlers } from './vpc-endpoint';
import { vpnGatewayHandlers } from './vpn-gateway';

const nouns: readonly ((context: LabContext) => Handler[])[] = [
  availabilityZoneHandlers,
  blockPublicAccessHandlers,
  blockPublicAccessExclusionHandlers,
  carrierGatewayHandlers,
  dhcpOptionsHandlers,
  egressOnlyInternetGatewayHandlers,
  elasticIpHandlers,
  endpointServiceHandlers,
  flowLogHandlers,
  instanceHandlers,
  instanceAttributeHandlers,
  internetGatewayHandlers,
  natGatewayHandlers,
  networkAclHandlers,
  networkInterfaceHandlers,
  peeringHandlers,
  prefixListHandlers,
  routeHandlers,
  routeTableAssociationHandlers,
  routeTableHandlers,
  securityGroupHandlers,
  securityGroupPermissionHandlers,
  subnetCidrBlockHandlers,
  subnetHandlers,
  tagHandlers,
  transitGatewayAttachmentHandlers,
  transitGatewayHandlers,
  transitGatewayRouteHandlers,
  transitGatewayTableHandlers,
  vpcAttributeHandlers,
  vpcCidrBlockHandlers,
  vpcEndpointHandlers,
  vpcHandlers,
  vpnConnectionHandlers,
  vpnGatewayHandlers,
];

/** DryRun changes nothing: AWS answers it with an error that says the call would have been allowed. */
function withDryRun(handler: Handler): Handler {
  return {
    ...handler,
    run: async (input, call) => {
      if (typeof input === 'object' && input !== null && (input as { DryRun?: unknown }).DryRun === true) {
        throw new ApiError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
          status: 412,
        });
      }
      return handler.run(input, call);
    },
  };
}

/** Every EC2 operation of the lab. The account gets AWS's own prefix lists if it has none. */
export function ec2Handlers(context: LabContext): Handler[] {
  seedAwsPrefixLists(context.state);
  return nouns.flatMap((handlersOf) => handlersOf(context)).map(withDryRun);
}
