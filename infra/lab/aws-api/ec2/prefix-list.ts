/** Prefix lists: one's own, and those that AWS keeps for its gateway endpoints. */
import {
  CreateManagedPrefixListCommand,
  DeleteManagedPrefixListCommand,
  DescribeManagedPrefixListsCommand,
  DescribePrefixListsCommand,
  GetManagedPrefixListEntriesCommand,
  type ManagedPrefixList,
  ModifyManagedPrefixListCommand,
  type ModifyManagedPrefixListRequest,
  type PrefixListEntry,
} from '@aws-sdk/client-ec2';
import { serviceNameIn } from '../../partition';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { parseCidr } from './cidr';
import { described, page } from './filters';
import { chosen, existing, given, stored } from './ids';
import { cidrParameter } from './parameters';
import { specifiedTags } from './tags';

type StoredPrefixList = { PrefixList: ManagedPrefixList; Entries: PrefixListEntry[] };

/**
 * Addresses behind the gateway endpoint services: documentation space (RFC 5737), where the lab's own S3 and
 * DynamoDB live, and one block each that AWS publishes for us-east-1 (ip-ranges.json, from MEMORY).
 */
const gatewayServiceCidrs: Readonly<Record<string, readonly string[]>> = {
  s3: ['192.0.2.0/25', '52.216.0.0/15'],
  dynamodb: ['192.0.2.128/25', '52.94.0.0/22'],
};

/** Services that have gateway endpoints. */
export const gatewayServices: readonly string[] = Object.keys(gatewayServiceCidrs);

function awsPrefixListName(region: string, service: string): string {
  return serviceNameIn(region, service, 'Gateway');
}

/** Puts AWS's own prefix lists into the account where they are missing. */
export function seedAwsPrefixLists(state: LabState): void {
  const names = new Set(
    [...state.managedPrefixLists.values()].map(({ PrefixList }) => PrefixList.PrefixListName),
  );
  for (const [service, cidrs] of Object.entries(gatewayServiceCidrs)) {
    const name = awsPrefixListName(state.region, service);
    if (names.has(name)) continue;
    const id = newId(state, 'pl');
    const PrefixList: ManagedPrefixList = {
      PrefixListId: id,
      PrefixListName: name,
      PrefixListArn: `arn:${state.partition}:ec2:${state.region}:aws:prefix-list/${id}`,
      AddressFamily: 'IPv4',
      OwnerId: 'AWS',
      State: 'create-complete',
      Tags: [],
    };
    state.managedPrefixLists.set(id, { PrefixList, Entries: cidrs.map((Cidr) => ({ Cidr })) });
  }
}

/** The id of the prefix list that stands for a gateway endpoint's service in route tables. */
export function awsPrefixListId(state: LabState, serviceName: string): string {
  seedAwsPrefixLists(state);
  const found = [...state.managedPrefixLists.values()].find(
    ({ PrefixList }) => PrefixList.PrefixListName === serviceName,
  );
  return stored(found?.PrefixList.PrefixListId, `a prefix list ${serviceName}`);
}

function familyOf(list: ManagedPrefixList): 4 | 6 {
  return list.AddressFamily === 'IPv6' ? 6 : 4;
}

function checkedEntries(list: ManagedPrefixList, entries: readonly PrefixListEntry[]): PrefixListEntry[] {
  const checked = entries.map(({ Cidr, Description }) => {
    const block = cidrParameter(given(Cidr, 'entry.cidr'), 'entry.cidr', familyOf(list)).text;
    return { Cidr: block, ...(Description === undefined ? {} : { Description }) };
  });
  const max = list.MaxEntries ?? 0;
  if (new Set(checked.map((entry) => entry.Cidr)).size !== checked.length) {
    throw new ApiError(
      'InvalidParameterValue',
      `Prefix list ${list.PrefixListName} would hold an entry twice.`,
    );
  }
  if (checked.length > max) {
    throw new ApiError(
      'PrefixListMaxEntriesExceeded',
      `You have reached the maximum number of entries (${max}) for prefix list ${list.PrefixListName}.`,
    );
  }
  return checked;
}

function ownList(state: LabState, prefixListId: string | undefined): StoredPrefixList {
  const list = existing(state.managedPrefixLists, 'prefixList', prefixListId, 'prefixListId');
  if (list.PrefixList.OwnerId !== state.account) {
    throw new ApiError(
      'OperationNotPermitted',
      `The prefix list ${prefixListId} is managed by AWS and cannot be changed.`,
    );
  }
  return list;
}

function modify(state: LabState, request: ModifyManagedPrefixListRequest): ManagedPrefixList {
  const list = ownList(state, request.PrefixListId);
  const { PrefixList } = list;
  const removed = new Set(
    (request.RemoveEntries ?? []).map(({ Cidr }) => parseCidr(Cidr ?? '')?.text ?? Cidr),
  );
  const added = request.AddEntries ?? [];
  const changesEntries = removed.size > 0 || added.length > 0;
  if (changesEntries && request.CurrentVersion !== PrefixList.Version) {
    throw new ApiError(
      'PrefixListVersionMismatch',
      `The current version of ${PrefixList.PrefixListId} is ${PrefixList.Version}, not ${request.CurrentVersion}.`,
    );
  }
  const missing = [...removed].find((cidr) => !list.Entries.some((entry) => entry.Cidr === cidr));
  if (missing !== undefined)
    throw new ApiError('InvalidParameterValue', `The entry ${missing} is not in ${PrefixList.PrefixListId}.`);
  const resized = { ...PrefixList, MaxEntries: request.MaxEntries ?? PrefixList.MaxEntries };
  list.Entries = checkedEntries(resized, [
    ...list.Entries.filter((entry) => !removed.has(entry.Cidr)),
    ...added,
  ]);
  PrefixList.MaxEntries = resized.MaxEntries;
  PrefixList.PrefixListName = request.PrefixListName ?? PrefixList.PrefixListName;
  PrefixList.State = 'modify-complete';
  if (changesEntries) PrefixList.Version = (PrefixList.Version ?? 0) + 1;
  return PrefixList;
}

