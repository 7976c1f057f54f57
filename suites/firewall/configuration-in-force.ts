/** Whether the policy and the rule groups that a zone of the firewall enforces are those that the API describes. */
import type { Firewall, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Judgement } from '../evidence';

type Zone = NonNullable<NonNullable<Firewall['FirewallStatus']>['SyncStates']>[string];

/** What of the configuration in force in one zone is not as described: drift is a fail, what is not known is unknown. */
export function configurationDefects(
  arn: string,
  zone: string,
  state: Pick<Zone, 'Config'>,
  described: Described,
): readonly Judgement[] {
  const config = returned(state.Config, `the Config of ${arn} in ${zone}`);
  const { versions, alsoNamed } = described;
  const missing = [...versions.keys()].filter((object) => config[object] === undefined);
  const absent = missing.map((object) =>
    open(arn, `AWS did not return whether ${object} is in force in ${zone}`),
  );
  const present = Object.entries(config).flatMap(([object, { SyncStatus, UpdateToken }]) => {
    const status = returned(SyncStatus, `the SyncStatus of ${object} in ${zone}`);
    if (status === 'CAPACITY_CONSTRAINED' || status === 'NOT_SUBSCRIBED' || status === 'DEPRECATED') {
      return [
        broken(
          arn,
          `${object} is ${status} in ${zone}`,
          'replace the rule group, subscribe to it, or raise the capacity',
        ),
      ];
    }
    if (status !== 'IN_SYNC') return [open(arn, `${object} is ${status} in ${zone}`)];
    if (!versions.has(object) && object !== alsoNamed)
      return [foreign({ arn, zone, object, policyArn: described.policyArn })];
    const version = versions.get(object) ?? null;
    if (version === null) return [];
    const inForce = returned(UpdateToken, `the UpdateToken of ${object} in ${zone}`);
    return inForce !== version
      ? [open(arn, `the version of ${object} in force in ${zone} is not the described one`)]
      : [];
  });
  return [...absent, ...present];
}

/** An object in force in a zone that the firewall's policy knows nothing of. */
function foreign({
  arn,
  zone,
  object,
  policyArn,
}: {
  readonly arn: string;
  readonly zone: string;
  readonly object: string;
  readonly policyArn: string;
}): Judgement {
  if (!object.includes(':firewall-policy/'))
    return open(arn, `${object} is in force in ${zone}, and ${policyArn} does not name it`);
  return broken(
    arn,
    `Drift: ${object} is in force in ${zone}, and the policy of ${arn} is ${policyArn}`,
    `AWS::NetworkFirewall::Firewall FirewallPolicyArn: ${policyArn} (aws network-firewall associate-firewall-policy --firewall-arn ${arn} --firewall-policy-arn ${policyArn})`,
  );
}

/** What DescribeFirewallPolicy and DescribeRuleGroup answered: each object that belongs in force, and its version. */
interface Described {
  readonly policyArn: string;
  readonly versions: ReadonlyMap<string, string | null>;
  /** The TLS inspection configuration, which may be listed; whether AWS does list it is not documented. */
  readonly alsoNamed: string | null;
}

/**
 * The update tokens of the policy and its groups as described. aws.md 2.31 (API reference, `PerObjectStatus`: in sync
 * with the version that the token indicates; that equal tokens mean the described version is DERIVED). Null for a group
 * that AWS does not show, as some of its own: it must be in sync all the same.
 */
export function describedObjects(snapshot: Snapshot, firewall: Firewall): Described {
  const policy = returned(
    sectionValue(snapshot, 'firewallPolicies').find(
      (one) => one.FirewallPolicyResponse?.FirewallPolicyArn === firewall.Firewall?.FirewallPolicyArn,
    ),
    `the firewall policy ${firewall.Firewall?.FirewallPolicyArn}`,
  );
  const body = returned(policy.FirewallPolicy, 'the firewall policy itself');
  const groups = sectionValue(snapshot, 'ruleGroups');
  const used = [...(body.StatelessRuleGroupReferences ?? []), ...(body.StatefulRuleGroupReferences ?? [])];
  const policyArn = returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn');
  const versions = new Map<string, string | null>([
    [policyArn, returned(policy.UpdateToken, 'UpdateToken of the policy')],
    ...used.map(({ ResourceArn }): [string, string | null] => {
      const arn = returned(ResourceArn, 'ResourceArn of a rule group reference');
      const group = groups.find((one) => one.RuleGroupResponse?.RuleGroupArn === arn);
      return [arn, group === undefined ? null : returned(group.UpdateToken, `UpdateToken of ${arn}`)];
    }),
  ]);
  return { policyArn, versions, alsoNamed: body.TLSInspectionConfigurationArn ?? null };
}

/** A judgement that leaves the question open. */
export const open = (subject: string, what: string): Judgement => ({
  outcome: 'unknown',
  subject,
  because: `${what}.`,
});

/** A fail with its fix. */
export const broken = (subject: string, what: string, fix: string): Judgement => ({
  outcome: 'fail',
  subject,
  because: `${what}. Fix: ${fix}.`,
});
