/** The recommended stack in two zones: each with its own subnets, NAT gateway, firewall endpoint and edge route. */
import type { Start } from './entry';
import {
  addResource,
  editing,
  endpointOf,
  getAtt,
  ref,
  setProperty,
  zone,
  type TemplateEdit,
} from './template-edit';

export const ZONE_B = 'us-east-1b';
/** The second zone's NAT subnet. */
export const NAT_B_CIDR = '10.2.5.0/24';

const subnet = (CidrBlock: string) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: ref('VPC'), CidrBlock, AvailabilityZone: zone(1), MapPublicIpOnLaunch: false },
});

const table = { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('VPC') } };

const route = (tableId: string, DestinationCidrBlock: string, target: object) => ({
  Type: 'AWS::EC2::Route',
  DependsOn: 'InternetGatewayAttachment',
  Properties: { RouteTableId: ref(tableId), DestinationCidrBlock, ...target },
});

const association = (subnetId: string, tableId: string) => ({
  Type: 'AWS::EC2::SubnetRouteTableAssociation',
  Properties: { SubnetId: ref(subnetId), RouteTableId: ref(tableId) },
});

/** A second Studio subnet, its routes left to the caller. */
export const secondStudioSubnet: readonly TemplateEdit[] = [
  addResource('SageMakerStudioSubnetB', subnet('10.2.6.0/24')),
  setProperty('StudioDomain', 'SubnetIds', [ref('SageMakerStudioSubnet'), ref('SageMakerStudioSubnetB')]),
];

interface Document {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { readonly VpcEndpointType?: string } }>
  >;
}

/** The interface endpoints get an interface in each of the zones. */
const endpointsInBoth: TemplateEdit = (template) => {
  const document: Document = template.toJS();
  for (const [logicalId, { Type, Properties }] of Object.entries(document.Resources))
    if (Type === 'AWS::EC2::VPCEndpoint' && Properties.VpcEndpointType === 'Interface')
      setProperty(logicalId, 'SubnetIds', [ref('SageMakerStudioSubnet'), ref('SageMakerStudioSubnetB')])(
        template,
      );
};

const routesOfB: readonly TemplateEdit[] = [
  addResource('SageMakerRouteTableB', table),
  addResource('NATGatewayRouteTableB', table),
  addResource('FirewallRouteTableB', table),
  addResource(
    'SageMakerRouteTableAssociationB',
    association('SageMakerStudioSubnetB', 'SageMakerRouteTableB'),
  ),
  addResource('NATGatewayRouteTableAssociationB', association('NATGatewaySubnetB', 'NATGatewayRouteTableB')),
  addResource('FirewallRouteTableAssociationB', association('FirewallSubnetB', 'FirewallRouteTableB')),
  addResource(
    'SageMakerEgressRouteB',
    route('SageMakerRouteTableB', '0.0.0.0/0', { NatGatewayId: ref('NATGatewayB') }),
  ),
  addResource(
    'NATGatewayEgressRouteB',
    route('NATGatewayRouteTableB', '0.0.0.0/0', { VpcEndpointId: endpointOf(1) }),
  ),
  addResource(
    'FirewallEgressRouteB',
    route('FirewallRouteTableB', '0.0.0.0/0', { GatewayId: ref('InternetGateway') }),
  ),
  addResource(
    'IGWIngressRouteB',
    route('IGWIngressRouteTable', NAT_B_CIDR, { VpcEndpointId: endpointOf(1) }),
  ),
  setProperty('S3Endpoint', 'RouteTableIds', [ref('SageMakerRouteTable'), ref('SageMakerRouteTableB')]),
];

export const TWO_ZONES: Start = {
  id: 'two-zones',
  template: editing(
    ...secondStudioSubnet,
    addResource('NATGatewaySubnetB', subnet(NAT_B_CIDR)),
    addResource('FirewallSubnetB', subnet('10.2.4.0/24')),
    addResource('NATGatewayEIPB', {
      Type: 'AWS::EC2::EIP',
      DependsOn: 'InternetGatewayAttachment',
      Properties: { Domain: 'vpc' },
    }),
    addResource('NATGatewayB', {
      Type: 'AWS::EC2::NatGateway',
      DependsOn: 'InternetGatewayAttachment',
      Properties: {
        AllocationId: getAtt('NATGatewayEIPB', 'AllocationId'),
        SubnetId: ref('NATGatewaySubnetB'),
      },
    }),
    setProperty('NetworkFirewall', 'SubnetMappings', [
      { SubnetId: ref('FirewallSubnet') },
      { SubnetId: ref('FirewallSubnetB') },
    ]),
    ...routesOfB,
    endpointsInBoth,
  ),
};
