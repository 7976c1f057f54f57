/** Route tables and everything that a route can lead to. */
import {
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInternetGatewaysCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeTransitGatewayRouteTablesCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  GetManagedPrefixListEntriesCommand,
  GetTransitGatewayRouteTableAssociationsCommand,
  SearchTransitGatewayRoutesCommand,
} from '@aws-sdk/client-ec2';
import { CallFailed, NotReturned } from '../call-failed';
import type {
  ManagedPrefixList,
  RouteTable,
  RuleGroup,
  SectionValues,
  SecurityGroup,
  TransitGatewayTable,
  TransitGatewayVpcAttachment,
} from '../snapshot';
import { filterPortions, type Reading, type SectionReaders } from './reading';

/** `MaxResults` that the operations allow (EC2 API reference): 1000 for most, fewer for some. */
const MAX_RESULTS = { most: 1000, routeTables: 100, egressOnlyInternetGateways: 255, prefixLists: 100 };

const vpcFilter = ({ target }: Reading, name = 'vpc-id') => [{ Name: name, Values: [target.vpcId] }];

export const routingReaders = {
  routeTables: (reading) =>
    reading.pages(
      'ec2',
      DescribeRouteTablesCommand,
      { Filters: vpcFilter(reading), MaxResults: MAX_RESULTS.routeTables },
      (page) => page.RouteTables,
    ),
  internetGateways: (reading) =>
    reading.pages(
      'ec2',
      DescribeInternetGatewaysCommand,
      { Filters: vpcFilter(reading, 'attachment.vpc-id'), MaxResults: MAX_RESULTS.most },
      (page) => page.InternetGateways,
    ),
  egressOnlyInternetGateways: async ({ pages, target }) => {
    // The operation has no filter by VPC.
    const all = await pages(
      'ec2',
      DescribeEgressOnlyInternetGatewaysCommand,
      { MaxResults: MAX_RESULTS.egressOnlyInternetGateways },
      (page) => page.EgressOnlyInternetGateways,
    );
    return all.filter(({ Attachments }) => Attachments?.some(({ VpcId }) => VpcId === target.vpcId));
  },
  natGateways: (reading) =>
    reading.pages(
      'ec2',
      DescribeNatGatewaysCommand,
      { Filter: vpcFilter(reading), MaxResults: MAX_RESULTS.most },
      (page) => page.NatGateways,
    ),
  vpcEndpoints: (reading) =>
    reading.pages(
      'ec2',
      DescribeVpcEndpointsCommand,
      { Filters: vpcFilter(reading), MaxResults: MAX_RESULTS.most },
      (page) => page.VpcEndpoints,
    ),
  managedPrefixLists: readManagedPrefixLists,
  vpcPeeringConnections: async (reading) => {
    const sides = await Promise.all(
      ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'].map((side) =>
        reading.pages(
          'ec2',
          DescribeVpcPeeringConnectionsCommand,
          { Filters: vpcFilter(reading, side), MaxResults: MAX_RESULTS.most },
          (page) => page.VpcPeeringConnections,
        ),
      ),
    );
    return [...new Map(sides.flat().map((peering) => [peering.VpcPeeringConnectionId, peering])).values()];
  },
  transitGatewayVpcAttachments: (reading) =>
    reading.pages(
      'ec2',
      DescribeTransitGatewayVpcAttachmentsCommand,
      { Filters: vpcFilter(reading), MaxResults: MAX_RESULTS.most },
      (page) => page.TransitGatewayVpcAttachments,
    ),
  transitGatewayTables: async (reading) => {
    const gateways = transitGatewaysOf(await reading.section('transitGatewayVpcAttachments'));
    return (await Promise.all(gateways.map((gateway) => readTransitGateway(reading, gateway)))).flat();
  },
} satisfies Partial<SectionReaders>;

/** The lists that route tables, security groups and firewall rules name, with their entries. */
async function readManagedPrefixLists(reading: Reading): Promise<SectionValues['managedPrefixLists']> {
  const [routeTables, securityGroups, attachedVpcs] = await Promise.all([
    reading.section('routeTables'),
    reading.section('securityGroups'),
    reading.sectionIfRead('attachedVpcs'),
  ]);
  const ofVpc = new Set([
    ...routeTables.flatMap(prefixListsOfRoutes),
    ...(attachedVpcs ?? []).flatMap((vpc) => vpc.routeTables.flatMap(prefixListsOfRoutes)),
    ...securityGroups.flatMap(prefixListsOfRules),
  ]);
  const found = await Promise.all([
    readPrefixLists(reading, [...ofVpc]),
    reading.sectionIfRead('ruleGroups').then((ruleGroups) => {
      const ofRules = (ruleGroups ?? []).flatMap(prefixListsOfReferences);
      return readPrefixLists(
        reading,
        ofRules.filter((id) => !ofVpc.has(id)),
      );
    }),
  ]);
  return found.flat();
}

