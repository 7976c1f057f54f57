/** Firewalls that are not ready, or of which that is not known. Ids are those of the mutation catalogue. */
import { editFirewall, editStatus, setPolicy } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change } from './mutant';

const ARN = 'arn:aws:network-firewall:us-east-1:111122223333';
const OTHER = `${ARN}:firewall-policy/other`;

/** What firewall/is-ready must notice of a firewall that is there. */
export function notReady(): readonly Sketch[] {
  const zone = (part: object): Mutant['mutate'] =>
    editStatus((status) => ({
      ...status,
      SyncStates: Object.fromEntries(
        Object.entries(status.SyncStates ?? {}).map(([name, state]) => [name, { ...state, ...part }]),
      ),
    }));
  const attachment = (Status: 'FAILED' | 'CREATING'): Mutant['mutate'] =>
    zone({ Attachment: { SubnetId: 'subnet-firewall', EndpointId: 'vpce-firewall', Status } });
  const inForce = (object: string, SyncStatus: 'IN_SYNC' | 'PENDING'): Mutant['mutate'] =>
    editStatus((status) => ({
      ...status,
      SyncStates: Object.fromEntries(
        Object.entries(status.SyncStates ?? {}).map(([name, state]) => [
          name,
          {
            ...state,
            Config: { ...state.Config, [`${ARN}:${object}`]: { SyncStatus, UpdateToken: 'token' } },
          },
        ]),
      ),
    }));
  return [
    [
      'F18',
      'The firewall is being made.',
      'unknown',
      'PROVISIONING',
      editStatus((status) => ({ ...status, Status: 'PROVISIONING' })),
    ],
    [
      'F18a',
      'The configuration is not in sync yet.',
      'unknown',
      'PENDING',
      editStatus((status) => ({ ...status, ConfigurationSyncStateSummary: 'PENDING' })),
    ],
    ['F18b', 'An endpoint failed.', 'fail', 'vpce-firewall', attachment('FAILED')],
    ['F18c', 'An endpoint is being made.', 'unknown', 'CREATING', attachment('CREATING')],
    [
      'F18d',
      'AWS did not return whether the rule group is in force.',
      'unknown',
      'stateful-rulegroup/allowed-domains',
      zone({
        Config: {
          'arn:aws:network-firewall:us-east-1:111122223333:firewall-policy/studio': {
            SyncStatus: 'IN_SYNC',
            UpdateToken: 'token-policy',
          },
        },
      }),
    ],
    [
      'F18e',
      'The policy in force is another version than the described one.',
      'unknown',
      'is not the described one',
      (s) =>
        change(s, 'firewallPolicies', (list) => list.map((one) => ({ ...one, UpdateToken: 'token-newer' }))),
    ],
    [
      'F18f',
      'The capacity does not suffice.',
      'fail',
      'CAPACITY_CONSTRAINED',
      editStatus((status) => ({ ...status, ConfigurationSyncStateSummary: 'CAPACITY_CONSTRAINED' })),
    ],
    [
      'F18g',
      'AWS did not return the status.',
      'unknown',
      'FirewallStatus',
      editFirewall((one) => ({ ...one, FirewallStatus: undefined })),
    ],
    [
      'F17',
      'The endpoint enforces another policy than the one of the firewall.',
      'fail',
      'Drift: arn:aws:network-firewall:us-east-1:111122223333:firewall-policy/open',
      inForce('firewall-policy/open', 'IN_SYNC'),
    ],
    [
      'F17a',
      'The firewall was put on another policy, and its endpoint still has the old one.',
      'fail',
      'Drift: arn:aws:network-firewall:us-east-1:111122223333:firewall-policy/studio',
      (s) =>
        change(
          editFirewall((one) => ({
            ...one,
            ...(one.Firewall === undefined
              ? {}
              : { Firewall: { ...one.Firewall, FirewallPolicyArn: OTHER } }),
          }))(s),
          'firewallPolicies',
          (list) => [
            ...list,
            ...list.map((one) => ({
              ...one,
              FirewallPolicyResponse: {
                FirewallPolicyName: 'other',
                FirewallPolicyId: 'other-id',
                FirewallPolicyArn: OTHER,
              },
            })),
          ],
        ),
    ],
    [
      'F17b',
      'The policy of the firewall was not returned.',
      'unknown',
      'firewall-policy/other',
      editFirewall((one) => ({
        ...one,
        ...(one.Firewall === undefined ? {} : { Firewall: { ...one.Firewall, FirewallPolicyArn: OTHER } }),
      })),
    ],
    [
      'F17c',
      'A rule group is in force that the policy does not name.',
      'unknown',
      'stateful-rulegroup/more is in force',
      inForce('stateful-rulegroup/more', 'IN_SYNC'),
    ],
    [
      'F17d',
      'The endpoint is being moved from another policy.',
      'unknown',
      'firewall-policy/old is PENDING',
      inForce('firewall-policy/old', 'PENDING'),
    ],
    [
      'F18i',
      'AWS did not return which version is in force.',
      'unknown',
      'the UpdateToken of',
      zone({
        Config: Object.fromEntries(
          ['firewall-policy/studio', 'stateful-rulegroup/allowed-domains'].map((name) => [
            `arn:aws:network-firewall:us-east-1:111122223333:${name}`,
            { SyncStatus: 'IN_SYNC' },
          ]),
        ),
      }),
    ],
    [
      'F18j',
      'AWS did not return the endpoint of a second subnet.',
      'unknown',
      'subnet-other',
      editFirewall((one) => ({
        ...one,
        ...(one.Firewall === undefined
          ? {}
          : {
              Firewall: {
                ...one.Firewall,
                SubnetMappings: [...(one.Firewall.SubnetMappings ?? []), { SubnetId: 'subnet-other' }],
              },
            }),
      })),
    ],
    [
      'F18k',
      'A rule group that AWS does not show, and of which the zone says nothing.',
      'unknown',
      'aws-managed:stateful-rulegroup/Threats',
      setPolicy({
        StatefulRuleGroupReferences: [
          {
            ResourceArn: 'arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/Threats',
            Priority: 1,
          },
        ],
      }),
    ],
    [
      'F18h',
      'AWS returned no endpoint.',
      'unknown',
      'no endpoint',
      editStatus((status) => ({ ...status, SyncStates: {} })),
    ],
  ];
}
