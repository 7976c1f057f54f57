/** Entries of stacks in two zones. */
import {
  DescribeTransitGatewayVpcAttachmentsCommand,
  ModifyTransitGatewayVpcAttachmentCommand,
} from '@aws-sdk/client-ec2';
import { CENTRAL } from './central-stack';
import { firewallEndpoint, made, type Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { addRoute, ANYWHERE, EDGE, NAT, replaceRoute, throughGateway } from './route-calls';
import { addResource, editing, ref } from './template-edit';
import { NAT_B_CIDR, secondStudioSubnet, TWO_ZONES, ZONE_B } from './zone-stack';

const SYMMETRIC = 'routing/path-is-symmetric';

export function zoneEntries(): readonly DeployedEntry[] {
  return [...crossed(), ...central(), ...spread()];
}

function crossed(): readonly DeployedEntry[] {
  return [
    {
      id: 'R29',
      what: 'NAT B goes out by endpoint A and comes back by endpoint B.',
      start: TWO_ZONES,
      expect: fails(SYMMETRIC),
      api: async (at) =>
        replaceRoute(at, 'NATGatewayRouteTableB', { ...ANYWHERE, VpcEndpointId: await firewallEndpoint(at) }),
    },
    {
      id: 'R30',
      what: "The edge route of NAT B's subnet leads to endpoint A.",
      start: TWO_ZONES,
      expect: fails(SYMMETRIC),
      api: async (at) =>
        replaceRoute(at, EDGE, {
          DestinationCidrBlock: NAT_B_CIDR,
          VpcEndpointId: await firewallEndpoint(at),
        }),
    },
    {
      id: 'R32',
      what: 'In one of the two zones the NAT subnet leads straight out.',
      start: TWO_ZONES,
      expect: fails('routing/egress-crosses-firewall'),
      api: (at) => replaceRoute(at, 'NATGatewayRouteTableB', { ...ANYWHERE, ...throughGateway(at) }),
    },
    {
      id: 'R33',
      what: 'Half of the internet goes out by the endpoint of the other zone.',
      start: TWO_ZONES,
      expect: fails(SYMMETRIC),
      api: async (at) =>
        addRoute(at, NAT, {
          DestinationCidrBlock: '128.0.0.0/1',
          VpcEndpointId: await firewallEndpoint(at, ZONE_B),
        }),
    },
  ];
}

/** The attachment of the inspection VPC: the one that has appliance mode. */
async function inspectionAttachment({ ec2 }: Deployed): Promise<string> {
  const { TransitGatewayVpcAttachments = [] } = await ec2.send(
    new DescribeTransitGatewayVpcAttachmentsCommand({}),
  );
  return made(
    TransitGatewayVpcAttachments.find(({ Options }) => Options?.ApplianceModeSupport === 'enable')
      ?.TransitGatewayAttachmentId,
  );
}

function central(): readonly DeployedEntry[] {
  return [
    {
      id: 'R40',
      what: 'Appliance mode is off at the attachment of the inspection VPC, which has two zones.',
      start: CENTRAL,
      expect: fails(SYMMETRIC),
      api: async (at) => {
        await at.ec2.send(
          new ModifyTransitGatewayVpcAttachmentCommand({
            TransitGatewayAttachmentId: await inspectionAttachment(at),
            Options: { ApplianceModeSupport: 'disable' },
          }),
        );
      },
    },
  ];
}

function spread(): readonly DeployedEntry[] {
  return [
    {
      id: 'A01',
      what: 'Studio spans two zones, NAT gateway and firewall stand in one.',
      expect: fails('firewall/spans-zones'),
      template: editing(
        ...secondStudioSubnet,
        addResource('SageMakerRouteTableAssociationB', {
          Type: 'AWS::EC2::SubnetRouteTableAssociation',
          Properties: { SubnetId: ref('SageMakerStudioSubnetB'), RouteTableId: ref('SageMakerRouteTable') },
        }),
      ),
    },
    {
      id: 'A02',
      what: 'Studio B uses the NAT gateway of zone A: inspected and symmetric, but dear and less available.',
      start: TWO_ZONES,
      expect: fails('routing/endpoint-is-local'),
      api: (at) =>
        replaceRoute(at, 'SageMakerRouteTableB', { ...ANYWHERE, NatGatewayId: at.id('NATGateway') }),
    },
  ];
}
