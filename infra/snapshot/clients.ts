/**
 * AWS's clients for one connection. Each is loaded when first asked for (the SDK's packages take hundreds of
 * milliseconds) and makes one attempt per call: retrying is `retrying` of retry.ts, with bounds of our own.
 */
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, SdkError } from '@smithy/types';

/** Where and as whom AWS is asked. Without `endpoint`, the SDK's own settings (AWS_ENDPOINT_URL, …) decide. */
export interface AwsConnection {
  readonly region: string;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/** AWS cannot be asked at all as things are set: no region, no credentials, no such profile, an endpoint that is no URL. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Credentials are configured, and AWS did not hand them out: it refused, or did not answer. */
export class CredentialsRefused extends Error {
  override readonly name = 'CredentialsRefused';
  readonly region: string;

  constructor(message: string, { region, cause }: { readonly region: string; readonly cause: unknown }) {
    super(message, { cause });
    this.region = region;
  }
}

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 20_000;

/**
 * The connection that the ordinary AWS settings (environment, profile, instance role) make. Throws
 * {@link ConnectionError}, naming the setting that is missing or wrong, before anything is asked of AWS; and
 * {@link CredentialsRefused} where AWS had to be asked for the credentials themselves and did not give them.
 */
export async function awsConnection({
  region,
  profile,
}: {
  readonly region: string | null;
  readonly profile: string | null;
}): Promise<AwsConnection> {
  checkEndpoints(process.env);
  const { STSClient }: typeof import('@aws-sdk/client-sts') = require('@aws-sdk/client-sts');
  const client = new STSClient({
    ...(region === null ? {} : { region }),
    ...(profile === null ? {} : { profile }),
  });
  try {
    const found =
      (await resolved(client.config.region, {
        missing: 'No AWS region is set: pass --region, set AWS_REGION, or give the profile a region',
      })) ?? '';
    if (!/^[a-z]{2,5}(-[a-z]+)+-\d+$/.test(found))
      throw new ConnectionError(`"${found}" is not an AWS region; one is written like us-east-1`);
    const { credentials } = client.config;
    const named = profile ?? process.env['AWS_PROFILE'] ?? '';
    const whose = named === '' ? '' : ` for the profile ${named}`;
    await resolved(credentials, {
      missing: `No AWS credentials were found${whose}: run "aws sso login" or "aws configure", or set AWS_PROFILE`,
      ifRefused: { region: found, what: `AWS did not give the credentials${whose}` },
    });
    return { region: found, credentials, ...(profile === null ? {} : { profile }) };
  } finally {
    client.destroy();
  }
}

/** Whether the same call may succeed later although nothing about it or the account changed. */
export function isTransient(error: unknown): boolean {
  if (!isSdkError(error)) return false;
  // A service that does not know the operation (501) will not learn it.
  if (error.$metadata?.httpStatusCode === 501) return false;
  if (isThrottlingError(error) || isTransientError(error) || isServerError(error)) return true;
  return WRAPPED_TRANSPORT_ERROR.test(error.message);
}

// What Node throws in another realm (as under Jest) is no Error to the SDK, which keeps only its text.
const WRAPPED_TRANSPORT_ERROR =
  /^AWS SDK error wrapper for (TimeoutError|Error: (aborted|socket hang up|.*\b(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT)\b))/;

function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error;
}

interface Resolving {
  readonly missing: string;
  readonly ifRefused?: { readonly region: string; readonly what: string };
}

async function resolved<T>(provider: () => Promise<T>, { missing, ifRefused }: Resolving): Promise<T> {
  try {
    return await provider();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (ifRefused !== undefined && isAnswer(error))
      throw new CredentialsRefused(`${ifRefused.what} (${why})`, { region: ifRefused.region, cause: error });
    throw new ConnectionError(`${missing} (${why})`, { cause: error });
  }
}

/** What a service said (AssumeRole denied, …), or that none could be reached; not what the SDK found in no setting. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return '$fault' in error || isTransient(error);
}

/** The SDK would meet them at each call, and say of none where it stands. */
function checkEndpoints(environment: NodeJS.ProcessEnv): void {
  for (const [name, value = ''] of Object.entries(environment))
    if (/^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/.test(name) && value !== '' && !isHttpUrl(value))
      throw new ConnectionError(
        `${name} is ${JSON.stringify(value)}, which is not a URL; one is written like http://127.0.0.1:4566. Unset it to ask AWS itself`,
      );
}

