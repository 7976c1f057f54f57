/** AWS::Route53Resolver: DNS Firewall's domain lists and rule groups. */
import {
  CreateFirewallDomainListCommand,
  CreateFirewallRuleCommand,
  CreateFirewallRuleGroupCommand,
  DeleteFirewallDomainListCommand,
  DeleteFirewallRuleCommand,
  DeleteFirewallRuleGroupCommand,
  ListFirewallRulesCommand,
  UpdateFirewallDomainsCommand,
} from '@aws-sdk/client-route53resolver';
import { newId } from '../../state';
import { integer, list, object, oneOf, required, text, type TypeOf } from '../property-shape';
import {
  generatedName,
  provider,
  type Provider,
  type ResourceContext,
  resourceTags,
  returned,
  sameJson,
  tagList,
} from './provider';

const domainList = provider({
  type: 'AWS::Route53Resolver::FirewallDomainList',
  properties: { Name: text, Domains: list(text), Tags: tagList },
  notCarried: ['DomainFileUrl'],
  attributes: [
    'Arn',
    'CreationTime',
    'CreatorRequestId',
    'DomainCount',
    'Id',
    'ManagedOwnerName',
    'ModificationTime',
    'Status',
    'StatusMessage',
  ],
  mutable: ['Domains'],
  frozen: ['Tags'],
  create: async ({ Name, Domains = [], Tags }, context) => {
    const CreatorRequestId = newId(context.state, 'request');
    const { FirewallDomainList } = await context.api.call(
      'route53resolver',
      CreateFirewallDomainListCommand,
      {
        CreatorRequestId,
        Name: Name ?? generatedName(context, 64),
        Tags: resourceTags(context, Tags),
      },
    );
    const made = returned(FirewallDomainList, 'FirewallDomainList');
    const id = returned(made.Id, 'Id');
    const created = {
      physicalId: id,
      attributes: {
        Id: id,
        Arn: returned(made.Arn, 'Arn'),
        CreationTime: made.CreationTime ?? '',
        CreatorRequestId,
        DomainCount: Domains.length,
        ManagedOwnerName: made.ManagedOwnerName ?? '',
        ModificationTime: made.ModificationTime ?? '',
        Status: made.Status ?? '',
        StatusMessage: made.StatusMessage ?? '',
      },
    };
    context.made(created);
    if (Domains.length > 0) await setDomains(context, id, Domains);
    return created;
  },
  update: async ({ current, after }, context) => {
    const { Domains = [] } = after;
    await setDomains(context, current.physicalId, Domains);
    return { ...current, attributes: { ...current.attributes, DomainCount: Domains.length } };
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('route53resolver', DeleteFirewallDomainListCommand, { FirewallDomainListId: physicalId });
  },
});

async function setDomains(
  { api }: ResourceContext,
  FirewallDomainListId: string,
  Domains: string[],
): Promise<void> {
  await api.call('route53resolver', UpdateFirewallDomainsCommand, {
    FirewallDomainListId,
    Operation: 'REPLACE',
    Domains,
  });
}

const firewallRule = object({
  Priority: required(integer),
  Action: required(oneOf('ALLOW', 'BLOCK', 'ALERT')),
  FirewallDomainListId: text,
  FirewallDomainRedirectionAction: oneOf('INSPECT_REDIRECTION_DOMAIN', 'TRUST_REDIRECTION_DOMAIN'),
  BlockResponse: oneOf('NODATA', 'NXDOMAIN', 'OVERRIDE'),
  BlockOverrideDnsType: oneOf('CNAME'),
  BlockOverrideDomain: text,
  BlockOverrideTtl: integer,
  ConfidenceThreshold: oneOf('LOW', 'MEDIUM', 'HIGH'),
  DnsThreatProtection: oneOf('DGA', 'DNS_TUNNELING', 'DICTIONARY_DGA'),
  FirewallThreatProtectionId: text,
  Qtype: oneOf('A', 'AAAA', 'CAA', 'CNAME', 'DS', 'MX', 'NAPTR', 'NS', 'PTR', 'SOA', 'SPF', 'SRV', 'TXT'),
});

