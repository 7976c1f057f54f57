/** Tags: given on creation by TagSpecifications, later by CreateTags and DeleteTags; DescribeTags lists them all. */
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeTagsCommand,
  type ResourceType,
  type Tag,
  type TagDescription,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { given } from './ids';

/** AWS's bounds on tags (EC2 user guide, tag restrictions). */
const longestKey = 128;
const longestValue = 256;

function checked(tags: readonly Tag[]): Tag[] {
  const keys = new Set<string>();
  return tags.map(({ Key, Value = '' }) => {
    const key = given(Key, 'Tag.Key');
    if (key.length > longestKey)
      throw new ApiError(
        'InvalidParameterValue',
        `Tag key exceeds the maximum length of ${longestKey} characters`,
      );
    if (Value.length > longestValue)
      throw new ApiError(
        'InvalidParameterValue',
        `Tag value exceeds the maximum length of ${longestValue} characters`,
      );
    if (keys.has(key)) throw new ApiError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    keys.add(key);
    return { Key: key, Value };
  });
}

/**
 * The tags that a creating call gives to the resource it makes. `others` are further types that the same call
 * creates; any other type in the specifications is an error, as it is in AWS.
 */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  type: ResourceType,
  others: readonly ResourceType[] = [],
): Tag[] {
  const mine: Tag[] = [];
  for (const { ResourceType: named, Tags } of specifications ?? []) {
    if (named === type) mine.push(...(Tags ?? []));
    else if (named === undefined || !others.includes(named)) {
      throw new ApiError(
        'InvalidParameterValue',
        `'${named}' is not a valid taggable resource type for this operation.`,
      );
    }
  }
  return checked(mine);
}

interface Taggable {
  readonly id: string;
  readonly type: ResourceType;
  readonly tags: Tag[];
}

/** Where a kind of record keeps its tags; made if the record came without. */
function held(record: { Tags?: Tag[] | undefined }): Tag[] {
  record.Tags ??= [];
  return record.Tags;
}

function heldInTagSet(record: { TagSet?: Tag[] | undefined }): Tag[] {
  record.TagSet ??= [];
  return record.TagSet;
}

function all<T>(records: ReadonlyMap<string, T>, type: ResourceType, tags: (record: T) => Tag[]): Taggable[] {
  return [...records].map(([id, record]) => ({ id, type, tags: tags(record) }));
}

/** Every resource that tags can be put on, with the list that holds its tags. */
function taggables(state: LabState): Taggable[] {
  return [
    ...all(state.vpcs, 'vpc', held),
    ...all(state.subnets, 'subnet', held),
    ...all(state.routeTables, 'route-table', held),
    ...all(state.networkAcls, 'network-acl', held),
    ...all(state.securityGroups, 'security-group', held),
    ...all(state.networkInterfaces, 'network-interface', heldInTagSet),
    ...all(state.internetGateways, 'internet-gateway', held),
    ...all(state.egressOnlyInternetGateways, 'egress-only-internet-gateway', held),
    ...all(state.natGateways, 'natgateway', held),
    ...all(state.addresses, 'elastic-ip', held),
    ...all(state.vpcEndpoints, 'vpc-endpoint', held),
    ...all(state.managedPrefixLists, 'prefix-list', ({ PrefixList }) => held(PrefixList)),
    ...all(state.vpcPeeringConnections, 'vpc-peering-connection', held),
    ...all(state.transitGateways, 'transit-gateway', held),
    ...all(state.vpnGateways, 'vpn-gateway', held),
    ...all(state.vpnConnections, 'vpn-connection', held),
    ...all(state.customerGateways, 'customer-gateway', held),
    ...all(state.carrierGateways, 'carrier-gateway', held),
    ...all(state.vpcBlockPublicAccessExclusions, 'vpc-block-public-access-exclusion', held),
    ...all(state.transitGatewayVpcAttachments, 'transit-gateway-attachment', held),
    ...all(state.transitGatewayRouteTables, 'transit-gateway-route-table', ({ table }) => held(table)),
    ...all(state.flowLogs, 'vpc-flow-log', held),
    ...all(state.dhcpOptions, 'dhcp-options', held),
    ...all(state.instances, 'instance', held),
  ];
}

function named(state: LabState, ids: readonly string[] | undefined): Taggable[] {
  const byId = new Map(taggables(state).map((taggable) => [taggable.id, taggable]));
  return given(ids, 'resourceIdSet').map((id) => {
    const found = byId.get(id);
    if (found === undefined) throw new ApiError('InvalidID', `The ID '${id}' is not valid`);
    return found;
  });
}

function put(tags: Tag[], added: readonly Tag[]): void {
  for (const tag of added) {
    const at = tags.findIndex((existing) => existing.Key === tag.Key);
    if (at >= 0) tags[at] = { ...tag };
    else tags.push({ ...tag });
  }
}

/** Without a value the key alone decides; with one (also the empty one) key and value both must be equal. */
function remove(tags: Tag[], removed: readonly Tag[] | undefined): void {
  const goes = (tag: Tag) =>
    removed === undefined ||
    removed.some(({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === tag.Value));
  tags.splice(0, tags.length, ...tags.filter((tag) => !goes(tag)));
}

/** CreateTags, DeleteTags, DescribeTags. */
export function tagHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateTagsCommand, ({ Resources, Tags }) => {
      const added = checked(given(Tags, 'Tags'));
      for (const { tags } of named(state, Resources)) put(tags, added);
      return {};
    }),
    on('ec2', DeleteTagsCommand, ({ Resources, Tags }) => {
      for (const { tags } of named(state, Resources)) remove(tags, Tags);
      return {};
    }),
    on('ec2', DescribeTagsCommand, (request) => {
      const descriptions: TagDescription[] = taggables(state).flatMap(({ id, type, tags }) =>
        tags.map(({ Key, Value }) => ({ ResourceId: id, ResourceType: type, Key, Value })),
      );
      const { records, NextToken } = described(descriptions, {
        context,
        request,
        filters: request.Filters,
        fields: {
          key: (tag) => [tag.Key],
          'resource-id': (tag) => [tag.ResourceId],
          'resource-type': (tag) => [tag.ResourceType],
          value: (tag) => [tag.Value],
        },
        tags: (tag) => [tag],
      });
      return { Tags: records, NextToken };
    }),
  ];
}
