/** Edits of what lies beyond one VPC: transit gateways, their attachments, and the VPCs behind them. */
import type { ProverEdits } from './prover-edit';
import { editsOf } from './prover-edit';

const TESTS = [
  'transit-gateway-attachment',
  'transit-gateway-route',
  'transit-gateway',
  'network',
  'attached-network',
  'table-view',
  'exact',
  'joined-network',
  'routing',
];

export function wideEdits(): ProverEdits {
  return { tests: TESTS, edits: [...attachments(), ...gateways(), ...networks()] };
}

const attachments = () =>
  editsOf('transit-gateway-attachment', [
    [
      'if (zone === null || attachment.subnets.some((one) => one.zone === zone || one.zone === null)) return null;',
      'if (attachment.subnets.some((one) => one.zone === zone || one.zone === null)) return null;',
      'from a zone that is not known, a transit gateway takes nothing',
    ],
    [
      'attachment.subnets.some((one) => one.zone === zone || one.zone === null)) return null',
      'attachment.subnets.some((one) => one.zone === zone)) return null',
      'an attachment in a subnet of an unknown zone takes nothing',
    ],
    [
      'const near = subnets.filter((one) => one.zone === zone || one.zone === null);',
      'const near = subnets.filter((one) => one.zone === zone);',
      'a subnet of an unknown zone is never entered by',
    ],
    [
      'near.length === 0 || zone === null ? subnets : near',
      'near.length === 0 ? subnets : near',
      'packets of an unknown zone enter by subnets of an unknown zone only',
    ],
    [
      'applianceMode || near.length === 0 || zone',
      'applianceMode || zone',
      'where the attachment has no subnet in the zone, packets enter nowhere',
    ],
    [
      'applianceMode || near.length === 0',
      'near.length === 0',
      'in appliance mode packets stay in their zone',
    ],
    [
      'only === undefined || second !== undefined)\n    throw new NotKnown(`${vpcId} has',
      'only === undefined)\n    throw new NotKnown(`${vpcId} has',
      'of two attachments to one transit gateway, the first counts',
    ],
    [
      "state !== 'deleted' && state !== 'rejected'",
      "state !== 'rejected'",
      'an attachment that is gone counts',
    ],
    [
      "if (state !== 'available') throw",
      "if (state === 'deleting') throw",
      'an attachment that is pending works',
    ],
    [
      'if (one.VpcId !== vpc.vpcId) throw',
      'if (one.VpcId === undefined) throw',
      'an attachment of one VPC is taken for that of another',
    ],
    [
      'if (subnetIds.length === 0) throw',
      'if (subnetIds.length > 9) throw',
      'an attachment without a subnet lets nothing in',
    ],
    ["if (mode !== 'enable' && mode !== 'disable')", "if (mode === '')", 'an unknown appliance mode is none'],
    [
      'if (!/^[a-z]{2}(-[a-z]+)+-\\d[a-z]$/.test(zone))',
      "if (zone === '')",
      'from a Local Zone a transit gateway takes nothing',
    ],
    [
      "if (subnets.length === 1) return { pinned: 'one subnet' };",
      '',
      'an attachment with one subnet pins nothing',
    ],
    [
      'if (gateways === 1) return { pinned: true };',
      'return { pinned: true };',
      'two transit gateways pin a flow together',
    ],
  ]);

const gateways = () =>
  editsOf('transit-gateway', [
    [
      'only === undefined || second !== undefined)\n    throw new NotKnown(`${attachmentId}',
      'only === undefined)\n    throw new NotKnown(`${attachmentId}',
      'of two associated tables the first counts',
    ],
    [
      "if (only.state !== 'associated')",
      "if (only.state === 'disassociated')",
      'an association on its way is in force',
    ],
    [
      'const doubts = table.complete ? [] :',
      'const doubts = table.complete !== undefined ? [] :',
      'routes that were not returned do not exist',
    ],
    ["if (state === 'deleted') return [];", '', 'a deleted route raises a doubt'],
    [
      "state !== 'active' && state !== 'blackhole'",
      "state === 'pending'",
      'a route in an unknown state is taken at its word',
    ],
    [
      "type !== 'static' && type !== 'propagated'",
      "type === ''",
      'a route of an unknown type is taken at its word',
    ],
    [
      "if (type !== 'vpc') return",
      "if (type === 'vpn') return",
      'a peering is taken for a VPC that could not be read',
    ],
    [
      '`${table.TransitGatewayRouteTable.TransitGatewayRouteTableId} from ${from.zone}`',
      '`${table.TransitGatewayRouteTable.TransitGatewayRouteTableId}`',
      'the zones share a place',
    ],
    [
      'if (because !== null) return { kind',
      'if (because === undefined) return { kind',
      'a zone without a subnet of the attachment is served',
    ],
    [
      "state === 'blackhole'\n      ?",
      "state === ('none' as string)\n      ?",
      'a blackhole of a transit gateway leads on',
    ],
    [
      "{ precedence: listed ? 'prefix-list' : type,",
      '{ precedence: type,',
      'a list of a transit gateway counts as static',
    ],
  ]);

const networks = () =>
  editsOf('network', [
    [
      'const map = vpc ? mapIn(vpc) : own;',
      'const map = own;',
      "what an attached VPC's routes lead to is not found",
    ],
    [
      'networkInterfaces: ask(() => returned(parts.networkInterfaces, `networkInterfaces of ${vpcId}`)),',
      'networkInterfaces: { known: true, value: [] },',
      "an attached VPC's network interfaces are lost",
    ],
    [
      'const key = acceptedInspection.join();',
      "const key = '';",
      'what one intent accepts as inspection counts for another',
    ],
    [
      'isAttached: !attachments.known || attachments.value.length > 0',
      'isAttached: attachments.known && attachments.value.length > 0',
      'while attachments are unread, zones do not matter',
      'without the attachments no transit gateway is followed, from whichever zone',
    ],
    ['if (holds(network)) return network;', '', "the target VPC's own is not found"],
    [
      'network: ask(() => vpcNetworkOf(attachedParts(snapshot, parts, prefixLists))),',
      "network: { known: false, because: 'no' },",
      'no attached VPC is understood',
    ],
  ]);
