/** Who is asking, the log groups that the network's logs go to, the hosts that SSM knows, the DNS Firewall. */
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetFirewallConfigCommand,
  GetFirewallDomainListCommand,
  ListFirewallDomainsCommand,
  ListFirewallRuleGroupAssociationsCommand,
  ListFirewallRulesCommand,
} from '@aws-sdk/client-route53resolver';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { CallFailed, NotReturned } from '../call-failed';
import type {
  LogGroup,
  LoggingConfiguration,
  ManagedInstance,
  ResolverFirewall,
  SectionValues,
} from '../snapshot';
import type { Reading, SectionReaders } from './reading';

/** The tag by which a host says what it is there for. */
const ROLE_TAG = 'studio-egress:role';
const ROLES = ['probe-host', 'control-host'];

/** The largest that DescribeInstanceInformation allows (SSM API reference). */
const MANAGED_INSTANCES_PER_PAGE = 50;

export const accountReaders = {
  callerIdentity: async ({ ask }) => {
    const { Account, Arn, UserId } = await ask('sts', GetCallerIdentityCommand, {});
    if (Account !== undefined && Arn !== undefined && UserId !== undefined) return { Account, Arn, UserId };
    throw new CallFailed('sts:GetCallerIdentity', new NotReturned('AWS did not return the whole identity'));
  },
  logGroups: async (reading) => {
    const ofFirewalls = new Set((await reading.section('loggingConfigurations')).flatMap(logGroupsOf));
    const found = await Promise.all([
      ...[...ofFirewalls].map((name) => readLogGroup(reading, name)),
      reading.sectionIfRead('flowLogs').then(async (flowLogs) => {
        const names = new Set((flowLogs ?? []).flatMap(({ LogGroupName }) => LogGroupName ?? []));
        const further = [...names].filter((name) => !ofFirewalls.has(name));
        return (await Promise.all(further.map((name) => readLogGroup(reading, name)))).flat();
      }),
    ]);
    return found.flat();
  },
  managedInstances: async ({ pages }) => {
    const listed = (filters: readonly { readonly Key: string; readonly Values: string[] }[]) =>
      pages(
        'ssm',
        DescribeInstanceInformationCommand,
        {
          MaxResults: MANAGED_INSTANCES_PER_PAGE,
          ...(filters.length === 0 ? {} : { Filters: [...filters] }),
        },
        (page) => page.InstanceInformationList,
      );
    // SSM's own filter sees the tags of EC2 instances and of other hosts alike.
    const [all, ...byRole] = await Promise.all([
      listed([]),
      ...ROLES.map((role) => listed([{ Key: `tag:${ROLE_TAG}`, Values: [role] }])),
    ]);
    const roles = new Map(
      byRole.flatMap((hosts, index) => hosts.map(({ InstanceId }) => [InstanceId, ROLES[index] ?? null])),
    );
    return all.map((information): ManagedInstance => ({
      information,
      role: roles.get(information.InstanceId) ?? null,
    }));
  },
  resolverFirewall: readResolverFirewall,
} satisfies Partial<SectionReaders>;

function logGroupsOf({ LoggingConfiguration: configuration }: LoggingConfiguration): string[] {
  return (configuration?.LogDestinationConfigs ?? []).flatMap(({ LogDestinationType, LogDestination }) =>
    LogDestinationType === 'CloudWatchLogs' ? (LogDestination?.['logGroup'] ?? []) : [],
  );
}

/** The operation finds by prefix; other groups may begin with the same name. */
async function readLogGroup({ pages }: Reading, name: string): Promise<LogGroup[]> {
  const groups = await pages(
    'logs',
    DescribeLogGroupsCommand,
    { logGroupNamePrefix: name },
    (page) => page.logGroups,
  );
  if (groups.some(({ logGroupName }) => logGroupName === undefined))
    throw new CallFailed('logs:DescribeLogGroups', new NotReturned('AWS did not return logGroupName'));
  return groups.filter(({ logGroupName }) => logGroupName === name);
}

async function readResolverFirewall(reading: Reading): Promise<SectionValues['resolverFirewall']> {
  const { vpcId } = reading.target;
  const [associations, { FirewallConfig: config }] = await Promise.all([
    reading.pages(
      'route53resolver',
      ListFirewallRuleGroupAssociationsCommand,
      { VpcId: vpcId },
      (page) => page.FirewallRuleGroupAssociations,
    ),
    reading.ask('route53resolver', GetFirewallConfigCommand, { ResourceId: vpcId }),
  ]);
  if (config === undefined)
    throw new CallFailed(
      'route53resolver:GetFirewallConfig',
      new NotReturned('AWS did not return FirewallConfig'),
    );
  const groupIds = [...new Set(associations.flatMap(({ FirewallRuleGroupId }) => FirewallRuleGroupId ?? []))];
  const ruleGroups = await Promise.all(groupIds.map((groupId) => readRuleGroup(reading, groupId)));
  return { associations, config, ruleGroups };
}

async function readRuleGroup(
  reading: Reading,
  FirewallRuleGroupId: string,
): Promise<ResolverFirewall['ruleGroups'][number]> {
  const rules = await reading.pages(
    'route53resolver',
    ListFirewallRulesCommand,
    { FirewallRuleGroupId },
    (page) => page.FirewallRules,
  );
  const listIds = [...new Set(rules.flatMap(({ FirewallDomainListId }) => FirewallDomainListId ?? []))];
  const domains = await Promise.all(
    listIds.map(async (listId) => {
      const own = await domainsOf(reading, listId);
      return own === null ? [] : [[listId, own] as const];
    }),
  );
  return { FirewallRuleGroupId, rules, domains: Object.fromEntries(domains.flat()) };
}

/** The list's domains, or null for one that AWS manages: its contents cannot be read. */
async function domainsOf({ ask, pages }: Reading, FirewallDomainListId: string): Promise<string[] | null> {
  const { FirewallDomainList: list } = await ask('route53resolver', GetFirewallDomainListCommand, {
    FirewallDomainListId,
  });
  if (list?.ManagedOwnerName !== undefined) return null;
  return pages(
    'route53resolver',
    ListFirewallDomainsCommand,
    { FirewallDomainListId },
    (page) => page.Domains,
  );
}
