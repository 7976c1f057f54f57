/** Variations of the reference's logs that are as compliant as it is. */
import { alertsInBucket, flowLogsInBucket, policyOf, set, withBucket } from './log-bucket';
import { folderHarmless } from './log-folders';
import type { Harmless } from './mutant';

const BOTH = {
  Effect: 'Allow',
  Principal: { Service: ['logging.s3.amazonaws.com', 'delivery.logs.amazonaws.com'] },
  Action: ['s3:PutObject', 's3:GetBucketAcl'],
  Resource: ['arn:aws:s3:::studio-records', 'arn:aws:s3:::studio-records/*'],
};

export function loggingHarmless(): readonly Harmless[] {
  return [
    ...folderHarmless(),
    {
      id: 'H80',
      variation: 'Alert records go to an S3 bucket that is closed, encrypted and lets the delivery in.',
      mutate: alertsInBucket,
    },
    {
      id: 'H81',
      variation: 'The flow logs of the VPC go to such a bucket.',
      mutate: flowLogsInBucket,
    },
    {
      id: 'H82',
      variation: 'The bucket has no lifecycle rules: it keeps everything.',
      mutate: withBucket({ lifecycle: set(null) }),
    },
    {
      id: 'H83',
      variation: 'The bucket policy says it all in one statement, for more than one service.',
      mutate: withBucket({ policy: policyOf(BOTH) }),
    },
    {
      id: 'H84',
      variation:
        'The policy is public by its wording, and public buckets are restricted to the account and to services.',
      mutate: withBucket({ policyStatus: set({ IsPublic: true }) }),
    },
  ];
}
