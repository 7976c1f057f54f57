import * as ec2 from '@aws-sdk/client-ec2';
import * as nfw from '@aws-sdk/client-network-firewall';
import type { LabApi } from '../../lab/aws-api/handler';
import { networkOf } from '../../model/network';
import { returnProof } from '../../model/return-path';
import { egressProof } from '../../model/routing';
import { studioSubnetIds } from '../../model/studio';
import { buildStudio, startLabAccount, type LabAccount } from '../lab-account.fixture';
import { type SectionName, sectionValue, type Snapshot, type Target } from '../snapshot';
import { takeSnapshot } from '../take-snapshot';

let account: LabAccount;
let target: Target;
let inspectionId: string;
let snapshot: Snapshot;

beforeAll(async () => {
  account = await startLabAccount();
  target = await buildStudio(account);
  inspectionId = await buildCentralInspection(account.server.api, target.vpcId);
  snapshot = await takeSnapshot(account.connection, target);
});

afterAll(async () => account.server.close());
afterEach(() => account.server.faults.clear());

/** Gives the Studio subnet a default route to a VPC whose firewall inspects everything; returns that VPC's id. */
async function buildCentralInspection(api: LabApi, studioVpc: string): Promise<string> {
  const { Vpc } = await api.call('ec2', ec2.CreateVpcCommand, { CidrBlock: '100.64.0.0/16' });
  const vpcId = Vpc?.VpcId ?? '';
  const subnet = async (VpcId: string, CidrBlock: string) => {
    const { Subnet } = await api.call('ec2', ec2.CreateSubnetCommand, { VpcId, CidrBlock });
    return Subnet?.SubnetId ?? '';
  };
  const attachSubnet = await subnet(vpcId, '100.64.1.0/24');
  const firewallSubnet = await subnet(vpcId, '100.64.2.0/24');
  const natSubnet = await subnet(vpcId, '100.64.3.0/24');
  const { InternetGateway } = await api.call('ec2', ec2.CreateInternetGatewayCommand, {});
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await api.call('ec2', ec2.AttachInternetGatewayCommand, { InternetGatewayId: GatewayId, VpcId: vpcId });
  const { AllocationId } = await api.call('ec2', ec2.AllocateAddressCommand, { Domain: 'vpc' });
  const { NatGateway } = await api.call('ec2', ec2.CreateNatGatewayCommand, {
    SubnetId: natSubnet,
    AllocationId,
  });
  const VpcEndpointId = await buildFirewall(api, vpcId, firewallSubnet);
  const TransitGatewayId = await buildTransitGateway(api, [
    { vpcId: studioVpc, subnetId: await subnet(studioVpc, '10.2.9.0/24') },
    { vpcId, subnetId: attachSubnet },
  ]);
  const everything = { DestinationCidrBlock: '0.0.0.0/0' };
  const toStudio = { DestinationCidrBlock: '10.2.0.0/16' };
  await routes(api, attachSubnet, [{ ...everything, VpcEndpointId }]);
  await routes(api, firewallSubnet, [
    { ...everything, NatGatewayId: NatGateway?.NatGatewayId },
    { ...toStudio, TransitGatewayId },
  ]);
  await routes(api, natSubnet, [
    { ...everything, GatewayId },
    { ...toStudio, VpcEndpointId },
  ]);
  await leadStudioThere(api, studioVpc, TransitGatewayId);
  return vpcId;
}

async function buildFirewall(api: LabApi, VpcId: string, SubnetId: string): Promise<string> {
  const { FirewallPolicies } = await api.call('network-firewall', nfw.ListFirewallPoliciesCommand, {});
  const { FirewallStatus } = await api.call('network-firewall', nfw.CreateFirewallCommand, {
    FirewallName: 'central',
    FirewallPolicyArn: FirewallPolicies?.[0]?.Arn ?? '',
    VpcId,
    SubnetMappings: [{ SubnetId }],
  });
  return Object.values(FirewallStatus?.SyncStates ?? {})[0]?.Attachment?.EndpointId ?? '';
}

