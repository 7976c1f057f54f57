/**
 * VPC endpoint associations: further endpoints of a firewall, in its own or another VPC, in zones where the firewall
 * has an endpoint already (Network Firewall API reference, CreateVpcEndpointAssociation).
 */
import {
  CreateVpcEndpointAssociationCommand,
  DeleteVpcEndpointAssociationCommand,
  DescribeVpcEndpointAssociationCommand,
  type DescribeVpcEndpointAssociationResponse,
  ListVpcEndpointAssociationsCommand,
} from '@aws-sdk/client-network-firewall';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { paginate } from '../paging';
import { newFirewallEndpoint, removeFirewallEndpoint, zoneOfSubnet } from './firewall-endpoint';
import { arnOf, findFirewall, invalidRequest, newUuid, notFound } from './stored';

export function vpcEndpointAssociationHandlers({ state, now, pageSize }: LabContext): Handler[] {
  const find = (arn = ''): DescribeVpcEndpointAssociationResponse => {
    const stored = state.vpcEndpointAssociations.get(arn);
    if (stored === undefined) throw notFound(`VPC endpoint association ${arn} not found.`);
    return stored;
  };
  return [
    on('network-firewall', CreateVpcEndpointAssociationCommand, (input) => {
      const { arn: firewallArn, stored: firewall } = findFirewall(state, {
        name: undefined,
        arn: input.FirewallArn,
      });
      const { VpcId: vpcId = '', SubnetMapping: mapping } = input;
      if (!state.vpcs.has(vpcId)) throw invalidRequest(`The VPC ${vpcId} does not exist`);
      const { SubnetId: subnetId = '', IPAddressType: addressType = 'IPV4' } = mapping ?? {};
      if (addressType !== 'IPV4')
        throw new ApiError(
          'NotImplemented',
          `the lab has no firewall endpoints of the address type ${addressType}`,
          { status: 501 },
        );
      const zone = zoneOfSubnet(state, { vpcId, subnetId });
      if (!Object.hasOwn(firewall.FirewallStatus.SyncStates ?? {}, zone))
        throw invalidRequest(
          `The firewall has no endpoint in ${zone}, so no VPC endpoint association can be made there`,
        );
      const { endpointId } = newFirewallEndpoint(state, { vpcId, subnetId, firewallArn, now: now() });
      const id = newUuid(state);
      const arn = arnOf(state, 'vpc-endpoint-association', id);
      const stored: DescribeVpcEndpointAssociationResponse = {
        VpcEndpointAssociation: {
          VpcEndpointAssociationId: id,
          VpcEndpointAssociationArn: arn,
          FirewallArn: firewallArn,
          VpcId: vpcId,
          SubnetMapping: { SubnetId: subnetId, IPAddressType: 'IPV4' },
          Tags: input.Tags ?? [],
          ...(input.Description === undefined ? {} : { Description: input.Description }),
        },
        VpcEndpointAssociationStatus: {
          Status: 'READY',
          AssociationSyncState: {
            [zone]: { Attachment: { SubnetId: subnetId, EndpointId: endpointId, Status: 'READY' } },
          },
        },
      };
      state.vpcEndpointAssociations.set(arn, stored);
      return stored;
    }),
    on('network-firewall', DescribeVpcEndpointAssociationCommand, (input) =>
      find(input.VpcEndpointAssociationArn),
    ),
    on('network-firewall', ListVpcEndpointAssociationsCommand, ({ FirewallArn, NextToken, MaxResults }) => {
      const associations = [...state.vpcEndpointAssociations].filter(
        ([, stored]) =>
          FirewallArn === undefined || stored.VpcEndpointAssociation?.FirewallArn === FirewallArn,
      );
      const page = paginate(associations, {
        token: NextToken,
        limit: MaxResults,
        pageSize,
        invalidToken: invalidRequest,
      });
      return {
        VpcEndpointAssociations: page.items.map(([arn]) => ({ VpcEndpointAssociationArn: arn })),
        NextToken: page.nextToken,
      };
    }),
    on('network-firewall', DeleteVpcEndpointAssociationCommand, ({ VpcEndpointAssociationArn: arn = '' }) => {
      const stored = find(arn);
      for (const { Attachment } of Object.values(
        stored.VpcEndpointAssociationStatus?.AssociationSyncState ?? {},
      ))
        removeFirewallEndpoint(state, Attachment?.EndpointId);
      state.vpcEndpointAssociations.delete(arn);
      return {
        ...stored,
        VpcEndpointAssociationStatus: { ...stored.VpcEndpointAssociationStatus, Status: 'DELETING' as const },
      };
    }),
  ];
}