const ruleGroup = provider({
  type: 'AWS::Route53Resolver::FirewallRuleGroup',
  properties: { Name: text, FirewallRules: list(firewallRule), Tags: tagList },
  attributes: [
    'Arn',
    'CreationTime',
    'CreatorRequestId',
    'Id',
    'ModificationTime',
    'OwnerId',
    'RuleCount',
    'ShareStatus',
    'Status',
    'StatusMessage',
  ],
  mutable: ['FirewallRules'],
  frozen: ['Tags'],
  create: async ({ Name, FirewallRules = [], Tags }, context) => {
    const CreatorRequestId = newId(context.state, 'request');
    const { FirewallRuleGroup } = await context.api.call('route53resolver', CreateFirewallRuleGroupCommand, {
      CreatorRequestId,
      Name: Name ?? generatedName(context, 64),
      Tags: resourceTags(context, Tags),
    });
    const made = returned(FirewallRuleGroup, 'FirewallRuleGroup');
    const id = returned(made.Id, 'Id');
    const created = {
      physicalId: id,
      attributes: {
        Id: id,
        Arn: returned(made.Arn, 'Arn'),
        CreationTime: made.CreationTime ?? '',
        CreatorRequestId,
        ModificationTime: made.ModificationTime ?? '',
        OwnerId: made.OwnerId ?? '',
        RuleCount: FirewallRules.length,
        ShareStatus: made.ShareStatus ?? '',
        Status: made.Status ?? '',
        StatusMessage: made.StatusMessage ?? '',
      },
    };
    context.made(created);
    for (const rule of FirewallRules) await addRule(context, id, rule);
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const { FirewallRules = [] } = after;
    if (!sameJson(before.FirewallRules ?? [], FirewallRules)) {
      await clearRules(context, current.physicalId);
      for (const rule of FirewallRules) await addRule(context, current.physicalId, rule);
    }
    return { ...current, attributes: { ...current.attributes, RuleCount: FirewallRules.length } };
  },
  remove: async ({ physicalId }, context) => {
    await clearRules(context, physicalId);
    await context.api.call('route53resolver', DeleteFirewallRuleGroupCommand, {
      FirewallRuleGroupId: physicalId,
    });
  },
});

/** The rule's name is CloudFormation's own: a template gives none. */
async function addRule(
  context: ResourceContext,
  FirewallRuleGroupId: string,
  rule: TypeOf<typeof firewallRule>,
): Promise<void> {
  await context.api.call('route53resolver', CreateFirewallRuleCommand, {
    ...rule,
    FirewallDomainListId: rule.FirewallDomainListId,
    CreatorRequestId: newId(context.state, 'request'),
    FirewallRuleGroupId,
    Name: `${context.logicalId.slice(0, 50)}-${rule.Priority}`,
  });
}

async function clearRules({ api }: ResourceContext, FirewallRuleGroupId: string): Promise<void> {
  for (;;) {
    const { FirewallRules = [] } = await api.call('route53resolver', ListFirewallRulesCommand, {
      FirewallRuleGroupId,
    });
    if (FirewallRules.length === 0) return;
    for (const rule of FirewallRules) {
      const { FirewallDomainListId, Qtype } = rule;
      // The SDK's types are older than DNS Firewall Advanced; the API carries its member all the same.
      const advanced =
        'FirewallThreatProtectionId' in rule
          ? { FirewallThreatProtectionId: rule.FirewallThreatProtectionId }
          : {};
      await api.call('route53resolver', DeleteFirewallRuleCommand, {
        FirewallRuleGroupId,
        FirewallDomainListId,
        Qtype,
        ...advanced,
      });
    }
  }
}

export const route53resolverProviders: readonly Provider[] = [domainList, ruleGroup];
