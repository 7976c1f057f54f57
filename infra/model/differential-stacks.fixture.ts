/** The policies of our own stacks, deployed into the lab's account, for the differential test. */
import type { RuleGroup } from '@aws-sdk/client-network-firewall';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createStack, openLabAccount } from '../lab/cloudformation/lab-account.fixture';
import type { LabState } from '../lab/state';
import type { TriedPolicy } from './differential-policy.fixture';

/** The policy of the one firewall that a stack of ours makes. Rejects when the stack does not deploy. */
export async function policyOfStack(file: string): Promise<TriedPolicy> {
  const account = await openLabAccount();
  try {
    const template = readFileSync(path.join(__dirname, '..', 'stack', file), 'utf8');
    const { StackStatus: status, StackStatusReason: reason } = await createStack(account, 'tried', {
      template,
    });
    if (status !== 'CREATE_COMPLETE') throw new Error(`${file} is ${status}: ${reason}`);
    return policyOf(account.state);
  } finally {
    await account.close();
  }
}

interface Reference {
  readonly ResourceArn: string | undefined;
  readonly Priority?: number | undefined;
  readonly Override?: object | undefined;
}

function policyOf(state: LabState): TriedPolicy {
  const [stored, ...others] = state.firewallPolicies.values();
  if (stored === undefined || others.length > 0) throw new Error('a stack of ours has one firewall policy');
  const {
    StatefulRuleGroupReferences: stateful = [],
    StatelessRuleGroupReferences: stateless = [],
    ...policy
  } = stored.FirewallPolicy;
  const groups = (references: readonly Reference[]): readonly RuleGroup[] =>
    [...references]
      .sort((one, other) => (one.Priority ?? 0) - (other.Priority ?? 0))
      .map(({ ResourceArn: arn, Override: override }) => {
        const group = state.ruleGroups.get(arn ?? '')?.RuleGroup;
        if (group === undefined || override !== undefined)
          throw new Error(`${arn} is overridden or not of the account`);
        return group;
      });
  return { policy, stateful: groups(stateful), stateless: groups(stateless) };
}
