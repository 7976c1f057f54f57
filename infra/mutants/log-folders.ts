/** Faults and variations of the folders in which an S3 bucket holds the records. */
import type { Harmless, Mutant, Sketch } from './mutant';
import { change } from './mutant';
import { ACL_CHECK, flowLogsInBucket, ONLY_TLS, policyOf, set, withBucket, WRITE } from './log-bucket';

const FOLDER = 'alerts/AWSLogs/111122223333';

const deletes = (Prefix: string) =>
  set([{ ID: 'short', Status: 'Enabled' as const, Filter: { Prefix }, Expiration: { Days: 30 } }]);
const writes = (folder: string, ...others: readonly object[]): Mutant['mutate'] =>
  withBucket({
    policy: policyOf(
      ACL_CHECK,
      { ...WRITE, Resource: `arn:aws:s3:::studio-records/${FOLDER}/${folder}/*` },
      ONLY_TLS,
      ...others,
    ),
  });

/** What logging/alerts-are-logged must notice. */
export function refusedFolders(): readonly Sketch[] {
  return [
    [
      'L06o',
      'The policy lets the delivery write records of another type.',
      'fail',
      'does not let the log delivery in',
      writes('network-firewall/flow'),
    ],
  ];
}

/** What logging/is-retained must notice. */
export function emptiedFolders(): readonly Sketch[] {
  return [
    [
      'L04t',
      'A rule deletes the folder of the records.',
      'fail',
      'after 30 days',
      withBucket({ lifecycle: deletes(`${FOLDER}/network-firewall/alert/`) }),
    ],
    [
      'L04u',
      'Flow logs lie in folders as Hive wants them, and a rule deletes those.',
      'fail',
      'after 30 days',
      (s) => {
        const hive = change(flowLogsInBucket(s), 'flowLogs', (list) =>
          list.map((one) => ({ ...one, DestinationOptions: { HiveCompatiblePartitions: true } })),
        );
        const lifecycle = deletes('flows/AWSLogs/aws-account-id=111122223333/');
        return change(hive, 'logBuckets', (list) => list.map((one) => ({ ...one, lifecycle })));
      },
    ],
  ];
}

/** Buckets that hold more than these records, and policies that say no more than they must. */
export function folderHarmless(): readonly Harmless[] {
  return [
    {
      id: 'H85',
      variation: "A rule deletes another service's records in the same bucket.",
      mutate: withBucket({ lifecycle: deletes(`${FOLDER}/CloudTrail/`) }),
    },
    {
      id: 'H86',
      variation: 'A rule deletes FLOW records in a bucket that has ALERT records only.',
      mutate: withBucket({ lifecycle: deletes(`${FOLDER}/network-firewall/flow/`) }),
    },
    {
      id: 'H87',
      variation: 'The policy names the folder of ALERT records, and denies old versions of TLS.',
      mutate: writes('network-firewall/alert', {
        ...ONLY_TLS,
        Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
      }),
    },
    {
      id: 'H88',
      variation: 'Flow logs of another VPC go to a log group that keeps them for a day, without a key.',
      mutate: (s) =>
        change(
          change(s, 'flowLogs', (list) => [
            ...list,
            ...list.map((one) => ({
              ...one,
              FlowLogId: 'fl-other',
              ResourceId: 'vpc-other',
              LogGroupName: '/other',
            })),
          ]),
          'logGroups',
          (list) => [...list, { logGroupName: '/other', retentionInDays: 1, logGroupClass: 'STANDARD' }],
        ),
    },
    {
      id: 'H89',
      variation: 'A second flow log, of which the delivery is not known, stands beside the first.',
      mutate: (s) =>
        change(s, 'flowLogs', (list) => [
          ...list.map((one) => ({ ...one, FlowLogId: 'fl-second', DeliverLogsStatus: 'PARTIAL' })),
          ...list,
        ]),
    },
  ];
}