const isHttpUrl = (text: string): boolean => /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);

/** The settings that every client of a connection has. */
async function clientSettings({ region, endpoint, profile, credentials }: AwsConnection) {
  return {
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      socketTimeout: REQUEST_TIMEOUT_MS,
      // Without it a request that exceeds its time only makes the SDK print a warning.
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentialSettings(profile, credentials),
  };
}

// The client of Route 53 Resolver is older than the setting `profile` and would silently use other credentials,
// so a profile is turned into credentials here for all of them.
function credentialSettings(
  profile: string | undefined,
  credentials: AwsConnection['credentials'],
): Pick<AwsConnection, 'credentials'> {
  if (credentials !== undefined) return { credentials };
  if (profile === undefined) return {};
  const { STSClient }: typeof import('@aws-sdk/client-sts') = require('@aws-sdk/client-sts');
  return { credentials: new STSClient({ profile }).config.credentials };
}

export async function cloudFormationClient(connection: AwsConnection) {
  const {
    CloudFormationClient,
  }: typeof import('@aws-sdk/client-cloudformation') = require('@aws-sdk/client-cloudformation');
  return new CloudFormationClient(await clientSettings(connection));
}

export async function ec2Client(connection: AwsConnection) {
  const { EC2Client }: typeof import('@aws-sdk/client-ec2') = require('@aws-sdk/client-ec2');
  return new EC2Client(await clientSettings(connection));
}

export async function iamClient(connection: AwsConnection) {
  const { IAMClient }: typeof import('@aws-sdk/client-iam') = require('@aws-sdk/client-iam');
  return new IAMClient(await clientSettings(connection));
}

export async function kmsClient(connection: AwsConnection) {
  const { KMSClient }: typeof import('@aws-sdk/client-kms') = require('@aws-sdk/client-kms');
  return new KMSClient(await clientSettings(connection));
}

export async function logsClient(connection: AwsConnection) {
  const {
    CloudWatchLogsClient,
  }: typeof import('@aws-sdk/client-cloudwatch-logs') = require('@aws-sdk/client-cloudwatch-logs');
  return new CloudWatchLogsClient(await clientSettings(connection));
}

export async function networkFirewallClient(connection: AwsConnection) {
  const {
    NetworkFirewallClient,
  }: typeof import('@aws-sdk/client-network-firewall') = require('@aws-sdk/client-network-firewall');
  return new NetworkFirewallClient(await clientSettings(connection));
}

export async function securityHubClient(connection: AwsConnection) {
  const {
    SecurityHubClient,
  }: typeof import('@aws-sdk/client-securityhub') = require('@aws-sdk/client-securityhub');
  return new SecurityHubClient(await clientSettings(connection));
}

export async function route53ResolverClient(connection: AwsConnection) {
  const {
    Route53ResolverClient,
  }: typeof import('@aws-sdk/client-route53resolver') = require('@aws-sdk/client-route53resolver');
  return new Route53ResolverClient(await clientSettings(connection));
}

/** With the bucket in the path where the endpoint is our own: there its name has no address. */
export async function s3Client(connection: AwsConnection) {
  const { S3Client }: typeof import('@aws-sdk/client-s3') = require('@aws-sdk/client-s3');
  return new S3Client({
    ...(await clientSettings(connection)),
    forcePathStyle: connection.endpoint !== undefined,
    // A bucket may be of another Region than what is logged; S3 says where it is.
    followRegionRedirects: true,
  });
}

export async function sagemakerClient(connection: AwsConnection) {
  const {
    SageMakerClient,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  return new SageMakerClient(await clientSettings(connection));
}

export async function ssmClient(connection: AwsConnection) {
  const { SSMClient }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  return new SSMClient(await clientSettings(connection));
}

export async function stsClient(connection: AwsConnection) {
  const { STSClient }: typeof import('@aws-sdk/client-sts') = require('@aws-sdk/client-sts');
  return new STSClient(await clientSettings(connection));
}
