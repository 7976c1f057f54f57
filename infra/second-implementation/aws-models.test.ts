/**
 * What the product asks of AWS, and what the lab answers in AWS's place, judged by AWS's own service models: a request that
 * AWS would refuse, and an answer that AWS cannot give, are found here and not at the first call of a real account. Runs where
 * botocore is installed in the cache; `npm run second-implementation` installs it.
 */
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { labForTest, verifyLab, RECOMMENDED_INTENT } from '../../commands/lab-run.fixture';
import { openSigner } from '../../commands/signer';
import { firewallLog } from '../../probes/firewall-log/log-groups';
import { s3Source } from '../../probes/firewall-log/s3-objects';
import { flushFlows } from '../../probes/transports/flow-flush';
import { asffOf } from '../../reports/asff';
import type { Evidence } from '../../suites/evidence';
import type { Lab } from '../lab/lab';
import { deliverFirewallEvent } from '../lab/aws-api/logs/log-delivery';
import { PERMISSIONS, type Purpose } from '../snapshot/iam-actions';
import { changesSince } from '../snapshot/change';
import { takeSnapshot } from '../snapshot/take-snapshot';
import { findTarget } from '../snapshot/target';
import { judgedCalls, wrongIn, type JudgedCalls } from './judged-calls.fixture';
import { installedModels, type Models } from './service-models.fixture';
import { LOG_BUCKET, wideAccount } from './wide-account.fixture';

jest.setTimeout(240_000);

const models = installedModels();

// Jest would count a skipped test against the whole run; this one says by its name that nothing was tried.
if (models.status === 'missing')
  test(`not run: ${models.because}`, () => expect(models.status).toBe('missing'));
else {
  describe('the judge', () => judgeTests(models));
  describe("by AWS's models", () => tests(models));
}

type Present = Extract<Models, { status: 'present' }>;

/** Operations that the product can call for one of these purposes. */
const operationsFor = (...purposes: readonly Purpose[]): readonly string[] =>
  PERMISSIONS.flatMap(({ operation, purpose }) =>
    operation !== null && purposes.includes(purpose) ? [operation] : [],
  );

const missingIn = (operations: readonly string[], judged: JudgedCalls): readonly string[] =>
  operations.filter((operation) => !judged.answered.has(operation));

function tests({ of }: Present): void {
  let lab: Lab;
  let judged: JudgedCalls;
  const open = async (opening: Promise<Lab>) => {
    lab = await opening;
    judged = judgedCalls(lab.server, of);
  };
  afterEach(async () => lab.close());

  test('every reading operation, each with something to answer, by stack, by domain and by VPC', async () => {
    await open(wideAccount());
    const { connection, stackName } = lab;
    const target = await findTarget(connection, { stack: stackName });
    await findTarget(connection, { domainId: target.domainId ?? '' });
    await findTarget(connection, { vpcId: target.vpcId });
    const snapshot = await takeSnapshot(connection, target);
    await changesSince(connection, snapshot);
    expect(Object.entries(snapshot.sections).filter(([, { status }]) => status === 'unread')).toEqual([]);

    await signed(lab);
    await fetchedFromBucket(lab, firewallLog(snapshot, 'FLOW'));
    expect([...judged.wrong]).toEqual([]);
    expect(judged.leftPages()).toEqual([]);
    expect(missingIn(operationsFor('reading', 'signing', 'log-in-s3'), judged)).toEqual([]);
  });

  test('whole runs that probe from a host and from a processing job, and what Security Hub is sent of them', async () => {
    await open(labForTest());
    const byJob = [
      '--vantage',
      'processing-job',
      '--job-image',
      '123456789012.dkr.ecr.us-east-1.amazonaws.com/probes:1',
    ];
    const { evidence } = await verifyLab({ lab, argv: ['--intent', RECOMMENDED_INTENT] });
    await verifyLab({ lab, argv: byJob });
    await flushed(lab);
    expect([...judged.wrong]).toEqual([]);
    expect(judged.leftPages()).toEqual([]);
    const cancelling = ['ssm:CancelCommand', 'sagemaker:StopProcessingJob'];
    expect(
      missingIn(operationsFor('probe-host', 'processing-job', 'log', 'flow-flush'), judged).filter(
        (operation) => !cancelling.includes(operation),
      ),
    ).toEqual([]);
    expect(sentToSecurityHub(of, evidence)).toEqual([]);
  });
}

/** As an owner signs: the key is asked for, and a digest is signed. */
async function signed({ connection, server: { api } }: Lab): Promise<void> {
  const { KeyMetadata } = await api.call('kms', CreateKeyCommand, {
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
  });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: connection.endpoint,
    AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
  });
  try {
    const signer = await openSigner({
      key: `kms:${KeyMetadata?.Arn ?? ''}`,
      region: connection.region,
      profile: null,
      announce: () => {},
    });
    await signer.sign(Buffer.from('what is signed'));
  } finally {
    process.env = before;
  }
}

