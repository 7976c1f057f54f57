/** Faults of the firewall's and the VPC's logs. Ids are those of the mutation catalogue. */
import type { LogGroup, SectionName } from '../snapshot/snapshot';
import { ROUTING, setPolicy } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf, without } from './mutant';
import { encryptedInBucket, keptInBucket, recordsInBucket } from './mutants-log-buckets';

/** What the checks of logging/ must notice. */
export function loggingMutants(): readonly Mutant[] {
  const groups: readonly SectionName[] = ['firewalls', 'loggingConfigurations', 'logGroups'];
  return [
    ...mutantsOf(
      'logging/alerts-are-logged',
      [...notLogged(), ...destinations(), ...recordsInBucket()],
      groups,
    ),
    ...mutantsOf('logging/flows-are-logged', noFlowRecords(), groups),
    ...mutantsOf('logging/default-drops-are-logged', silentDrops(), ['firewalls', 'firewallPolicies']),
    ...mutantsOf('logging/is-retained', [...retention(), ...keptInBucket()], [...groups, 'flowLogs']),
    ...mutantsOf('logging/is-encrypted', [...encryption(), ...encryptedInBucket()], [...groups, 'flowLogs']),
    ...mutantsOf('logging/vpc-flow-logs', flowLogs(), ['flowLogs', 'firewalls', ...ROUTING]),
  ];
}

const keepOnly =
  (type: 'ALERT' | 'FLOW'): Mutant['mutate'] =>
  (s) =>
    change(s, 'loggingConfigurations', (list) =>
      list.map((one) => ({
        ...one,
        LoggingConfiguration: {
          LogDestinationConfigs: (one.LoggingConfiguration?.LogDestinationConfigs ?? []).filter(
            ({ LogType }) => LogType === type,
          ),
        },
      })),
    );

function noFlowRecords(): readonly Sketch[] {
  return [['L02a', 'Only ALERT records are written.', 'fail', 'no FLOW records', keepOnly('ALERT')]];
}

function notLogged(): readonly Sketch[] {
  return [
    [
      'L01',
      'The firewall writes no records.',
      'fail',
      'no ALERT records',
      (s) =>
        change(s, 'loggingConfigurations', (list) =>
          list.map((one) => ({ ...one, LoggingConfiguration: undefined })),
        ),
    ],
    ['L02', 'Only FLOW records are written.', 'fail', 'no ALERT records', keepOnly('FLOW')],
  ];
}

const alertsTo = (LogDestinationType: 'CloudWatchLogs' | 'S3', LogDestination: Record<string, string>) => ({
  LogType: 'ALERT' as const,
  LogDestinationType,
  LogDestination,
});

function destinations(): readonly Sketch[] {
  return [
    [
      'L06',
      'The log group does not exist.',
      'fail',
      '/studio/firewall-alert, which does not exist',
      (s) =>
        change(s, 'logGroups', (list) =>
          without(list, (one) => one.logGroupName === '/studio/firewall-alert'),
        ),
    ],
    [
      'L06a',
      'The log group does not exist, and records go to S3 as well.',
      'unknown',
      'S3',
      (s) =>
        change(s, 'loggingConfigurations', (list) =>
          list.map((one) => ({
            ...one,
            LoggingConfiguration: {
              LogDestinationConfigs: [
                alertsTo('CloudWatchLogs', { logGroup: '/gone' }),
                alertsTo('S3', { bucketName: 'records' }),
              ],
            },
          })),
        ),
    ],
    [
      'L20',
      'Records go to S3.',
      'unknown',
      'S3',
      (s) =>
        change(s, 'loggingConfigurations', (list) =>
          list.map((one) => ({
            ...one,
            LoggingConfiguration: {
              LogDestinationConfigs: [
                { LogType: 'ALERT', LogDestinationType: 'S3', LogDestination: { bucketName: 'logs' } },
              ],
            },
          })),
        ),
    ],
    [
      'L21',
      'AWS did not return the logging configuration.',
      'unknown',
      'logging configuration',
      (s) => change(s, 'loggingConfigurations', () => []),
    ],
  ];
}

