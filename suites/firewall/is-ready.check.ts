/**
 * The firewall is ready, and every endpoint of it enforces the described configuration.
 *
 * What
 *   `Status` is READY, `ConfigurationSyncStateSummary` is IN_SYNC, each zone's attachment is READY, and the
 *   configuration of each zone (policy and rule groups) is IN_SYNC, of the version that the API describes. A firewall
 *   that is still being changed is unknown: what it does now is not what its configuration says.
 *
 * Why
 *   Rules that are not in sync are not enforced. A failed endpoint drops everything, or routes to it lead nowhere.
 *
 * Fix
 *   Wait for a change to finish; for a failed attachment read its status message (subnet, KMS key, quota), then
 *   aws network-firewall describe-firewall --firewall-arn …
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_FirewallStatus.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_PerObjectStatus.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/troubleshooting-general-issues.html
 */
import type { Firewall, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { eachFirewall } from './each-firewall';

export default {
  id: 'firewall/is-ready',
  statement: 'The firewall is ready, and every endpoint of it enforces the described configuration.',
  severity: 'high',
  controls: ['NIST-800-53r5:SC-7', 'NIST-800-53r5:CM-2'],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall, arn) => {
      const found = defectsOf(snapshot, firewall, arn);
      const because = `${arn} is READY and IN_SYNC in ${zonesOf(firewall)
        .map(([zone]) => zone)
        .join(', ')}.`;
      return found.length > 0 ? found : [{ outcome: 'pass', subject: arn, because }];
    });
  },
} satisfies Check;

type Zone = NonNullable<NonNullable<Firewall['FirewallStatus']>['SyncStates']>[string];

function zonesOf(firewall: Firewall): readonly (readonly [string, Zone])[] {
  return Object.entries(returned(firewall.FirewallStatus?.SyncStates, 'FirewallStatus.SyncStates'));
}

/** Everything that is not as it should be, failures first. */
function defectsOf(snapshot: Snapshot, firewall: Firewall, arn: string): readonly Judgement[] {
  const status = returned(firewall.FirewallStatus, `FirewallStatus of ${arn}`);
  const zones = zonesOf(firewall);
  if (zones.length === 0)
    return [open(arn, `AWS returned no endpoint of ${arn} in FirewallStatus.SyncStates`)];
  const versions = describedVersions(snapshot, firewall);
  const found = [
    ...zones.flatMap(([zone, state]) => attachmentDefects(arn, zone, state)),
    ...subnetsWithoutState(firewall, zones).map((id) =>
      open(arn, `AWS did not return the endpoint of ${arn} in ${id}`),
    ),
    ...associationDefects(snapshot, arn),
    ...zones.flatMap(([zone, state]) => configurationDefects(arn, zone, state, versions)),
  ];
  const summary = returned(status.ConfigurationSyncStateSummary, `ConfigurationSyncStateSummary of ${arn}`);
  const overall = returned(status.Status, `Status of ${arn}`);
  if (summary === 'CAPACITY_CONSTRAINED')
    found.push(broken(arn, `ConfigurationSyncStateSummary of ${arn} is ${summary}`, 'raise the capacity'));
  else if (summary !== 'IN_SYNC')
    found.push(open(arn, `ConfigurationSyncStateSummary of ${arn} is ${summary}`));
  if (overall === 'DELETING')
    found.push(broken(arn, `${arn} is being deleted`, 'deploy a firewall that stays'));
  else if (overall !== 'READY') found.push(open(arn, `Status of ${arn} is ${overall}`));
  return [
    ...found.filter(({ outcome }) => outcome === 'fail'),
    ...found.filter(({ outcome }) => outcome !== 'fail'),
  ];
}

function subnetsWithoutState(
  firewall: Firewall,
  zones: readonly (readonly [string, Zone])[],
): readonly string[] {
  const attached = zones.map(([, { Attachment }]) => Attachment?.SubnetId);
  const mapped = returned(firewall.Firewall?.SubnetMappings, 'SubnetMappings');
  return mapped
    .map(({ SubnetId }) => returned(SubnetId, 'SubnetId of a SubnetMapping'))
    .filter((id) => !attached.includes(id));
}

