/** The reference network's firewall: strict order, a domain allow list, a logged default drop; its logs; the DNS firewall. */
import type { SectionValues } from '../snapshot/snapshot';

const ACCOUNT = '111122223333';
const ARN = `arn:aws:network-firewall:us-east-1:${ACCOUNT}`;

export const FIREWALL_ARN = `${ARN}:firewall/studio`;
export const POLICY_ARN = `${ARN}:firewall-policy/studio`;
export const ALLOW_LIST_ARN = `${ARN}:stateful-rulegroup/allowed-domains`;

type FirewallSections = Pick<
  SectionValues,
  | 'firewalls'
  | 'firewallPolicies'
  | 'ruleGroups'
  | 'loggingConfigurations'
  | 'vpcEndpointAssociations'
  | 'logGroups'
  | 'logBuckets'
  | 'resolverFirewall'
>;

/** The sections that Network Firewall, CloudWatch Logs and Route 53 Resolver answer. */
export function referenceFirewall(): FirewallSections {
  return {
    firewalls: [firewall()],
    firewallPolicies: [firewallPolicy()],
    ruleGroups: [allowedDomains()],
    loggingConfigurations: [
      {
        FirewallArn: FIREWALL_ARN,
        LoggingConfiguration: {
          LogDestinationConfigs: [
            {
              LogType: 'ALERT',
              LogDestinationType: 'CloudWatchLogs',
              LogDestination: { logGroup: '/studio/firewall-alert' },
            },
            {
              LogType: 'FLOW',
              LogDestinationType: 'CloudWatchLogs',
              LogDestination: { logGroup: '/studio/firewall-flow' },
            },
          ],
        },
      },
    ],
    vpcEndpointAssociations: [],
    logGroups: ['/studio/firewall-alert', '/studio/firewall-flow', '/studio/vpc-flow'].map(logGroup),
    logBuckets: [],
    resolverFirewall: resolverFirewall(),
  };
}

function firewall(): SectionValues['firewalls'][number] {
  return {
    UpdateToken: 'token-firewall',
    Firewall: {
      FirewallName: 'studio',
      FirewallArn: FIREWALL_ARN,
      FirewallId: 'firewall-id',
      FirewallPolicyArn: POLICY_ARN,
      VpcId: 'vpc-studio',
      SubnetMappings: [{ SubnetId: 'subnet-firewall', IPAddressType: 'IPV4' }],
      DeleteProtection: true,
      SubnetChangeProtection: true,
      FirewallPolicyChangeProtection: true,
      NumberOfAssociations: 0,
    },
    FirewallStatus: {
      Status: 'READY',
      ConfigurationSyncStateSummary: 'IN_SYNC',
      SyncStates: {
        'us-east-1a': {
          Attachment: { SubnetId: 'subnet-firewall', EndpointId: 'vpce-firewall', Status: 'READY' },
          Config: {
            [POLICY_ARN]: { SyncStatus: 'IN_SYNC', UpdateToken: 'token-policy' },
            [ALLOW_LIST_ARN]: { SyncStatus: 'IN_SYNC', UpdateToken: 'token-allow-list' },
          },
        },
      },
    },
  };
}

function firewallPolicy(): SectionValues['firewallPolicies'][number] {
  return {
    UpdateToken: 'token-policy',
    FirewallPolicyResponse: {
      FirewallPolicyName: 'studio',
      FirewallPolicyArn: POLICY_ARN,
      FirewallPolicyId: 'policy-id',
      FirewallPolicyStatus: 'ACTIVE',
    },
    FirewallPolicy: {
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:drop'],
      StatelessRuleGroupReferences: [],
      StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER', StreamExceptionPolicy: 'DROP' },
      StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
      StatefulRuleGroupReferences: [{ ResourceArn: ALLOW_LIST_ARN, Priority: 1 }],
      PolicyVariables: { RuleVariables: { HOME_NET: { Definition: ['10.2.0.0/16'] } } },
    },
  };
}

function allowedDomains(): SectionValues['ruleGroups'][number] {
  return {
    UpdateToken: 'token-allow-list',
    RuleGroupResponse: {
      RuleGroupArn: ALLOW_LIST_ARN,
      RuleGroupName: 'allowed-domains',
      RuleGroupId: 'group-id',
      Type: 'STATEFUL',
      RuleGroupStatus: 'ACTIVE',
      Capacity: 100,
    },
    RuleGroup: {
      RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.2.0.0/16'] } } },
      RulesSource: {
        RulesSourceList: {
          Targets: ['.kaggle.com'],
          TargetTypes: ['TLS_SNI', 'HTTP_HOST'],
          GeneratedRulesType: 'ALLOWLIST',
        },
      },
      StatefulRuleOptions: { RuleOrder: 'STRICT_ORDER' },
    },
  };
}

function logGroup(logGroupName: string): SectionValues['logGroups'][number] {
  const arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`;
  return {
    logGroupName,
    arn: `${arn}:*`,
    logGroupArn: arn,
    retentionInDays: 365,
    kmsKeyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/logs`,
    logGroupClass: 'STANDARD',
  };
}

function resolverFirewall(): SectionValues['resolverFirewall'] {
  return {
    associations: [
      {
        Id: 'rslvr-frgassoc-a',
        FirewallRuleGroupId: 'rslvr-frg-a',
        VpcId: 'vpc-studio',
        Name: 'studio',
        Priority: 101,
        MutationProtection: 'DISABLED',
        Status: 'COMPLETE',
      },
    ],
    config: { Id: 'rslvr-fc-a', ResourceId: 'vpc-studio', OwnerId: ACCOUNT, FirewallFailOpen: 'DISABLED' },
    ruleGroups: [
      {
        FirewallRuleGroupId: 'rslvr-frg-a',
        rules: [
          {
            FirewallRuleGroupId: 'rslvr-frg-a',
            FirewallDomainListId: 'rslvr-fdl-allowed',
            Name: 'allowed',
            Priority: 1,
            Action: 'ALLOW',
          },
          {
            FirewallRuleGroupId: 'rslvr-frg-a',
            FirewallDomainListId: 'rslvr-fdl-all',
            Name: 'rest',
            Priority: 2,
            Action: 'BLOCK',
            BlockResponse: 'NXDOMAIN',
          },
        ],
        domains: {
          'rslvr-fdl-allowed': ['*.kaggle.com.', 'kaggle.com.', '*.amazonaws.com.'],
          'rslvr-fdl-all': ['*.'],
        },
      },
    ],
  };
}
