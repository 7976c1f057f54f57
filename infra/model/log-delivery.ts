/**
 * Whether the log delivery service may write to a bucket, by the bucket's policy. Other policies (of the organization) and
 * the key's policy are not looked at.
 *
 * Facts: CloudWatch Logs user guide, "Enable logging from AWS services", "Logs sent to Amazon S3" (the bucket policy must
 * allow `delivery.logs.amazonaws.com` s3:GetBucketAcl on the bucket and s3:PutObject below `AWSLogs/<account>/` with the ACL
 * `bucket-owner-full-control`; its examples have the conditions aws:SourceAccount and aws:SourceArn); Network Firewall
 * developer guide, "Amazon Simple Storage Service" (where the files lie). DERIVED: the service calls by TLS, and a
 * statement for the principal `*` includes it.
 */
import type { Context } from './iam/condition';
import { decide, type Decision } from './iam/evaluation';
import { statementsOf, type Statement } from './iam/policy-document';
import { knownPartition } from './partition';

const SERVICE = 'delivery.logs.amazonaws.com';

/** What is delivered: to which bucket, in which folder of it, and of which account. */
export interface LogDelivery {
  readonly bucket: string;
  readonly folder: string;
  readonly account: string;
  readonly region: string;
}

/** A firewall's records of one type: `prefix/AWSLogs/123456789012/network-firewall/alert/us-east-1/studio/`. */
export function firewallFolder(of: {
  /** Of the destination; empty for the bucket's root. */
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  /** As the API spells it: `ALERT`. */
  readonly logType: string;
  readonly firewallName: string;
}): string {
  const { prefix, account, region, logType, firewallName } = of;
  return `${below(prefix)}AWSLogs/${account}/network-firewall/${logType.toLowerCase()}/${region}/${firewallName}/`;
}

/**
 * A VPC's flow logs: `prefix/AWSLogs/123456789012/vpcflowlogs/us-east-1/`, or with names of partitions as Hive wants them
 * (VPC user guide, "Publish flow logs to Amazon S3").
 */
export function flowLogFolder(of: {
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  readonly hive: boolean;
}): string {
  const { prefix, account, region, hive } = of;
  return hive
    ? `${below(prefix)}AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/`
    : `${below(prefix)}AWSLogs/${account}/vpcflowlogs/${region}/`;
}

function below(prefix: string): string {
  const folder = prefix.replace(/\/$/, '');
  return folder === '' ? '' : `${folder}/`;
}

/** Whether the policy lets the records in. `allowed` only if both that the service asks for are. */
export function deliveryDecision(policy: string, delivery: LogDelivery): Decision {
  const principal = { identity: statementsAboutService(policy), boundary: null };
  const bucket = `arn:${knownPartition(delivery.region).name}:s3:::${delivery.bucket}`;
  const contexts = contextsOf(delivery);
  const decisions = [
    decide(principal, { action: 's3:GetBucketAcl', resource: bucket, contexts }),
    decide(principal, {
      action: 's3:PutObject',
      resource: `${bucket}/${delivery.folder}2026/01/02/03/records.log.gz`,
      contexts,
    }),
  ] as const;
  return (
    decisions.find(({ answer }) => answer === 'denied') ??
    decisions.find(({ answer }) => answer === 'undecided') ??
    decisions[1]
  );
}

/**
 * Two, because it is not documented in full what the service's own ARN is, nor which version of TLS it speaks of those that
 * AWS still takes: what tells them apart is undecided.
 */
function contextsOf(delivery: LogDelivery): readonly Context[] {
  return (
    [
      ['delivery-source:studio', '1.2'],
      ['log-delivery', '1.3'],
    ] as const
  ).map(
    ([source, tlsVersion]) =>
      new Map<string, readonly string[] | 'absent'>([
        ['s3:x-amz-acl', ['bucket-owner-full-control']],
        ['aws:sourceaccount', [delivery.account]],
        [
          'aws:sourcearn',
          [
            `arn:${knownPartition(delivery.region).name}:logs:${delivery.region}:${delivery.account}:${source}`,
          ],
        ],
        ['aws:securetransport', ['true']],
        ['s3:tlsversion', [tlsVersion]],
        ['aws:principalisawsservice', ['true']],
        ['aws:principalservicename', [SERVICE]],
      ]),
  );
}

/**
 * The statements of a bucket policy that are about the service. One with `NotPrincipal`, or with a principal in a form that
 * is not known, stays as it is: it may be about the service, and then its effect is not known.
 */
function statementsAboutService(policy: string): readonly Statement[] {
  const document: unknown = parsed(policy);
  if (!isRecord(document)) return statementsOf({ source: 'inline', name: 'of the bucket', document: policy });
  const stated: unknown[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  const relevant = stated.flatMap((statement): unknown[] => {
    if (!isRecord(statement)) return [statement];
    const { Principal, ...others } = statement;
    const about = isAboutService(Principal, others.Effect);
    if (about === 'no') return [];
    return about === 'yes' ? [others] : [statement];
  });
  // IAM would read an absent Statement as one that is missing.
  if (relevant.length === 0) return [];
  const own = JSON.stringify({ ...document, Statement: relevant });
  return statementsOf({ source: 'inline', name: 'of the bucket', document: own });
}

function isAboutService(principal: unknown, effect: unknown): 'yes' | 'no' | 'maybe' {
  if (principal === '*') return 'yes';
  if (!isRecord(principal)) return 'maybe';
  const { Service, AWS } = principal;
  const services = [Service].flat().filter((each) => each !== undefined);
  if (services.includes(SERVICE) || services.includes('*')) return 'yes';
  // Everybody who has an ARN. Whether that takes in services is not documented: a denial may, a permission may not.
  if ([AWS].flat().includes('*')) return effect === 'Deny' ? 'yes' : 'no';
  return 'no';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