/** Further endpoints of the firewall (API reference, `VpcEndpointAssociationStatus`). */
function associationDefects(snapshot: Snapshot, arn: string): readonly Judgement[] {
  return sectionValue(snapshot, 'vpcEndpointAssociations')
    .filter(({ VpcEndpointAssociation }) => VpcEndpointAssociation?.FirewallArn === arn)
    .flatMap(({ VpcEndpointAssociationStatus }) =>
      Object.entries(
        returned(VpcEndpointAssociationStatus?.AssociationSyncState, `AssociationSyncState of ${arn}`),
      ).flatMap(([zone, state]) => attachmentDefects(arn, zone, state)),
    );
}

function attachmentDefects(arn: string, zone: string, state: Pick<Zone, 'Attachment'>): readonly Judgement[] {
  const attachment = returned(state.Attachment, `the attachment of ${arn} in ${zone}`);
  const status = returned(attachment.Status, `the Status of the attachment of ${arn} in ${zone}`);
  const endpoint = `the endpoint ${attachment.EndpointId ?? ''} of ${arn} in ${zone}`.replace('  ', ' ');
  if (status === 'READY' || status === 'SCALING') return [];
  if (status === 'FAILED' || status === 'ERROR' || status === 'DELETING') {
    const message = attachment.StatusMessage === undefined ? '' : ` (${attachment.StatusMessage})`;
    return [broken(arn, `${endpoint} is ${status}${message}`, 'repair or replace the endpoint')];
  }
  return [open(arn, `${endpoint} is ${status}`)];
}

function configurationDefects(
  arn: string,
  zone: string,
  state: Zone,
  versions: ReadonlyMap<string, string | null>,
): readonly Judgement[] {
  const config = returned(state.Config, `the Config of ${arn} in ${zone}`);
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
    const described = versions.get(object) ?? null;
    if (described === null) return [];
    const inForce = returned(UpdateToken, `the UpdateToken of ${object} in ${zone}`);
    return inForce !== described
      ? [open(arn, `the version of ${object} in force in ${zone} is not the described one`)]
      : [];
  });
  return [...absent, ...present];
}

/**
 * The update tokens of the policy and its groups as described. aws.md 2.31 (API reference, `PerObjectStatus`: in sync
 * with the version that the token indicates; that equal tokens mean the described version is DERIVED). Null for a group
 * that AWS does not show, as some of its own: it must be in sync all the same.
 */
function describedVersions(snapshot: Snapshot, firewall: Firewall): ReadonlyMap<string, string | null> {
  const policy = returned(
    sectionValue(snapshot, 'firewallPolicies').find(
      (one) => one.FirewallPolicyResponse?.FirewallPolicyArn === firewall.Firewall?.FirewallPolicyArn,
    ),
    `the firewall policy ${firewall.Firewall?.FirewallPolicyArn}`,
  );
  const body = returned(policy.FirewallPolicy, 'the firewall policy itself');
  const groups = sectionValue(snapshot, 'ruleGroups');
  const used = [...(body.StatelessRuleGroupReferences ?? []), ...(body.StatefulRuleGroupReferences ?? [])];
  return new Map([
    [
      returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn'),
      returned(policy.UpdateToken, 'UpdateToken of the policy'),
    ],
    ...used.map(({ ResourceArn }): [string, string | null] => {
      const arn = returned(ResourceArn, 'ResourceArn of a rule group reference');
      const group = groups.find((one) => one.RuleGroupResponse?.RuleGroupArn === arn);
      return [arn, group === undefined ? null : returned(group.UpdateToken, `UpdateToken of ${arn}`)];
    }),
  ]);
}

const open = (subject: string, what: string): Judgement => ({
  outcome: 'unknown',
  subject,
  because: `${what}.`,
});

const broken = (subject: string, what: string, fix: string): Judgement => ({
  outcome: 'fail',
  subject,
  because: `${what}. Fix: ${fix}.`,
});