/** Attaches both VPCs: what comes from the first goes to the second, and comes back from there. */
async function buildTransitGateway(
  api: LabApi,
  vpcs: readonly { readonly vpcId: string; readonly subnetId: string }[],
): Promise<string> {
  const { TransitGateway } = await api.call('ec2', ec2.CreateTransitGatewayCommand, {
    Options: { DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' },
  });
  const TransitGatewayId = TransitGateway?.TransitGatewayId ?? '';
  const ids: string[] = [];
  for (const { vpcId, subnetId } of vpcs) {
    const { TransitGatewayVpcAttachment: made } = await api.call(
      'ec2',
      ec2.CreateTransitGatewayVpcAttachmentCommand,
      {
        TransitGatewayId,
        VpcId: vpcId,
        SubnetIds: [subnetId],
        Options: { ApplianceModeSupport: 'enable' },
      },
    );
    ids.push(made?.TransitGatewayAttachmentId ?? '');
  }
  const [studio = '', inspection = ''] = ids;
  const tables = await Promise.all(
    ids.map(async (TransitGatewayAttachmentId) => {
      const { TransitGatewayRouteTable } = await api.call('ec2', ec2.CreateTransitGatewayRouteTableCommand, {
        TransitGatewayId,
      });
      const TransitGatewayRouteTableId = TransitGatewayRouteTable?.TransitGatewayRouteTableId ?? '';
      await api.call('ec2', ec2.AssociateTransitGatewayRouteTableCommand, {
        TransitGatewayRouteTableId,
        TransitGatewayAttachmentId,
      });
      return TransitGatewayRouteTableId;
    }),
  );
  await api.call('ec2', ec2.CreateTransitGatewayRouteCommand, {
    TransitGatewayRouteTableId: tables[0],
    DestinationCidrBlock: '0.0.0.0/0',
    TransitGatewayAttachmentId: inspection,
  });
  await api.call('ec2', ec2.EnableTransitGatewayRouteTablePropagationCommand, {
    TransitGatewayRouteTableId: tables[1],
    TransitGatewayAttachmentId: studio,
  });
  return TransitGatewayId;
}

async function routes(
  api: LabApi,
  SubnetId: string,
  targets: readonly Omit<ec2.CreateRouteRequest, 'RouteTableId'>[],
): Promise<void> {
  const { Subnets } = await api.call('ec2', ec2.DescribeSubnetsCommand, { SubnetIds: [SubnetId] });
  const { RouteTable } = await api.call('ec2', ec2.CreateRouteTableCommand, {
    VpcId: Subnets?.[0]?.VpcId ?? '',
  });
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await api.call('ec2', ec2.AssociateRouteTableCommand, { RouteTableId, SubnetId });
  for (const one of targets) await api.call('ec2', ec2.CreateRouteCommand, { RouteTableId, ...one });
}

/** The fixture's Studio table leads a prefix list to the internet gateway; here it leads everything to the transit gateway. */
async function leadStudioThere(api: LabApi, vpcId: string, TransitGatewayId: string): Promise<void> {
  const { RouteTables } = await api.call('ec2', ec2.DescribeRouteTablesCommand, {
    Filters: [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'association.main', Values: ['false'] },
    ],
  });
  const table = RouteTables?.[0];
  const list = table?.Routes?.find(({ DestinationPrefixListId }) => DestinationPrefixListId !== undefined);
  const RouteTableId = table?.RouteTableId ?? '';
  await api.call('ec2', ec2.DeleteRouteCommand, {
    RouteTableId,
    DestinationPrefixListId: list?.DestinationPrefixListId,
  });
  await api.call('ec2', ec2.CreateRouteCommand, {
    RouteTableId,
    DestinationCidrBlock: '0.0.0.0/0',
    TransitGatewayId,
  });
}

