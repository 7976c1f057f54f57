/** What the name of an AWS operation says about it. */

// Reading operations of every service begin with one of these; so do AWS's own "read only" IAM access levels.
const READING =
  /^(Describe|List|Get|Filter|Search|Lookup|Batch(Get|Describe)|Test|Validate|Estimate|Preview|Export|Simulate|Tail|Query)/;

// They change something, but nothing that a packet could meet.
const NOT_OF_THE_NETWORK = new Set([
  'ssm:SendCommand',
  'ssm:CancelCommand',
  'network-firewall:StartFlowFlush',
  'logs:PutLogEvents',
  'logs:CreateLogStream',
  'logs:StartQuery',
  'logs:StopQuery',
  'sts:AssumeRole',
  'sagemaker:StopProcessingJob',
  'cloudformation:CreateChangeSet',
  'cloudformation:DeleteChangeSet',
]);

/** Whether a successful call may have changed what the network is raised from. When in doubt, it has. */
export function changesNetwork(service: string, operation: string): boolean {
  return !READING.test(operation) && !NOT_OF_THE_NETWORK.has(`${service}:${operation}`);
}

/** Where the action has another name than the operation (Service Authorization Reference, Amazon S3). */
const ACTIONS: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
};

/** The IAM action that permits the operation. */
export function iamAction(service: string, operation: string): string {
  const name = `${service}:${operation}`;
  return ACTIONS[name] ?? name;
}
