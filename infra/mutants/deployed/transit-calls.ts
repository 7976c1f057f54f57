/** The calls on transit gateways and VPNs that entries are made of. */
import {
  AllocateAddressCommand,
  AssociateTransitGatewayRouteTableCommand,
  AttachInternetGatewayCommand,
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateTransitGatewayCommand,
  CreateTransitGatewayRouteCommand,
  CreateTransitGatewayRouteTableCommand,
  CreateTransitGatewayVpcAttachmentCommand,
  CreateVpcCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  CreateVpnGatewayCommand,
  EnableVgwRoutePropagationCommand,
} from '@aws-sdk/client-ec2';
import { made, type Deployed } from './deployed';
import { ANYWHERE, newSubnet, SM } from './route-calls';

/** A VPC at a transit gateway. */
export interface Attached {
  readonly vpcId: string;
  readonly attachmentId: string;
}

/** A transit gateway whose tables are made by hand. */
export async function transitGateway({ ec2 }: Deployed): Promise<string> {
  const { TransitGateway } = await ec2.send(
    new CreateTransitGatewayCommand({
      Options: { DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' },
    }),
  );
  return made(TransitGateway?.TransitGatewayId);
}

export interface Attaching {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly applianceMode?: 'enable' | 'disable';
}

export async function attach(
  { ec2 }: Deployed,
  TransitGatewayId: string,
  { vpcId, subnetIds, applianceMode = 'disable' }: Attaching,
): Promise<Attached> {
  const { TransitGatewayVpcAttachment } = await ec2.send(
    new CreateTransitGatewayVpcAttachmentCommand({
      TransitGatewayId,
      VpcId: vpcId,
      SubnetIds: [...subnetIds],
      Options: { ApplianceModeSupport: applianceMode },
    }),
  );
  return { vpcId, attachmentId: made(TransitGatewayVpcAttachment?.TransitGatewayAttachmentId) };
}

/** The Studio VPC at the gateway, by a subnet of its own. */
export async function attachStudio(at: Deployed, TransitGatewayId: string): Promise<Attached> {
  const { subnetId } = await newSubnet(at, '10.2.8.0/28', []);
  return attach(at, TransitGatewayId, { vpcId: at.id('VPC'), subnetIds: [subnetId] });
}

/** A table for what comes from one VPC: where else it leads. */
export async function leadFrom(
  { ec2 }: Deployed,
  TransitGatewayId: string,
  { from, to }: { readonly from: Attached; readonly to: Readonly<Record<string, Attached>> },
): Promise<void> {
  const { TransitGatewayRouteTable } = await ec2.send(
    new CreateTransitGatewayRouteTableCommand({ TransitGatewayId }),
  );
  const TransitGatewayRouteTableId = made(TransitGatewayRouteTable?.TransitGatewayRouteTableId);
  await ec2.send(
    new AssociateTransitGatewayRouteTableCommand({
      TransitGatewayRouteTableId,
      TransitGatewayAttachmentId: from.attachmentId,
    }),
  );
  for (const [DestinationCidrBlock, { attachmentId }] of Object.entries(to))
    await ec2.send(
      new CreateTransitGatewayRouteCommand({
        TransitGatewayRouteTableId,
        DestinationCidrBlock,
        TransitGatewayAttachmentId: attachmentId,
      }),
    );
}

export async function newVpc({ ec2 }: Deployed, CidrBlock: string): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock }));
  return made(Vpc?.VpcId);
}

export async function newInternetGateway({ ec2 }: Deployed, VpcId: string): Promise<string> {
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = made(InternetGateway?.InternetGatewayId);
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
}

/** A NAT gateway with a public address. */
export async function newNatGateway({ ec2 }: Deployed, SubnetId: string): Promise<string> {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  return made(NatGateway?.NatGatewayId);
}

/** A transit gateway that leads from the Studio VPC to another network of the company's. */
export async function companyNetwork(at: Deployed, cidr: string): Promise<string> {
  const TransitGatewayId = await transitGateway(at);
  const vpcId = await newVpc(at, cidr);
  const { subnetId } = await newSubnet(at, cidr.replace(/\/\d+$/, '/24'), [], { vpcId });
  const from = await attachStudio(at, TransitGatewayId);
  const company = await attach(at, TransitGatewayId, { vpcId, subnetIds: [subnetId] });
  await leadFrom(at, TransitGatewayId, { from, to: { [cidr]: company } });
  return TransitGatewayId;
}

/** A transit gateway that leads from the Studio VPC to one that lets everything out, with nothing that inspects. */
export async function openNetwork(at: Deployed): Promise<string> {
  const TransitGatewayId = await transitGateway(at);
  const vpcId = await newVpc(at, '10.9.0.0/16');
  const GatewayId = await newInternetGateway(at, vpcId);
  const { subnetId: natSubnet } = await newSubnet(at, '10.9.1.0/24', [{ ...ANYWHERE, GatewayId }], { vpcId });
  const NatGatewayId = await newNatGateway(at, natSubnet);
  const { subnetId } = await newSubnet(at, '10.9.2.0/24', [{ ...ANYWHERE, NatGatewayId }], { vpcId });
  const from = await attachStudio(at, TransitGatewayId);
  const open = await attach(at, TransitGatewayId, { vpcId, subnetIds: [subnetId] });
  await leadFrom(at, TransitGatewayId, { from, to: { '0.0.0.0/0': open } });
  return TransitGatewayId;
}

/** The Studio table takes over the routes of a VPN, whose other end announces a block. */
export async function learn({ ec2, id }: Deployed, DestinationCidrBlock: string): Promise<void> {
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const VpnGatewayId = made(VpnGateway?.VpnGatewayId);
  await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId: id('VPC') }));
  const { CustomerGateway } = await ec2.send(
    new CreateCustomerGatewayCommand({ Type: 'ipsec.1', BgpAsn: 65_000, IpAddress: '192.0.2.1' }),
  );
  const { VpnConnection } = await ec2.send(
    new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      VpnGatewayId,
      CustomerGatewayId: made(CustomerGateway?.CustomerGatewayId),
      Options: { StaticRoutesOnly: true },
    }),
  );
  const VpnConnectionId = made(VpnConnection?.VpnConnectionId);
  await ec2.send(new CreateVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock }));
  await ec2.send(new EnableVgwRoutePropagationCommand({ GatewayId: VpnGatewayId, RouteTableId: id(SM) }));
}
