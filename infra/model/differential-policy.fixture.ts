/**
 * One firewall policy of the differential test, in the API's own shapes, as both sides read it: the lab as its account,
 * the model as a snapshot. Nothing is worked out in between, so that a wrong reading on either side shows.
 */
import type { FirewallPolicy, RuleGroup } from '@aws-sdk/client-network-firewall';
import { validateFirewallPolicy } from '../lab/aws-api/network-firewall/firewall-policy-validation';
import { validateRuleGroup } from '../lab/aws-api/network-firewall/rule-group-validation';
import { newLabState, type LabState } from '../lab/state';
import { change } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Firewall, Snapshot } from '../snapshot/snapshot';
import type { EnforcedPolicy } from './firewall/firewall-policy';
import { enforcedPolicy } from './firewall/firewall-policy';

export interface TriedPolicy {
  /** Everything but the references, which follow from the groups. */
  readonly policy: FirewallPolicy;
  /** In the order of evaluation. */
  readonly stateful: readonly RuleGroup[];
  readonly stateless: readonly RuleGroup[];
}

const VPC_ID = 'vpc-studio';
const VPC_CIDR = '10.2.0.0/16';
const ARN = 'arn:aws:network-firewall:us-east-1:111122223333:';
const POLICY_ARN = `${ARN}firewall-policy/tried`;
export const FIREWALL_ARN = `${ARN}firewall/tried`;
const CAPACITY = 10_000;

type GroupType = 'STATEFUL' | 'STATELESS';

interface NamedGroup {
  readonly arn: string;
  readonly type: GroupType;
  readonly group: RuleGroup;
}

function namedGroups(tried: TriedPolicy): readonly NamedGroup[] {
  const name = (type: GroupType) => (group: RuleGroup, index: number) => ({
    arn: `${ARN}${type.toLowerCase()}-rulegroup/${type === 'STATEFUL' ? 'g' : 'l'}${index + 1}`,
    type,
    group,
  });
  return [...tried.stateless.map(name('STATELESS')), ...tried.stateful.map(name('STATEFUL'))];
}

/** The policy with its references: in strict order by priorities that count down the list. */
function wholePolicy(tried: TriedPolicy): FirewallPolicy {
  const strict = tried.policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER';
  const of = (wanted: GroupType) => namedGroups(tried).filter(({ type }) => type === wanted);
  return {
    ...tried.policy,
    StatelessRuleGroupReferences: of('STATELESS')
      .map(({ arn }, index) => ({ ResourceArn: arn, Priority: (index + 1) * 10 }))
      // Priorities decide, not the place in the list.
      .reverse(),
    StatefulRuleGroupReferences: of('STATEFUL').map(({ arn }, index) => ({
      ResourceArn: arn,
      ...(strict ? { Priority: (index + 1) * 10 } : {}),
    })),
  };
}

const responseOf = ({ arn, type }: NamedGroup) => ({
  RuleGroupArn: arn,
  RuleGroupName: arn.replace(/^.*\//, ''),
  RuleGroupId: arn,
  Type: type,
  RuleGroupStatus: 'ACTIVE' as const,
});
const FIREWALL = {
  FirewallArn: FIREWALL_ARN,
  FirewallId: 'tried',
  FirewallName: 'tried',
  FirewallPolicyArn: POLICY_ARN,
  VpcId: VPC_ID,
  SubnetMappings: [],
};
const RESPONSE = {
  FirewallPolicyName: 'tried',
  FirewallPolicyArn: POLICY_ARN,
  FirewallPolicyId: 'tried',
};

/** The lab's account with this policy. Throws where AWS's API would refuse it: a generator's mistake. */
export function accountOf(tried: TriedPolicy): LabState {
  const state = newLabState();
  state.vpcs.set(VPC_ID, { VpcId: VPC_ID, CidrBlock: VPC_CIDR });
  for (const named of namedGroups(tried)) {
    validateRuleGroup(named.group, { type: named.type, capacity: CAPACITY });
    state.ruleGroups.set(named.arn, {
      RuleGroupResponse: responseOf(named),
      RuleGroup: named.group,
      UpdateToken: 't',
    });
  }
  const policy = wholePolicy(tried);
  validateFirewallPolicy(state, policy);
  state.firewallPolicies.set(POLICY_ARN, {
    FirewallPolicyResponse: RESPONSE,
    FirewallPolicy: policy,
    UpdateToken: 't',
  });
  state.firewalls.set(FIREWALL_ARN, {
    Firewall: FIREWALL,
    FirewallStatus: { Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC' },
    UpdateToken: 't',
  });
  return state;
}

/** What the model makes of the same policy, read from a snapshot. Throws NotKnown as the model does. */
export function enforcedOf(tried: TriedPolicy): EnforcedPolicy {
  const firewall: Firewall = {
    Firewall: FIREWALL,
    FirewallStatus: { Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC', SyncStates: {} },
    UpdateToken: 't',
  };
  return enforcedPolicy(snapshotOf(tried), firewall);
}

function snapshotOf(tried: TriedPolicy): Snapshot {
  const vpc = change(referenceSnapshot(), 'vpc', () => ({
    VpcId: VPC_ID,
    CidrBlock: VPC_CIDR,
    CidrBlockAssociationSet: [{ CidrBlock: VPC_CIDR, CidrBlockState: { State: 'associated' } }],
  }));
  const policies = change(vpc, 'firewallPolicies', () => [
    { FirewallPolicyResponse: RESPONSE, FirewallPolicy: wholePolicy(tried), UpdateToken: 't' },
  ]);
  return change(policies, 'ruleGroups', () =>
    namedGroups(tried).map((named) => ({
      RuleGroupResponse: responseOf(named),
      RuleGroup: named.group,
      UpdateToken: 't',
    })),
  );
}