function silentDrops(): readonly Sketch[] {
  return [
    [
      'L22',
      'The drop default stands alone.',
      'fail',
      'aws:alert_established',
      setPolicy({ StatefulDefaultActions: ['aws:drop_established'] }),
    ],
    [
      'L22a',
      'The alert default is of another family.',
      'fail',
      'aws:alert_strict',
      setPolicy({ StatefulDefaultActions: ['aws:drop_strict', 'aws:alert_established'] }),
    ],
    [
      'L22b',
      'A default action that is not known.',
      'unknown',
      'aws:drop_later',
      setPolicy({ StatefulDefaultActions: ['aws:drop_later'] }),
    ],
  ];
}

export const editGroups =
  (edit: (group: LogGroup) => LogGroup): Mutant['mutate'] =>
  (s) =>
    change(s, 'logGroups', (list) => list.map(edit));

function retention(): readonly Sketch[] {
  return [
    [
      'L04',
      'Records are kept for a day.',
      'fail',
      '/studio/firewall-alert keeps its records for 1 days',
      editGroups((one) => ({ ...one, retentionInDays: 1 })),
    ],
    [
      'L04a',
      'Only those of the VPC are.',
      'fail',
      '/studio/vpc-flow keeps its records for 30 days',
      editGroups((one) => (one.logGroupName === '/studio/vpc-flow' ? { ...one, retentionInDays: 30 } : one)),
    ],
    ['L04b', 'Flow logs go to S3.', 'unknown', 'fl-vpc goes to s3', toS3],
  ];
}

const toS3: Mutant['mutate'] = (s) =>
  change(s, 'flowLogs', (list) =>
    list.map((one) => ({ ...one, LogGroupName: undefined, LogDestinationType: 's3' as const })),
  );

function encryption(): readonly Sketch[] {
  return [
    [
      'L05b',
      'Records of TLS inspection go to a log group without a key.',
      'fail',
      '/studio/firewall-tls',
      (s) =>
        change(
          change(s, 'logGroups', (list) => [
            ...list,
            { logGroupName: '/studio/firewall-tls', retentionInDays: 365 },
          ]),
          'loggingConfigurations',
          (list) =>
            list.map((one) => ({
              ...one,
              LoggingConfiguration: {
                LogDestinationConfigs: [
                  ...(one.LoggingConfiguration?.LogDestinationConfigs ?? []),
                  {
                    LogType: 'TLS',
                    LogDestinationType: 'CloudWatchLogs',
                    LogDestination: { logGroup: '/studio/firewall-tls' },
                  },
                ],
              },
            })),
        ),
    ],
    [
      'L05',
      'The log groups have no key.',
      'fail',
      '/studio/firewall-alert has no KMS key',
      editGroups((one) => ({ ...one, kmsKeyId: undefined })),
    ],
    ['L05a', 'Flow logs go to S3.', 'unknown', 'fl-vpc goes to s3', toS3],
  ];
}

function flowLogs(): readonly Sketch[] {
  const edit =
    (part: object): Mutant['mutate'] =>
    (s) =>
      change(s, 'flowLogs', (list) => list.map((one) => ({ ...one, ...part })));
  return [
    ['L09', 'There is no flow log.', 'fail', 'subnet-studio', (s) => change(s, 'flowLogs', () => [])],
    ['L09a', 'Only the Studio subnet has one.', 'fail', 'subnet-nat', edit({ ResourceId: 'subnet-studio' })],
    [
      'L09f',
      'Whether it delivers is said in a word that is not known.',
      'unknown',
      'DeliverLogsStatus',
      edit({ DeliverLogsStatus: 'PARTIAL' }),
    ],
    ['L09b', 'Rejected traffic only.', 'fail', 'REJECT traffic only', edit({ TrafficType: 'REJECT' })],
    [
      'L09c',
      'It cannot deliver.',
      'fail',
      'cannot deliver',
      edit({ DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' }),
    ],
    [
      'L09d',
      'AWS did not return the traffic type.',
      'unknown',
      'TrafficType',
      edit({ TrafficType: undefined }),
    ],
  ];
}