function refuseWhenUsed(state: LabState, prefixListId: string): void {
  const inRoutes = [...state.routeTables.values()].some((table) =>
    table.Routes?.some((route) => route.DestinationPrefixListId === prefixListId),
  );
  const inGroups = [...state.securityGroups.values()].some((group) =>
    [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].some((permission) =>
      permission.PrefixListIds?.some((list) => list.PrefixListId === prefixListId),
    ),
  );
  if (inRoutes || inGroups) {
    throw new ApiError(
      'DependencyViolation',
      `The prefix list ${prefixListId} is referenced and cannot be deleted.`,
    );
  }
}

const fields = {
  'owner-id': ({ OwnerId }: ManagedPrefixList) => [OwnerId],
  'prefix-list-id': ({ PrefixListId }: ManagedPrefixList) => [PrefixListId],
  'prefix-list-name': ({ PrefixListName }: ManagedPrefixList) => [PrefixListName],
};

/** Reading: DescribeManagedPrefixLists, GetManagedPrefixListEntries, DescribePrefixLists (AWS's own only). */
function readHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', DescribeManagedPrefixListsCommand, (request) => {
      const lists = chosen(state.managedPrefixLists, 'prefixList', request.PrefixListIds).map(
        ({ PrefixList }) => PrefixList,
      );
      const { records, NextToken } = described(lists, {
        context,
        request,
        maxResults: [1, 100],
        filters: request.Filters,
        fields,
        tags: (list) => list.Tags,
      });
      return { PrefixLists: records, NextToken };
    }),
    on('ec2', GetManagedPrefixListEntriesCommand, (request) => {
      const { PrefixList, Entries } = existing(
        state.managedPrefixLists,
        'prefixList',
        request.PrefixListId,
        'prefixListId',
      );
      if (request.TargetVersion !== undefined && request.TargetVersion !== PrefixList.Version) {
        throw new ApiError(
          'UnsupportedOperation',
          `The lab keeps the current version (${PrefixList.Version}) of a prefix list only.`,
        );
      }
      const { records, NextToken } = page(Entries, { context, request, maxResults: [1, 100] });
      return { Entries: records, NextToken };
    }),
    on('ec2', DescribePrefixListsCommand, (request) => {
      const aws = chosen(state.managedPrefixLists, 'prefixList', request.PrefixListIds).filter(
        ({ PrefixList }) => PrefixList.OwnerId === 'AWS',
      );
      const { records, NextToken } = described(
        aws.map(({ PrefixList, Entries }) => ({
          PrefixListId: PrefixList.PrefixListId,
          PrefixListName: PrefixList.PrefixListName,
          Cidrs: Entries.flatMap(({ Cidr }) => Cidr ?? []),
        })),
        {
          context,
          request,
          filters: request.Filters,
          fields: {
            'prefix-list-id': fields['prefix-list-id'],
            'prefix-list-name': fields['prefix-list-name'],
          },
        },
      );
      return { PrefixLists: records, NextToken };
    }),
  ];
}

/** Create-, Modify-, Delete- and DescribeManagedPrefixList(s), GetManagedPrefixListEntries, DescribePrefixLists. */
export function prefixListHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    ...readHandlers(context),
    on('ec2', CreateManagedPrefixListCommand, (request) => {
      const family = given(request.AddressFamily, 'addressFamily');
      if (family !== 'IPv4' && family !== 'IPv6') {
        throw new ApiError(
          'InvalidParameterValue',
          `Value (${family}) for parameter addressFamily is invalid. Give IPv4 or IPv6.`,
        );
      }
      const id = newId(state, 'pl');
      const PrefixList: ManagedPrefixList = {
        PrefixListId: id,
        PrefixListName: given(request.PrefixListName, 'prefixListName'),
        PrefixListArn: `arn:${state.partition}:ec2:${state.region}:${state.account}:prefix-list/${id}`,
        AddressFamily: family,
        MaxEntries: given(request.MaxEntries, 'maxEntries'),
        OwnerId: state.account,
        State: 'create-complete',
        Version: 1,
        Tags: specifiedTags(request.TagSpecifications, 'prefix-list'),
      };
      const Entries = checkedEntries(PrefixList, request.Entries ?? []);
      state.managedPrefixLists.set(id, { PrefixList, Entries });
      return { PrefixList };
    }),
    on('ec2', ModifyManagedPrefixListCommand, (request) => ({ PrefixList: modify(state, request) })),
    on('ec2', DeleteManagedPrefixListCommand, ({ PrefixListId }) => {
      const { PrefixList } = ownList(state, PrefixListId);
      const id = stored(PrefixList.PrefixListId, 'PrefixListId');
      refuseWhenUsed(state, id);
      state.managedPrefixLists.delete(id);
      return { PrefixList: { ...PrefixList, State: 'delete-complete' as const } };
    }),
  ];
}
