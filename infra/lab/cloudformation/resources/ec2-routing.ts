/** AWS::EC2: route tables, their routes, and what they govern. */
import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2';
import { required, text } from '../property-shape';
import type { ValueObject } from '../values';
import { tagSpecifications, updateTags } from './ec2-tags';
import { attributeText, provider, type Provider, type ResourceContext, returned, tagList } from './provider';

const routeTable = provider({
  type: 'AWS::EC2::RouteTable',
  properties: { VpcId: required(text), Tags: tagList },
  attributes: ['RouteTableId'],
  mutable: ['Tags'],
  create: async ({ VpcId, Tags }, context) => {
    const { RouteTable } = await context.api.call('ec2', CreateRouteTableCommand, {
      VpcId,
      TagSpecifications: tagSpecifications(context, 'route-table', Tags),
    });
    const id = returned(RouteTable?.RouteTableId, 'RouteTableId');
    return { physicalId: id, attributes: { RouteTableId: id } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteRouteTableCommand, { RouteTableId: physicalId });
  },
});

const ROUTE_TARGETS = [
  'EgressOnlyInternetGatewayId',
  'GatewayId',
  'InstanceId',
  'NatGatewayId',
  'NetworkInterfaceId',
  'TransitGatewayId',
  'VpcEndpointId',
  'VpcPeeringConnectionId',
] as const;

const ROUTE_DESTINATIONS = [
  'DestinationCidrBlock',
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
] as const;

const route = provider({
  type: 'AWS::EC2::Route',
  properties: {
    RouteTableId: required(text),
    DestinationCidrBlock: text,
    DestinationIpv6CidrBlock: text,
    DestinationPrefixListId: text,
    EgressOnlyInternetGatewayId: text,
    GatewayId: text,
    InstanceId: text,
    NatGatewayId: text,
    NetworkInterfaceId: text,
    TransitGatewayId: text,
    VpcEndpointId: text,
    VpcPeeringConnectionId: text,
  },
  notCarried: ['CarrierGatewayId', 'CoreNetworkArn', 'LocalGatewayId', 'OdbNetworkArn'],
  attributes: ['CidrBlock'],
  mutable: ROUTE_TARGETS,
  check: (properties) => exactlyOne(properties, ROUTE_DESTINATIONS) ?? exactlyOne(properties, ROUTE_TARGETS),
  create: async (properties, { api }) => {
    await api.call('ec2', CreateRouteCommand, properties);
    const destination =
      properties.DestinationCidrBlock ??
      properties.DestinationIpv6CidrBlock ??
      properties.DestinationPrefixListId ??
      '';
    return {
      physicalId: `${properties.RouteTableId}|${destination}`,
      attributes: { CidrBlock: destination },
    };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('ec2', ReplaceRouteCommand, after);
    return current;
  },
  remove: async ({ properties }, { api }) => {
    const { RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } =
      properties;
    await api.call('ec2', DeleteRouteCommand, {
      RouteTableId,
      DestinationCidrBlock,
      DestinationIpv6CidrBlock,
      DestinationPrefixListId,
    });
  },
});

function exactlyOne(properties: ValueObject, names: readonly string[]): string | null {
  const given = names.filter((name) => Object.hasOwn(properties, name));
  if (given.length === 1) return null;
  return given.length === 0
    ? `One of ${names.join(', ')} must be given.`
    : `Only one of ${names.join(', ')} may be given, not ${given.join(' and ')}.`;
}

const subnetRouteTableAssociation = provider({
  type: 'AWS::EC2::SubnetRouteTableAssociation',
  properties: { RouteTableId: required(text), SubnetId: required(text) },
  attributes: ['Id'],
  mutable: ['RouteTableId'],
  create: async (properties, context) => {
    const id = await associate(context, properties);
    return { physicalId: id, attributes: { Id: id } };
  },
  update: async ({ current, after }, context) => {
    const id = await move(context, current.physicalId, after.RouteTableId);
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DisassociateRouteTableCommand, { AssociationId: physicalId });
  },
});

const gatewayRouteTableAssociation = provider({
  type: 'AWS::EC2::GatewayRouteTableAssociation',
  properties: { RouteTableId: required(text), GatewayId: required(text) },
  attributes: ['AssociationId'],
  mutable: ['RouteTableId'],
  // Ref returns the gateway's id (template reference, AWS::EC2::GatewayRouteTableAssociation).
  create: async (properties, context) => ({
    physicalId: properties.GatewayId,
    attributes: { AssociationId: await associate(context, properties) },
  }),
  update: async ({ current, after }, context) => ({
    physicalId: current.physicalId,
    attributes: {
      AssociationId: await move(
        context,
        attributeText(current.attributes, 'AssociationId'),
        after.RouteTableId,
      ),
    },
  }),
  remove: async ({ attributes }, { api }) => {
    await api.call('ec2', DisassociateRouteTableCommand, {
      AssociationId: attributeText(attributes, 'AssociationId'),
    });
  },
});

interface Association {
  readonly RouteTableId: string;
  readonly SubnetId?: string;
  readonly GatewayId?: string;
}

async function associate({ api }: ResourceContext, association: Association): Promise<string> {
  const { AssociationId } = await api.call('ec2', AssociateRouteTableCommand, association);
  return returned(AssociationId, 'AssociationId');
}

async function move({ api }: ResourceContext, AssociationId: string, RouteTableId: string): Promise<string> {
  const { NewAssociationId } = await api.call('ec2', ReplaceRouteTableAssociationCommand, {
    AssociationId,
    RouteTableId,
  });
  return returned(NewAssociationId, 'NewAssociationId');
}

export const ec2RoutingProviders: readonly Provider[] = [
  routeTable,
  route,
  subnetRouteTableAssociation,
  gatewayRouteTableAssociation,
];
