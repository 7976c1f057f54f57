/** Domain lists of the DNS Firewall: the account's own, and AWS's, whose names can be seen but not their contents. */
import {
  AccessDeniedException,
  CreateFirewallDomainListCommand,
  DeleteFirewallDomainListCommand,
  GetFirewallDomainListCommand,
  ListFirewallDomainListsCommand,
  ListFirewallDomainsCommand,
  UpdateFirewallDomainsCommand,
  type FirewallDomainList,
} from '@aws-sdk/client-route53resolver';
import { newId, type LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  checkEnum,
  checkName,
  conflict,
  invalid,
  listPage,
  notFound,
  required,
  resolverArn,
} from './answers';

/** AWS's lists by name (Route 53 developer guide, resolver-dns-firewall-managed-domain-lists). The ids are the lab's. */
const AWS_MANAGED_LISTS: Readonly<Record<string, string>> = {
  'rslvr-fdl-0a11000000000001': 'AWSManagedDomainsMalwareDomainList',
  'rslvr-fdl-0a11000000000002': 'AWSManagedDomainsBotnetCommandandControl',
  'rslvr-fdl-0a11000000000003': 'AWSManagedDomainsAggregateThreatList',
  'rslvr-fdl-0a11000000000004': 'AWSManagedDomainsAmazonGuardDutyThreatList',
};

export function domainListHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('route53resolver', CreateFirewallDomainListCommand, ({ Name, CreatorRequestId }) => {
      const list = newDomainList(context, checkName(Name), CreatorRequestId);
      state.firewallDomainLists.set(list.Id, { list, domains: [] });
      return { FirewallDomainList: list };
    }),
    on('route53resolver', GetFirewallDomainListCommand, ({ FirewallDomainListId }) => ({
      FirewallDomainList:
        managedList(state, FirewallDomainListId) ?? currentList(state, FirewallDomainListId),
    })),
    on('route53resolver', ListFirewallDomainListsCommand, (input) => {
      const lists = [
        ...Object.keys(AWS_MANAGED_LISTS).flatMap((id) => managedList(state, id) ?? []),
        ...[...state.firewallDomainLists.values()].map(({ list }) => list),
      ];
      const { items, NextToken } = listPage(context, input, lists);
      return {
        FirewallDomainLists: items.map(({ Id, Arn, Name, CreatorRequestId, ManagedOwnerName }) => ({
          Id,
          Arn,
          Name,
          CreatorRequestId,
          ManagedOwnerName,
        })),
        NextToken,
      };
    }),
    on('route53resolver', ListFirewallDomainsCommand, (input) => {
      if (managedList(state, input.FirewallDomainListId) !== null) {
        const message = `You cannot view the domains of the managed list ${input.FirewallDomainListId}`;
        throw new AccessDeniedException({ message, $metadata: {} });
      }
      const { items, NextToken } = listPage(
        context,
        input,
        findOwnList(state, input.FirewallDomainListId).domains,
      );
      return { Domains: items, NextToken };
    }),
    on('route53resolver', UpdateFirewallDomainsCommand, ({ FirewallDomainListId, Operation, Domains }) => {
      checkEnum('Operation', required('Operation', Operation), ['ADD', 'REMOVE', 'REPLACE']);
      const stored = findOwnList(state, FirewallDomainListId);
      const given = required('Domains', Domains).map(checkedDomain);
      const kept = Operation === 'REPLACE' ? [] : stored.domains.filter((domain) => !given.includes(domain));
      stored.domains = Operation === 'REMOVE' ? kept : [...new Set([...kept, ...given])];
      stored.list.ModificationTime = context.now().toISOString();
      const { Id, Name, Status, StatusMessage } = stored.list;
      return { Id, Name, Status, StatusMessage };
    }),
    on('route53resolver', DeleteFirewallDomainListCommand, ({ FirewallDomainListId }) => {
      const list = currentList(state, FirewallDomainListId);
      const rules = [...state.firewallRuleGroups.values()].flatMap((group) => group.rules);
      if (rules.some((rule) => rule.FirewallDomainListId === FirewallDomainListId))
        throw conflict(`The domain list ${FirewallDomainListId} is used by a rule`);
      state.firewallDomainLists.delete(list.Id ?? '');
      return { FirewallDomainList: list };
    }),
  ];
}

/** Throws ResourceNotFoundException unless the list is the account's own or one of AWS's. */
export function checkDomainListExists(state: LabState, id: string): void {
  if (managedList(state, id) === null) findOwnList(state, id);
}

function managedList({ partition, region }: LabState, id: string | undefined): FirewallDomainList | null {
  const Name = Object.hasOwn(AWS_MANAGED_LISTS, id ?? '') ? AWS_MANAGED_LISTS[id ?? ''] : undefined;
  if (Name === undefined || id === undefined) return null;
  return {
    Id: id,
    Arn: `arn:${partition}:route53resolver:${region}::firewall-domain-list/${id}`,
    Name,
    Status: 'COMPLETE',
    ManagedOwnerName: 'Route 53 Resolver DNS Firewall',
  };
}

function findOwnList(
  state: LabState,
  id: string | undefined,
): { list: FirewallDomainList; domains: string[] } {
  const stored = state.firewallDomainLists.get(required('FirewallDomainListId', id));
  if (stored === undefined) throw notFound(`[RSLVR-02801] Firewall domain list with ID ${id} does not exist`);
  return stored;
}

function currentList(state: LabState, id: string | undefined): FirewallDomainList {
  const { list, domains } = findOwnList(state, id);
  return { ...list, DomainCount: domains.length };
}

/** "Up to 255 characters", a leading `*.` or a lone `*` are the only wildcards (UpdateFirewallDomains). */
function checkedDomain(domain: string): string {
  if (domain.length <= 255 && /^(\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?)$/.test(domain))
    return domain;
  throw invalid(`[RSLVR-02104] '${domain}' is not a valid domain specification`);
}

function newDomainList(
  { state, now }: LabContext,
  Name: string,
  CreatorRequestId: string | undefined,
): FirewallDomainList & { readonly Id: string } {
  const Id = newId(state, 'rslvr-fdl');
  return {
    Id,
    Arn: resolverArn(state, `firewall-domain-list/${Id}`),
    Name,
    DomainCount: 0,
    Status: 'COMPLETE',
    ...(CreatorRequestId === undefined ? {} : { CreatorRequestId }),
    CreationTime: now().toISOString(),
    ModificationTime: now().toISOString(),
  };
}