async function readPrefixLists(reading: Reading, ids: readonly string[]): Promise<ManagedPrefixList[]> {
  const found = await Promise.all(
    filterPortions(ids).map((Values) =>
      reading.pages(
        'ec2',
        DescribeManagedPrefixListsCommand,
        { Filters: [{ Name: 'prefix-list-id', Values }], MaxResults: MAX_RESULTS.prefixLists },
        (page) => page.PrefixLists,
      ),
    ),
  );
  return Promise.all(
    found.flat().map(async (PrefixList): Promise<ManagedPrefixList> => {
      const Entries = await reading.pages(
        'ec2',
        GetManagedPrefixListEntriesCommand,
        { PrefixListId: PrefixList.PrefixListId, MaxResults: MAX_RESULTS.prefixLists },
        (page) => page.Entries,
      );
      return { PrefixList, Entries };
    }),
  );
}

function prefixListsOfRoutes({ Routes }: RouteTable): string[] {
  return (Routes ?? []).flatMap(({ DestinationPrefixListId }) => DestinationPrefixListId ?? []);
}

function prefixListsOfRules({ IpPermissions, IpPermissionsEgress }: SecurityGroup): string[] {
  const permissions = [...(IpPermissions ?? []), ...(IpPermissionsEgress ?? [])];
  return permissions.flatMap(({ PrefixListIds }) =>
    (PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
  );
}

/** Suricata rules refer to a prefix list by its ARN, `arn:aws:ec2:<region>:<account>:prefix-list/pl-…`. */
function prefixListsOfReferences({ RuleGroup }: RuleGroup): string[] {
  const references = Object.values(RuleGroup?.ReferenceSets?.IPSetReferences ?? {});
  return references.flatMap(
    ({ ReferenceArn }) => /:prefix-list\/(pl-[0-9a-f]+)$/.exec(ReferenceArn ?? '')?.[1] ?? [],
  );
}

/** The transit gateways of attachments, without those that an attachment only was to. */
export function transitGatewaysOf(attachments: readonly TransitGatewayVpcAttachment[]): string[] {
  return [
    ...new Set(
      standing(attachments).map(({ TransitGatewayId }) => {
        if (TransitGatewayId !== undefined) return TransitGatewayId;
        const missing = new NotReturned('AWS did not return TransitGatewayId');
        throw new CallFailed('ec2:DescribeTransitGatewayVpcAttachments', missing);
      }),
    ),
  ];
}

/** Attachments that are there, or may come to be. */
export function standing(attachments: readonly TransitGatewayVpcAttachment[]): TransitGatewayVpcAttachment[] {
  return attachments.filter(({ State }) => State !== 'deleted' && State !== 'rejected');
}

async function readTransitGateway(reading: Reading, gateway: string): Promise<TransitGatewayTable[]> {
  const tables = await reading.pages(
    'ec2',
    DescribeTransitGatewayRouteTablesCommand,
    { Filters: [{ Name: 'transit-gateway-id', Values: [gateway] }], MaxResults: MAX_RESULTS.most },
    (page) => page.TransitGatewayRouteTables,
  );
  // A gateway that another account shares has tables that this one cannot see.
  if (tables.length === 0)
    throw new CallFailed(
      'ec2:DescribeTransitGatewayRouteTables',
      new NotReturned(`this account sees no route table of the transit gateway ${gateway}`),
    );
  return Promise.all(
    tables.map(async (table): Promise<TransitGatewayTable> => {
      const { TransitGatewayRouteTableId } = table;
      // Said by each page; only the last one's counts, for the others have a successor.
      let additional: boolean | undefined;
      const [Routes, Associations] = await Promise.all([
        reading.pages(
          'ec2',
          SearchTransitGatewayRoutesCommand,
          {
            TransitGatewayRouteTableId,
            Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }],
            MaxResults: MAX_RESULTS.most,
          },
          (page) => {
            additional = page.AdditionalRoutesAvailable;
            return page.Routes;
          },
        ),
        reading.pages(
          'ec2',
          GetTransitGatewayRouteTableAssociationsCommand,
          { TransitGatewayRouteTableId, MaxResults: MAX_RESULTS.most },
          (page) => page.Associations,
        ),
      ]);
      const complete = additional === false;
      return { TransitGatewayRouteTable: table, Routes, Associations, complete };
    }),
  );
}
