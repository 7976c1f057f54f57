/** Variations of what lies around the VPC: block public access, other VPCs' firewalls, forms of NAT gateways. Ids go on after the mutation catalogue's. */
import type { Snapshot } from '../snapshot/snapshot';
import { centralInspection } from './central-inspection';
import type { Harmless } from './mutant';
import { change } from './mutant';
import { route } from './reference-network';
import { addRoutes } from './route-changes';

/** Variations that tempt a check to raise an alarm over something that concerns nobody here. */
export function edgeHarmless(): readonly Harmless[] {
  return [
    {
      id: 'H90',
      variation: 'Block public access lets nothing in; what the NAT gateway sends still leaves.',
      mutate: (s) =>
        change(s, 'vpcBlockPublicAccess', (options) => ({
          ...options,
          InternetGatewayBlockMode: 'block-ingress',
          State: 'update-complete',
        })),
    },
    {
      id: 'H91',
      variation: 'Another VPC is excluded from block public access, which is off.',
      mutate: (s) =>
        change(s, 'vpcBlockPublicAccessExclusions', () => [
          {
            ExclusionId: 'vpcbpa-exclude-other',
            ResourceArn: 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-other',
            InternetGatewayExclusionMode: 'allow-bidirectional',
            State: 'create-complete',
          },
        ]),
    },
    {
      id: 'H92',
      variation:
        'Another VPC has a firewall whose policy nobody knows, and Studio goes there for private addresses only.',
      intent: {
        approvedExits: [{ target: 'tgw-a', destinations: ['100.64.0.0/16'], because: 'the data VPC' }],
      },
      mutate: besideForeignFirewall,
    },
    {
      id: 'H93',
      variation: 'AWS says of the NAT gateway that it is zonal, and lists one that was deleted.',
      mutate: (s) =>
        change(s, 'natGateways', (list) => [
          ...list.map((nat) => ({ ...nat, AvailabilityMode: 'zonal' as const })),
          {
            NatGatewayId: 'nat-gone',
            SubnetId: 'subnet-gone',
            VpcId: 'vpc-studio',
            State: 'deleted',
            ConnectivityType: 'public',
          },
        ]),
    },
  ];
}

/** The reference, attached to the transit gateway of a network with a firewall that is not on any of Studio's ways. */
function besideForeignFirewall(snapshot: Snapshot): Snapshot {
  const central = centralInspection(snapshot);
  const section = <N extends 'transitGatewayTables' | 'attachedVpcs'>(name: N) => central.sections[name];
  const tables = section('transitGatewayTables');
  const vpcs = section('attachedVpcs');
  const firewalls = central.sections.firewalls;
  if (tables.status !== 'read' || vpcs.status !== 'read' || firewalls.status !== 'read')
    throw new Error('central inspection is always read');
  let s = change(snapshot, 'transitGatewayTables', () => tables.value);
  s = change(s, 'attachedVpcs', () => vpcs.value);
  s = change(s, 'transitGatewayVpcAttachments', () => [
    {
      TransitGatewayAttachmentId: 'tgw-attach-studio',
      TransitGatewayId: 'tgw-a',
      VpcId: 'vpc-studio',
      State: 'available',
      SubnetIds: ['subnet-studio'],
      Options: { ApplianceModeSupport: 'disable' },
    },
  ]);
  s = change(s, 'firewalls', (list) => [
    ...list,
    ...firewalls.value.map((one) => ({
      ...one,
      Firewall: one.Firewall && {
        ...one.Firewall,
        FirewallArn: 'arn:aws:network-firewall:us-east-1:111122223333:firewall/other',
        FirewallPolicyArn: 'arn:aws:network-firewall:us-east-1:111122223333:firewall-policy/unread',
        DeleteProtection: false,
      },
    })),
  ]);
  return addRoutes(s, 'rtb-studio', route('100.64.0.0/16', { TransitGatewayId: 'tgw-a' }));
}