async function flushed({ connection, stackName }: Lab): Promise<void> {
  const target = await findTarget(connection, { stack: stackName });
  await flushFlows({
    connection,
    snapshot: await takeSnapshot(connection, target),
    timeoutMs: 20_000,
    pollMs: 50,
    onAnnounce: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  });
}

async function fetchedFromBucket(
  { connection, state }: Lab,
  log: ReturnType<typeof firewallLog>,
): Promise<void> {
  if (log.status !== 'readable') throw new Error(log.because);
  const now = new Date();
  const arn = [...state.firewalls.keys()][0] ?? '';
  const flow = { timestamp: now.toISOString().replace('Z', '000+0000'), event_type: 'netflow' };
  deliverFirewallEvent({
    state,
    event: { firewallArn: arn, availabilityZone: 'us-east-1a', eve: flow },
    now,
    delayMs: 0,
  });
  expect(log.folders.map(({ bucket }) => bucket)).toEqual([LOG_BUCKET]);
  const source = await s3Source(connection, log.folders);
  try {
    const sinceMs = now.getTime() - 60_000;
    await source.fetch({ sinceMs, untilMs: now.getTime(), signal: AbortSignal.timeout(20_000) });
  } finally {
    source.close();
  }
}

/** What would be wrong with the calls of BatchImportFindings for a run of this evidence in an account. */
function sentToSecurityHub(of: Present['of'], evidence: Evidence): readonly string[] {
  const target = { ...evidence.run.target, kind: 'aws' as const };
  const { batches } = asffOf({ ...evidence, run: { ...evidence.run, target } });
  expect(batches.length).toBeGreaterThan(0);
  const wrong = batches.flatMap((Findings) =>
    wrongIn(
      {
        service: 'securityhub',
        operation: 'BatchImportFindings',
        input: { Findings },
        output: null,
        code: null,
      },
      of('securityhub'),
    ),
  );
  return [...new Set(wrong)];
}

function judgeTests({ of }: Present): void {
  const wrong = (service: string, operation: string, input: object, output: object | null = null) =>
    wrongIn({ service, operation, input, output, code: null }, of(service));

  test.each([
    [
      'a number below the least',
      'ec2',
      'DescribeSubnets',
      { MaxResults: 1 },
      /^asks MaxResults: value 1 not within 5/,
    ],
    [
      'a list that is too long',
      'ssm',
      'SendCommand',
      {
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: Array.from({ length: 51 }, () => 'i-0123456789abcdef0'),
      },
      /^asks InstanceIds: items 51 not within 0 to 50/,
    ],
    [
      'a text of another pattern',
      'sagemaker',
      'DescribeDomain',
      { DomainId: 'D_1' },
      /^asks DomainId: "D_1" does not fit/,
    ],
    [
      'no value of the enum',
      'kms',
      'Sign',
      { KeyId: 'k', Message: Buffer.from('m'), SigningAlgorithm: 'NONE' },
      /^asks SigningAlgorithm: "NONE" is none of the values/,
    ],
    ['a required member that is missing', 'iam', 'GetRole', {}, /^asks RoleName: is required/],
    [
      'a member that nobody knows',
      'sts',
      'GetCallerIdentity',
      { Who: 'me' },
      /^asks Who: the model has no such member/,
    ],
    [
      'another type',
      'logs',
      'FilterLogEvents',
      { logGroupName: 'g', startTime: '1' },
      /^asks startTime: is no whole number/,
    ],
  ] as const)('%s is seen', (_case, service, operation, input, expected) => {
    expect(wrong(service, operation, input)).toEqual([expect.stringMatching(expected)]);
  });

  test('an answer, an operation and an error that the model does not know are seen', () => {
    const domain = { DomainId: 'D_1', Status: 'Sleeping', CreationTime: 'today' };
    expect(wrong('sagemaker', 'DescribeDomain', { DomainId: 'd-1' }, domain)).toEqual([
      expect.stringMatching(/^answers DomainId: "D_1" does not fit/),
      expect.stringMatching(/^answers Status: "Sleeping" is none/),
      'answers CreationTime: is no time',
    ]);
    expect(wrong('sagemaker', 'DescribeNothing', {})).toEqual(['asks for no operation of the model']);
    const failed = {
      service: 'sagemaker',
      operation: 'DescribeDomain',
      input: { DomainId: 'd-1' },
      output: null,
    };
    const failure = (code: string) => wrongIn({ ...failed, code }, of('sagemaker'));
    expect(failure('NoSuchDomain')).toEqual(['fails with NoSuchDomain']);
    expect(failure('ResourceNotFound')).toEqual([]);
  });
}
