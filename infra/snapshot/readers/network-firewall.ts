/** The firewalls of the VPC, with their policies, rule groups, logging and further endpoints. */
import {
  DescribeFirewallCommand,
  DescribeFirewallPolicyCommand,
  DescribeLoggingConfigurationCommand,
  DescribeRuleGroupCommand,
  DescribeVpcEndpointAssociationCommand,
  ListFirewallsCommand,
  ListVpcEndpointAssociationsCommand,
} from '@aws-sdk/client-network-firewall';
import { CallFailed, NotReturned } from '../call-failed';
import type { Firewall, RuleGroup } from '../snapshot';
import { describedOf, type Reading, type SectionReaders } from './reading';

export const networkFirewallReaders = {
  firewalls: async (reading) => {
    const describe = (FirewallArn: string) =>
      reading.ask('network-firewall', DescribeFirewallCommand, { FirewallArn });
    const vpcIds = await vpcsOf(reading);
    const list = async () => {
      const listed = await reading.pages(
        'network-firewall',
        ListFirewallsCommand,
        { VpcIds: vpcIds },
        (page) => page.Firewalls,
      );
      return distinct(listed.map(({ FirewallArn }) => named(FirewallArn, 'ListFirewalls', 'FirewallArn')));
    };
    const [ofVpc, associations] = await Promise.all([
      describedOf({ list, describe, key: (arn) => arn, isGone }),
      reading.sectionIfRead('vpcEndpointAssociations'),
    ]);
    const own = distinct(ofVpc.map(({ Firewall }) => Firewall?.FirewallArn));
    // An endpoint in one of these VPCs can belong to a firewall of another VPC (VpcEndpointAssociation; aws.md 1.31).
    const ofEndpoints = distinct(
      (associations ?? []).map(({ VpcEndpointAssociation }) => VpcEndpointAssociation?.FirewallArn),
    );
    const ofOthers = await Promise.all(ofEndpoints.filter((arn) => !own.includes(arn)).map(describe));
    return [...ofVpc, ...ofOthers];
  },
  firewallPolicies: async (reading) => {
    const firewalls = await reading.section('firewalls');
    const arns = distinct(
      firewalls.map(({ Firewall }) =>
        named(Firewall?.FirewallPolicyArn, 'DescribeFirewall', 'FirewallPolicyArn'),
      ),
    );
    return Promise.all(
      arns.map((FirewallPolicyArn) =>
        reading.ask('network-firewall', DescribeFirewallPolicyCommand, { FirewallPolicyArn }),
      ),
    );
  },
  ruleGroups: async (reading) => {
    const policies = await reading.section('firewallPolicies');
    const references = policies.flatMap(({ FirewallPolicy }) => [
      ...(FirewallPolicy?.StatelessRuleGroupReferences ?? []),
      ...(FirewallPolicy?.StatefulRuleGroupReferences ?? []),
    ]);
    const groups = await Promise.all(
      distinct(
        references.map(({ ResourceArn }) => named(ResourceArn, 'DescribeFirewallPolicy', 'ResourceArn')),
      ).map((arn) => readRuleGroup(reading, arn)),
    );
    return groups.flatMap((group) => group ?? []);
  },
  loggingConfigurations: async (reading) => {
    const firewalls = await reading.section('firewalls');
    return Promise.all(
      firewallArns(firewalls).map((FirewallArn) =>
        reading.ask('network-firewall', DescribeLoggingConfigurationCommand, { FirewallArn }),
      ),
    );
  },
  vpcEndpointAssociations: async (reading) => {
    const list = async () => {
      const listed = await reading.pages(
        'network-firewall',
        ListVpcEndpointAssociationsCommand,
        {},
        (page) => page.VpcEndpointAssociations,
      );
      return distinct(
        listed.map(({ VpcEndpointAssociationArn: arn }) =>
          named(arn, 'ListVpcEndpointAssociations', 'VpcEndpointAssociationArn'),
        ),
      );
    };
    const described = await describedOf({
      list,
      describe: (VpcEndpointAssociationArn) =>
        reading.ask('network-firewall', DescribeVpcEndpointAssociationCommand, { VpcEndpointAssociationArn }),
      key: (arn) => arn,
      isGone,
    });
    const vpcs = await vpcsOf(reading);
    return described.filter(({ VpcEndpointAssociation: association }) =>
      vpcs.includes(named(association?.VpcId, 'DescribeVpcEndpointAssociation', 'VpcId')),
    );
  },
} satisfies Partial<SectionReaders>;

/** Network Firewall API reference, DescribeFirewall and DescribeVpcEndpointAssociation: ResourceNotFoundException. */
function isGone({ code }: CallFailed): boolean {
  return code === 'ResourceNotFoundException';
}

/** The VPC, and those behind its transit gateways that could be read: traffic may be inspected there. */
async function vpcsOf({ target, sectionIfRead }: Reading): Promise<string[]> {
  const attached = await sectionIfRead('attachedVpcs');
  return [target.vpcId, ...(attached ?? []).map(({ VpcId }) => VpcId)];
}

function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.flatMap((name) => name ?? []))];
}

function firewallArns(firewalls: readonly Firewall[]): string[] {
  return distinct(
    firewalls.map(({ Firewall }) => named(Firewall?.FirewallArn, 'DescribeFirewall', 'FirewallArn')),
  );
}

/** What something is looked up by. Without it there is something, and nobody can say what: that is not nothing. */
function named(value: string | undefined, operation: string, member: string): string {
  if (value !== undefined) return value;
  throw new CallFailed(`network-firewall:${operation}`, new NotReturned(`AWS did not return ${member}`));
}

/** By which of these AWS refuses to show a group of its own is not documented. */
const NOT_SHOWN = [
  'ResourceNotFoundException',
  'InvalidRequestException',
  'InvalidOperationException',
  'AccessDeniedException',
];

/**
 * Rules of some groups that AWS manages cannot be read; such a group is left out, so that whoever looks up the
 * policy's reference finds nothing and answers unknown. A group of an account's own that fails is a failure.
 */
async function readRuleGroup({ ask }: Reading, RuleGroupArn: string): Promise<RuleGroup | null> {
  try {
    return await ask('network-firewall', DescribeRuleGroupCommand, { RuleGroupArn });
  } catch (error) {
    const isManaged = /^arn:[a-z-]+:network-firewall:[a-z0-9-]+:aws-managed:/.test(RuleGroupArn);
    const isNotShown = error instanceof CallFailed && NOT_SHOWN.includes(error.code);
    if (isManaged && isNotShown) return null;
    throw error;
  }
}
