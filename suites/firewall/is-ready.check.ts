/**
 * The firewall is ready, and every endpoint of it enforces the described configuration.
 *
 * What
 *   `Status` is READY, `ConfigurationSyncStateSummary` is IN_SYNC, each zone's attachment is READY, and the
 *   configuration of each zone (policy and rule groups) is IN_SYNC, of the version that the API describes. A zone that
 *   enforces another policy than the firewall's has drifted: the policy was swapped, and what is enforced is not what is
 *   described. An object in force that the policy does not name, and a firewall that is still being changed, are
 *   unknown: what it does now is not what its configuration says. Whether the policy is the one that its owner once
 *   deployed is not seen here: what it says is judged by the other checks, whichever it is.
 *
 * Why
 *   Rules that are not in sync are not enforced. A failed endpoint drops everything, or routes to it lead nowhere.
 *
 * Fix
 *   Wait for a change to finish; for a failed attachment read its status message (subnet, KMS key, quota), then
 *   aws network-firewall describe-firewall --firewall-arn …
 *   Another policy in force: AWS::NetworkFirewall::Firewall `FirewallPolicyArn`, `FirewallPolicyChangeProtection: true`.
 *   aws network-firewall associate-firewall-policy --firewall-arn … --firewall-policy-arn …
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
import { broken, configurationDefects, describedObjects, open } from './configuration-in-force';
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
  const described = describedObjects(snapshot, firewall);
  const found = [
    ...zones.flatMap(([zone, state]) => attachmentDefects(arn, zone, state)),
    ...subnetsWithoutState(firewall, zones).map((id) =>
      open(arn, `AWS did not return the endpoint of ${arn} in ${id}`),
    ),
    ...associationDefects(snapshot, arn),
    ...zones.flatMap(([zone, state]) => configurationDefects(arn, zone, state, described)),
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
