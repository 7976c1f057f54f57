/** Entries of what the firewall lets through. */
import { fails, unknown, type DeployedEntry } from './entry';
import { CENTRAL } from './central-stack';
import { editAllowList, editDomains, editPolicy, setPolicy } from './firewall-calls';
import { addResource, dropProperty, editing, getAtt, setProperty, type TemplateEdit } from './template-edit';
import { change } from '../mutant';
import {
  AssociateFirewallPolicyCommand,
  CreateFirewallPolicyCommand,
  UpdateFirewallDeleteProtectionCommand,
  UpdateFirewallPolicyChangeProtectionCommand,
  UpdateSubnetChangeProtectionCommand,
} from '@aws-sdk/client-network-firewall';
import { made, type Deployed } from './deployed';

const UNLISTED = 'firewall/unlisted-is-dropped';
const STATELESS = 'firewall/stateless-inspects-everything';

/** The default that drops is gone, one that logs stays. */
const NO_DROP = { StatefulDefaultActions: ['aws:alert_established'] };

const LIST = 'DomainAllowStatefulRuleGroup';
const DENY = 'DenyStatefulRuleGroup';

/** These rule groups, in this order, are all that the policy has. */
export const ruleGroups = (...logicalIds: readonly string[]): TemplateEdit =>
  setProperty(
    'FirewallPolicy',
    'FirewallPolicy.StatefulRuleGroupReferences',
    logicalIds.map((id, index) => ({ ResourceArn: getAtt(id, 'RuleGroupArn'), Priority: index + 1 })),
  );

/** Neither the rules that deny nor a default that drops: what the list does not decide goes through. */
const onlyTheList = (at: Deployed): Promise<void> =>
  editPolicy(at, (policy) => ({
    ...policy,
    ...NO_DROP,
    StatefulRuleGroupReferences: (policy.StatefulRuleGroupReferences ?? []).filter(
      ({ Priority }) => Priority === 1,
    ),
  }));

/** A group of Suricata rules behind the allow list, before the rules that deny. */
export const suricataGroup = (logicalId: string, rules: readonly string[]): readonly TemplateEdit[] => [
  addResource(logicalId, {
    Type: 'AWS::NetworkFirewall::RuleGroup',
    Properties: {
      RuleGroupName: logicalId,
      Type: 'STATEFUL',
      Capacity: 100,
      RuleGroup: {
        StatefulRuleOptions: { RuleOrder: 'STRICT_ORDER' },
        RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.2.0.0/16'] } } },
        RulesSource: { RulesString: rules.join('\n') },
      },
    },
  }),
  ruleGroups(LIST, logicalId, DENY),
];

/** The same without the rules that deny. */
export const watchingGroup: readonly TemplateEdit[] = [
  ...suricataGroup('Watching', ['alert ip any any -> any any (msg:"seen"; sid:1;)']),
  ruleGroups(LIST, 'Watching'),
];

export function firewallEntries(): readonly DeployedEntry[] {
  return [...stateless(), ...defaults(), ...lists(), ...states()];
}

function stateless(): readonly DeployedEntry[] {
  return [
    {
      id: 'F01',
      what: 'Everything skips the stateful engine.',
      expect: fails(STATELESS),
      api: setPolicy({ StatelessDefaultActions: ['aws:pass'] }),
    },
    {
      id: 'F02',
      what: 'Fragments are passed.',
      expect: fails('firewall/fragments-are-inspected'),
      api: setPolicy({ StatelessFragmentDefaultActions: ['aws:pass'] }),
    },
  ];
}

function defaults(): readonly DeployedEntry[] {
  return [
    {
      id: 'F05',
      what: 'Action order, with one domain list: only what has a name is judged.',
      expect: fails(UNLISTED),
      template: editing(
        setProperty(LIST, 'RuleGroup.StatefulRuleOptions.RuleOrder', 'DEFAULT_ACTION_ORDER'),
        setProperty(
          'FirewallPolicy',
          'FirewallPolicy.StatefulEngineOptions.RuleOrder',
          'DEFAULT_ACTION_ORDER',
        ),
        dropProperty('FirewallPolicy', 'FirewallPolicy.StatefulDefaultActions'),
        setProperty('FirewallPolicy', 'FirewallPolicy.StatefulRuleGroupReferences', [
          { ResourceArn: getAtt(LIST, 'RuleGroupArn') },
        ]),
      ),
    },
    {
      id: 'F06',
      what: 'Strict order without a default that drops, and without rules that do.',
      expect: fails(UNLISTED),
      api: onlyTheList,
    },
    {
      id: 'F12',
      what: 'What is not listed is logged and not dropped.',
      expect: fails(UNLISTED),
      template: editing(
        ...watchingGroup,
        setProperty('FirewallPolicy', 'FirewallPolicy.StatefulDefaultActions', ['aws:alert_established']),
      ),
    },
    {
      id: 'F14',
      what: 'The policy names no rule group, and nothing is dropped by default.',
      expect: fails(UNLISTED),
      api: setPolicy({ ...NO_DROP, StatefulRuleGroupReferences: [] }),
    },
  ];
}

