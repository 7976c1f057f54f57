/** Changes of the reference network's firewall, from which its mutants are made. */
import type { Firewall, FirewallPolicy, RuleGroup, SectionName, Snapshot } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change } from './mutant';
import { route } from './reference-network';
import { addRoutes } from './route-changes';

type Policy = NonNullable<FirewallPolicy['FirewallPolicy']>;
type Rules = NonNullable<RuleGroup['RuleGroup']>;

/** A change of the firewall policy. */
export const editPolicy =
  (edit: (policy: Policy) => Policy): Mutant['mutate'] =>
  (s) =>
    change(s, 'firewallPolicies', (list) =>
      list.map((one) => ({
        ...one,
        ...(one.FirewallPolicy === undefined ? {} : { FirewallPolicy: edit(one.FirewallPolicy) }),
      })),
    );

/** The firewall policy with some members set. */
export const setPolicy = (part: Partial<Policy>): Mutant['mutate'] =>
  editPolicy((policy) => ({ ...policy, ...part }));

/** A change of the allow list's rule group. */
export const editRules =
  (edit: (group: Rules) => Rules): Mutant['mutate'] =>
  (s) =>
    change(s, 'ruleGroups', (list) =>
      list.map((one) => ({
        ...one,
        ...(one.RuleGroup === undefined ? {} : { RuleGroup: edit(one.RuleGroup) }),
      })),
    );

/** The allow list replaced by Suricata text. */
export const suricata = (...lines: readonly string[]): Mutant['mutate'] =>
  editRules((group) => ({ ...group, RulesSource: { RulesString: lines.join('\n') } }));

/** The domain list with some members set. */
export const editList = (
  part: Partial<NonNullable<NonNullable<Rules['RulesSource']>['RulesSourceList']>>,
): Mutant['mutate'] =>
  editRules((group) => {
    const list = group.RulesSource?.RulesSourceList;
    if (list === undefined) throw new Error('the reference group has no domain list to change');
    return { ...group, RulesSource: { RulesSourceList: { ...list, ...part } } };
  });

/** A change of the firewall as DescribeFirewall answers. */
export const editFirewall =
  (edit: (firewall: Firewall) => Firewall): Mutant['mutate'] =>
  (s) =>
    change(s, 'firewalls', (list) => list.map(edit));

/** A change of the firewall's status. */
export const editStatus = (
  edit: (status: NonNullable<Firewall['FirewallStatus']>) => NonNullable<Firewall['FirewallStatus']>,
): Mutant['mutate'] =>
  editFirewall((one) => ({
    ...one,
    ...(one.FirewallStatus === undefined ? {} : { FirewallStatus: edit(one.FirewallStatus) }),
  }));

/** Several changes, one after the other. */
export const inTurn =
  (...mutations: readonly Mutant['mutate'][]): Mutant['mutate'] =>
  (s) =>
    mutations.reduce<Snapshot>((snapshot, mutate) => mutate(snapshot), s);

/** Action order, as in the published stack: nothing stands behind the rules. */
export const actionOrder = editPolicy((policy) => ({
  ...policy,
  StatefulDefaultActions: undefined,
  StatefulEngineOptions: { RuleOrder: 'DEFAULT_ACTION_ORDER' },
}));
/** Strict order with nothing behind the rules. */
export const noDropDefault = setPolicy({ StatefulDefaultActions: undefined });

type StatelessRuleDefinition = NonNullable<
  NonNullable<
    NonNullable<NonNullable<Rules['RulesSource']>['StatelessRulesAndCustomActions']>['StatelessRules']
  >[number]['RuleDefinition']
>;

/** The reference with a stateless group of these rules in front, by priority. */
export function statelessGroup(...rules: readonly StatelessRuleDefinition[]): Mutant['mutate'] {
  const ResourceArn = 'arn:aws:network-firewall:us-east-1:111122223333:stateless-rulegroup/first';
  return inTurn(
    setPolicy({ StatelessRuleGroupReferences: [{ ResourceArn, Priority: 1 }] }),
    (s) =>
      change(s, 'ruleGroups', (list) => [
        ...list,
        {
          UpdateToken: 'token-stateless',
          RuleGroupResponse: {
            RuleGroupArn: ResourceArn,
            RuleGroupName: 'first',
            RuleGroupId: 'stateless-id',
            Type: 'STATELESS',
          },
          RuleGroup: {
            RulesSource: {
              StatelessRulesAndCustomActions: {
                StatelessRules: rules.map((RuleDefinition, index) => ({
                  RuleDefinition,
                  Priority: index + 1,
                })),
              },
            },
          },
        },
      ]),
    (s) => change(s, 'firewalls', (list) => list.map((one) => withConfig(one, ResourceArn))),
  );
}

function withConfig(one: Firewall, arn: string): Firewall {
  const status = one.FirewallStatus;
  if (status === undefined) return one;
  const zones = Object.entries(status.SyncStates ?? {}).map(([name, state]) => [
    name,
    {
      ...state,
      Config: { ...state.Config, [arn]: { SyncStatus: 'IN_SYNC', UpdateToken: 'token-stateless' } },
    },
  ]);
  return { ...one, FirewallStatus: { ...status, SyncStates: Object.fromEntries(zones) } };
}

/** What routing rests on, by which the addresses are found that the firewall sees. */
export const ROUTING: readonly SectionName[] = ['vpc', 'domains', 'subnets', 'routeTables', 'natGateways'];

/** A VPC without firewall whose traffic leaves uninspected. */
export function noFirewall(): readonly Sketch[] {
  return [
    [
      'F00',
      'There is no firewall, and Studio reaches the internet.',
      'fail',
      'has no Network Firewall',
      (s) =>
        addRoutes(
          change(s, 'firewalls', () => []),
          'rtb-nat',
          route('0.0.0.0/1', { GatewayId: 'igw-a' }),
        ),
    ],
  ];
}
