/** Entries of the logs. */
import { DeleteFlowLogsCommand } from '@aws-sdk/client-ec2';
import { DisassociateKmsKeyCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { stopLogging } from './delivery';
import { fails, type DeployedEntry } from './entry';
import { addResource, editing, getAtt, ref, setProperty, type TemplateEdit } from './template-edit';
import { allowing } from './vpc-only';

const ofBucket = (path: string) => ({ 'Fn::Sub': `\${RecordBucket.Arn}${path}` });

/** An S3 bucket for the ALERT records, with a key, and the policy that these need or half of it. */
export function alertsInBucket({
  isPublic,
  delivers,
}: {
  readonly isPublic: boolean;
  readonly delivers: boolean;
}): readonly TemplateEdit[] {
  const Service = 'delivery.logs.amazonaws.com';
  const write = { Effect: 'Allow', Principal: { Service }, Action: 's3:PutObject', Resource: ofBucket('/*') };
  const check = {
    Effect: 'Allow',
    Principal: { Service },
    Action: 's3:GetBucketAcl',
    Resource: ofBucket(''),
  };
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: ofBucket('/*') };
  const closed = !isPublic;
  return [
    addResource('RecordBucket', {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: getAtt('LogKey', 'Arn'),
              },
            },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: closed,
          BlockPublicPolicy: closed,
          IgnorePublicAcls: closed,
          RestrictPublicBuckets: closed,
        },
      },
    }),
    addResource('RecordBucketPolicy', {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: ref('RecordBucket'),
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [check, ...(delivers ? [write] : []), ...(isPublic ? [everybody] : [])],
        },
      },
    }),
    setProperty('FirewallLogging', 'LoggingConfiguration.LogDestinationConfigs', [
      { LogType: 'ALERT', LogDestinationType: 'S3', LogDestination: { bucketName: ref('RecordBucket') } },
      {
        LogType: 'FLOW',
        LogDestinationType: 'CloudWatchLogs',
        LogDestination: { logGroup: ref('FlowLogGroup') },
      },
    ]),
  ];
}

export function loggingEntries(): readonly DeployedEntry[] {
  return [
    {
      id: 'L01',
      what: 'The firewall writes no records.',
      expect: [...fails('logging/alerts-are-logged'), ...fails('logging/flows-are-logged')],
      api: (at) => stopLogging(at),
    },
    {
      id: 'L02',
      what: 'The firewall writes flow records only.',
      expect: fails('logging/alerts-are-logged'),
      api: (at) => stopLogging(at, ['FLOW']),
    },
    {
      id: 'L04',
      what: 'Records are kept for a day.',
      expect: fails('logging/is-retained'),
      api: async ({ logs, id }) => {
        await logs.send(
          new PutRetentionPolicyCommand({ logGroupName: id('AlertLogGroup'), retentionInDays: 1 }),
        );
      },
    },
    {
      id: 'L05',
      what: 'The log group has no key.',
      expect: fails('logging/is-encrypted'),
      api: async ({ logs, id }) => {
        await logs.send(new DisassociateKmsKeyCommand({ logGroupName: id('AlertLogGroup') }));
      },
    },
    {
      id: 'L06',
      what: 'Alert records go to an S3 bucket that is public.',
      expect: fails('logging/alerts-are-logged', 'policy is public'),
      template: editing(...alertsInBucket({ isPublic: true, delivers: true })),
    },
    {
      id: 'L06-delivery',
      what: 'Alert records go to an S3 bucket whose policy does not let the log delivery in.',
      expect: fails('logging/alerts-are-logged', 'does not let the log delivery in'),
      template: editing(...alertsInBucket({ isPublic: false, delivers: false })),
    },
    {
      id: 'L08',
      what: 'What runs in Studio may delete the log group.',
      expect: fails('vpc-only/role-cannot-rewire'),
      api: allowing(['logs:DeleteLogGroup'], /^NoLoggingChange$/),
    },
    {
      id: 'L09',
      what: 'The VPC has no flow logs.',
      expect: fails('logging/vpc-flow-logs'),
      api: async ({ ec2, id }) => {
        await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [id('VPCFlowLog')] }));
      },
    },
  ];
}
