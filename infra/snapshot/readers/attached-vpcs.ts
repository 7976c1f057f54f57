/** The other VPCs behind the target's transit gateways, with everything that routing needs of them. */
import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { CallFailed, NotReturned } from '../call-failed';
import type { AttachedVpc, Vpc } from '../snapshot';
import { filterPortions, type Reading, type SectionReaders } from './reading';
import { standing, transitGatewaysOf } from './routing';

/** `MaxResults` that the operations allow (EC2 API reference). */
const MAX_RESULTS = { most: 1000, routeTables: 100 };

export const attachedVpcReaders = {
  attachedVpcs: async (reading) => {
    const gateways = transitGatewaysOf(await reading.section('transitGatewayVpcAttachments'));
    const attachments = await attachmentsBy(reading, 'transit-gateway-id', gateways);
    const others = standing(attachments)
      .map(({ VpcId }) => vpcIdOf(VpcId, 'DescribeTransitGatewayVpcAttachments'))
      .filter((vpcId) => vpcId !== reading.target.vpcId);
    const vpcs = await inPortions(others, (Values) =>
      reading.pages(
        'ec2',
        DescribeVpcsCommand,
        { Filters: [{ Name: 'vpc-id', Values }], MaxResults: MAX_RESULTS.most },
        (page) => page.Vpcs,
      ),
    );
    // AWS does not answer for a VPC of another account: it is left out.
    return readAll(reading, vpcs);
  },
} satisfies Partial<SectionReaders>;

async function readAll(reading: Reading, vpcs: readonly Vpc[]): Promise<AttachedVpc[]> {
  const ids = vpcs.map(({ VpcId }) => vpcIdOf(VpcId, 'DescribeVpcs'));
  const [objects, attachments] = await Promise.all([
    objectsOf(reading, ids),
    attachmentsBy(reading, 'vpc-id', ids),
  ]);
  return vpcs.map((vpc) => {
    const VpcId = vpcIdOf(vpc.VpcId, 'DescribeVpcs');
    const own = <T extends { readonly VpcId?: string | undefined }>(items: readonly T[]): T[] =>
      items.filter((item) => item.VpcId === VpcId);
    return {
      VpcId,
      vpc,
      subnets: own(objects.subnets),
      routeTables: own(objects.routeTables),
      natGateways: own(objects.natGateways),
      vpcEndpoints: own(objects.vpcEndpoints),
      networkInterfaces: own(objects.networkInterfaces),
      internetGateways: objects.internetGateways.filter(({ Attachments }) =>
        Attachments?.some((attachment) => attachment.VpcId === VpcId),
      ),
      transitGatewayVpcAttachments: own(attachments),
    };
  });
}

function vpcIdOf(VpcId: string | undefined, operation: string): string {
  if (VpcId !== undefined) return VpcId;
  throw new CallFailed(`ec2:${operation}`, new NotReturned('AWS did not return VpcId'));
}

async function objectsOf({ pages }: Reading, ids: readonly string[]) {
  const byVpc = (Values: string[]) => ({
    Filters: [{ Name: 'vpc-id', Values }],
    MaxResults: MAX_RESULTS.most,
  });
  const [subnets, routeTables, natGateways, vpcEndpoints, networkInterfaces, internetGateways] =
    await Promise.all([
      inPortions(ids, (vpcs) => pages('ec2', DescribeSubnetsCommand, byVpc(vpcs), (page) => page.Subnets)),
      inPortions(ids, (vpcs) =>
        pages(
          'ec2',
          DescribeRouteTablesCommand,
          { ...byVpc(vpcs), MaxResults: MAX_RESULTS.routeTables },
          (page) => page.RouteTables,
        ),
      ),
      inPortions(ids, (Values) =>
        pages(
          'ec2',
          DescribeNatGatewaysCommand,
          { Filter: [{ Name: 'vpc-id', Values }], MaxResults: MAX_RESULTS.most },
          (page) => page.NatGateways,
        ),
      ),
      inPortions(ids, (vpcs) =>
        pages('ec2', DescribeVpcEndpointsCommand, byVpc(vpcs), (page) => page.VpcEndpoints),
      ),
      inPortions(ids, (vpcs) =>
        pages('ec2', DescribeNetworkInterfacesCommand, byVpc(vpcs), (page) => page.NetworkInterfaces),
      ),
      inPortions(ids, (Values) =>
        pages(
          'ec2',
          DescribeInternetGatewaysCommand,
          { Filters: [{ Name: 'attachment.vpc-id', Values }], MaxResults: MAX_RESULTS.most },
          (page) => page.InternetGateways,
        ),
      ),
    ]);
  return { subnets, routeTables, natGateways, vpcEndpoints, networkInterfaces, internetGateways };
}

function attachmentsBy({ pages }: Reading, name: string, ids: readonly string[]) {
  return inPortions(ids, (Values) =>
    pages(
      'ec2',
      DescribeTransitGatewayVpcAttachmentsCommand,
      { Filters: [{ Name: name, Values }], MaxResults: MAX_RESULTS.most },
      (page) => page.TransitGatewayVpcAttachments,
    ),
  );
}

async function inPortions<T>(
  ids: readonly string[],
  read: (portion: string[]) => Promise<T[]>,
): Promise<T[]> {
  return (await Promise.all(filterPortions(ids).map(read))).flat();
}