function lists(): readonly DeployedEntry[] {
  return [
    {
      id: 'F07',
      what: 'The list denies instead of allowing, and nothing is dropped by default.',
      expect: fails(UNLISTED),
      api: async (at) => {
        await onlyTheList(at);
        await editDomains(at, (list) => ({ ...list, GeneratedRulesType: 'DENYLIST' }));
      },
    },
    {
      id: 'F09',
      what: 'The list has names below which anyone can have one.',
      expect: fails('firewall/allow-list-is-narrow'),
      api: (at) =>
        editDomains(at, (list) => ({ ...list, Targets: [...made(list.Targets), '.amazonaws.com', '.com'] })),
    },
    {
      id: 'F11',
      what: "HOME_NET is not said, so it is the inspection VPC's prefix, which Studio is outside of.",
      start: CENTRAL,
      expect: fails('firewall/home-net-covers-studio'),
      api: async (at) => {
        await editAllowList(at, ({ RuleVariables: _dropped, ...group }) => group);
        await editPolicy(at, ({ PolicyVariables: _dropped, ...policy }) => policy);
      },
    },
  ];
}

/** Another policy takes the place of the deployed one: forwards to an engine without rules or defaults. */
async function swapPolicy({ firewall, id }: Deployed): Promise<void> {
  const FirewallArn = id('NetworkFirewall');
  const { FirewallPolicyResponse } = await firewall.send(
    new CreateFirewallPolicyCommand({
      FirewallPolicyName: 'other',
      FirewallPolicy: {
        StatelessDefaultActions: ['aws:forward_to_sfe'],
        StatelessFragmentDefaultActions: ['aws:drop'],
        StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER', StreamExceptionPolicy: 'DROP' },
      },
    }),
  );
  await firewall.send(
    new UpdateFirewallPolicyChangeProtectionCommand({ FirewallArn, FirewallPolicyChangeProtection: false }),
  );
  const FirewallPolicyArn = made(FirewallPolicyResponse?.FirewallPolicyArn);
  await firewall.send(new AssociateFirewallPolicyCommand({ FirewallArn, FirewallPolicyArn }));
}

function states(): readonly DeployedEntry[] {
  return [
    {
      id: 'F16',
      what: 'Connections without a beginning go on.',
      expect: fails('firewall/midstream-is-dropped'),
      api: setPolicy({
        StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER', StreamExceptionPolicy: 'CONTINUE' },
      }),
    },
    {
      id: 'F17',
      what: 'Another policy is in force than was deployed.',
      expect: fails(UNLISTED),
      api: swapPolicy,
    },
    {
      id: 'F18',
      what: 'The firewall is still being provisioned.',
      expect: unknown('firewall/is-ready'),
      snapshot: (s) =>
        change(s, 'firewalls', (list) =>
          list.map((one) => ({
            ...one,
            FirewallStatus: { ...made(one.FirewallStatus), Status: 'PROVISIONING' as const },
          })),
        ),
    },
    {
      id: 'F19',
      what: 'Nothing of the firewall is protected.',
      expect: fails('firewall/is-protected'),
      api: async ({ firewall, id }) => {
        const FirewallArn = id('NetworkFirewall');
        await firewall.send(
          new UpdateFirewallDeleteProtectionCommand({ FirewallArn, DeleteProtection: false }),
        );
        await firewall.send(
          new UpdateSubnetChangeProtectionCommand({ FirewallArn, SubnetChangeProtection: false }),
        );
        await firewall.send(
          new UpdateFirewallPolicyChangeProtectionCommand({
            FirewallArn,
            FirewallPolicyChangeProtection: false,
          }),
        );
      },
    },
    {
      id: 'F20',
      what: 'The firewall is encrypted with a key of AWS.',
      expect: {
        notJudged:
          'no check of the catalogue asks for it, and the recommended stack has it: CloudFormation cannot set another',
      },
    },
  ];
}
