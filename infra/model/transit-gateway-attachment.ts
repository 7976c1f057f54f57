/** Attachments of VPCs to transit gateways: whether one takes what comes from a zone, and by which subnets it lets packets in. */
import type { TransitGatewayVpcAttachment } from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Known } from './known';
import { ask, insist } from './known';
import type { AttachmentSide, Pinning, Target } from './route-target';
import type { TransitGatewayParts } from './transit-gateway';
import type { VpcNetwork } from './vpc-network';

export interface Attachment {
  readonly id: string;
  readonly vpc: VpcNetwork;
  readonly subnets: readonly { readonly subnetId: string; readonly zone: string | null }[];
  readonly applianceMode: boolean;
  /** How many transit gateways the VPC is attached to. */
  readonly gateways: number;
}

/** By id. */
export type Attachments = ReadonlyMap<
  string,
  Known<Attachment> & { readonly vpcId: string; readonly gateway: string }
>;

/** Every attachment that stands. */
export function attachmentsOf({ vpcs }: TransitGatewayParts): Attachments {
  return new Map(
    vpcs.flatMap(({ vpcId, network, attachments }) => {
      const standing = attachments.filter(({ State: state }) => state !== 'deleted' && state !== 'rejected');
      const gateways = new Set(standing.map(({ TransitGatewayId: id }) => id)).size;
      return standing.map((one) => {
        const id = returned(one.TransitGatewayAttachmentId, 'TransitGatewayAttachmentId');
        const gateway = returned(one.TransitGatewayId, `TransitGatewayId of ${id}`);
        const attachment = ask(() => attachmentOf(one, { id, vpc: insist(network), gateways }));
        return [id, { ...attachment, vpcId, gateway }] as const;
      });
    }),
  );
}

function attachmentOf(
  one: TransitGatewayVpcAttachment,
  { id, vpc, gateways }: Pick<Attachment, 'id' | 'vpc' | 'gateways'>,
): Attachment {
  if (one.VpcId !== vpc.vpcId) throw new NotKnown(`${id} is an attachment of ${one.VpcId ?? 'no VPC'}`);
  const state = returned(one.State, `State of ${id}`);
  if (state !== 'available') throw new NotKnown(`the attachment ${id} is in state "${state}"`);
  const mode: string = returned(one.Options?.ApplianceModeSupport, `ApplianceModeSupport of ${id}`);
  if (mode !== 'enable' && mode !== 'disable')
    throw new NotKnown(`${id} has the unknown ApplianceModeSupport "${mode}"`);
  const subnetIds = returned(one.SubnetIds, `SubnetIds of ${id}`);
  if (subnetIds.length === 0) throw new NotKnown(`AWS returned no subnet of ${id}`);
  const subnets = subnetIds.map((subnetId) => ({ subnetId, zone: vpc.zones.get(subnetId) ?? null }));
  return { id, vpc, gateways, subnets, applianceMode: mode === 'enable' };
}

/** The attachment by which a VPC reaches a transit gateway; throws {@link NotKnown} when it is not one that works. */
export function attachmentFrom(attachments: Attachments, gateway: string, vpcId: string): Attachment {
  const found = [...attachments.values()].filter((one) => one.vpcId === vpcId && one.gateway === gateway);
  const [only, second] = found;
  if (only === undefined || second !== undefined)
    throw new NotKnown(`${vpcId} has ${found.length} attachments to ${gateway} in the answer`);
  return insist(only);
}

/**
 * Why a transit gateway takes nothing from a zone, or null. Local Zones can reach it by their parent zone (VPC transit
 * gateway guide, "VPC attachments"), so only ordinary zones are sure of this; for any other it throws {@link NotKnown}.
 */
export function notForwarded(
  attachment: Attachment,
  gateway: string,
  { vpcId, zone }: AttachmentSide,
): string | null {
  if (zone === null || attachment.subnets.some((one) => one.zone === zone || one.zone === null)) return null;
  if (!/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(zone))
    throw new NotKnown(`how ${gateway} is reached from the zone ${zone} of ${vpcId} is not modelled`);
  return `${attachment.id} has no subnet in ${zone}, so ${gateway} takes nothing from there`;
}

/**
 * The subnets by which packets from a zone may enter a VPC.
 *
 * Facts: VPC transit gateway guide, "Appliance in a shared services VPC": in appliance mode a hash of the flow picks
 * one subnet for both directions, provided that a single transit gateway is attached; else traffic stays in the zone
 * that it comes from. DERIVED: where the attachment has no subnet in that zone, it may be any.
 */
export function entriesOf(attachment: Attachment, zone: string | null): readonly Target[] {
  const { id, vpc, subnets, applianceMode } = attachment;
  const near = subnets.filter((one) => one.zone === zone || one.zone === null);
  const entries = applianceMode || near.length === 0 || zone === null ? subnets : near;
  return entries.map(({ subnetId }) => ({
    kind: 'transit-gateway-attachment',
    id,
    vpcId: vpc.vpcId,
    subnetId,
    pinning: pinningOf(attachment),
  }));
}

function pinningOf({ id, vpc, subnets, applianceMode, gateways }: Attachment): Pinning {
  if (subnets.length === 1) return { pinned: 'one subnet' };
  if (!applianceMode)
    return { pinned: false, because: `${id} of ${vpc.vpcId} has ApplianceModeSupport "disable"` };
  if (gateways === 1) return { pinned: true };
  return { pinned: false, because: `${vpc.vpcId} is attached to ${gateways} transit gateways` };
}