test('the VPC behind the transit gateway is read with all that routing needs, and with its firewall', () => {
  const [inspection, ...others] = sectionValue(snapshot, 'attachedVpcs');
  expect(others).toEqual([]);
  expect(inspection?.VpcId).toBe(inspectionId);
  const { vpc, subnets, routeTables, natGateways, vpcEndpoints, internetGateways, networkInterfaces } =
    inspection ?? {};
  expect(vpc?.CidrBlock).toBe('100.64.0.0/16');
  const counts = [subnets, routeTables, natGateways, vpcEndpoints, internetGateways];
  expect(counts.map((list) => list?.length)).toEqual([3, 4, 1, 1, 1]);
  expect(networkInterfaces?.map(({ InterfaceType }) => InterfaceType)).toContain('transit_gateway');
  expect(inspection?.transitGatewayVpcAttachments[0]?.Options?.ApplianceModeSupport).toBe('enable');
  const firewalls = sectionValue(snapshot, 'firewalls').map(({ Firewall }) => Firewall?.FirewallName);
  expect(new Set(firewalls)).toEqual(new Set(['central', 'studio']));
});

test('the tables of the transit gateway say whose traffic they decide for, and are complete', () => {
  const tables = sectionValue(snapshot, 'transitGatewayTables').map(({ Associations, Routes, complete }) => [
    Associations.map(({ ResourceId, State }) => [ResourceId, State]),
    Routes.map(({ DestinationCidrBlock, Type }) => [DestinationCidrBlock, Type]),
    complete,
  ]);
  expect(tables).toEqual([
    [[[target.vpcId, 'associated']], [['0.0.0.0/0', 'static']], true],
    [[[inspectionId, 'associated']], [['10.2.0.0/16', 'propagated']], true],
  ]);
});

test('what was read is enough to follow the way out and back', () => {
  const network = networkOf(snapshot);
  const [subnetId = ''] = studioSubnetIds(snapshot);
  expect(egressProof(network, subnetId)).toMatchObject({ status: 'holds' });
  expect(returnProof(network, subnetId)).toMatchObject({ status: 'holds', exitingClasses: 1 });
});

test('a VPC that another account owns is left out, and no other section suffers', async () => {
  account.state.transitGatewayVpcAttachments.set('tgw-attach-0123456789abcdef0', {
    TransitGatewayAttachmentId: 'tgw-attach-0123456789abcdef0',
    TransitGatewayId: sectionValue(snapshot, 'transitGatewayVpcAttachments')[0]?.TransitGatewayId,
    VpcId: 'vpc-0123456789abcdef0',
    VpcOwnerId: '999999999999',
    State: 'available',
  });
  const again = await takeSnapshot(account.connection, target);
  account.state.transitGatewayVpcAttachments.delete('tgw-attach-0123456789abcdef0');
  expect(sectionValue(again, 'attachedVpcs').map(({ VpcId }) => VpcId)).toEqual([inspectionId]);
});

test('when one call about the other VPC is denied, that section is unread and says which', async () => {
  const read = snapshot.sections.attachedVpcs;
  const operations = read.status === 'read' ? read.calls.map(({ operation }) => operation) : [];
  expect(new Set(operations).size).toBe(8);
  account.server.faults.add({ on: 'ec2:DescribeVpcs', kind: 'access-denied' });
  const denied = await takeSnapshot(account.connection, target);
  expect(denied.sections.attachedVpcs).toMatchObject({
    status: 'unread',
    missingPermission: 'ec2:DescribeVpcs',
  });
  const unread = (name: SectionName) => denied.sections[name].status === 'unread';
  expect((['firewalls', 'managedPrefixLists', 'transitGatewayTables'] as const).filter(unread)).toEqual([]);
});

test('exclusions from block public access are read, those of every VPC of the region', async () => {
  await account.server.api.call('ec2', ec2.CreateVpcBlockPublicAccessExclusionCommand, {
    VpcId: inspectionId,
    InternetGatewayExclusionMode: 'allow-egress',
  });
  const again = await takeSnapshot(account.connection, target);
  expect(sectionValue(again, 'vpcBlockPublicAccessExclusions')).toMatchObject([
    { InternetGatewayExclusionMode: 'allow-egress', State: 'create-complete' },
  ]);
});
