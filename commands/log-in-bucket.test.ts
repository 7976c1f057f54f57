/** The whole command on a lab whose firewall logs into a bucket, through the AWS API alone. */
import {
  DescribeLoggingConfigurationCommand,
  NetworkFirewallClient,
  UpdateLoggingConfigurationCommand,
  type LogDestinationConfig,
} from '@aws-sdk/client-network-firewall';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Lab } from '../infra/lab/lab';
import { expectExit, labForTest, verifyLab, RECOMMENDED_INTENT } from './lab-run.fixture';

jest.setTimeout(180_000);

const BUCKET = 'firewall-records';

let lab: Lab;
let logDelayMs = 0;
beforeAll(async () => {
  lab = await labForTest({ logDelayMs: () => logDelayMs });
  await logTo(BUCKET);
});
afterAll(async () => lab?.close());

/** AWS changes one destination a call. */
async function logTo(bucketName: string): Promise<void> {
  const s3 = new S3Client({ ...lab.connection, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucketName }));
  s3.destroy();
  const firewall = new NetworkFirewallClient(lab.connection);
  const [FirewallArn = ''] = lab.state.firewalls.keys();
  const { LoggingConfiguration: before } = await firewall.send(
    new DescribeLoggingConfigurationCommand({ FirewallArn }),
  );
  const write = (LogDestinationConfigs: LogDestinationConfig[]) =>
    firewall.send(
      new UpdateLoggingConfigurationCommand({ FirewallArn, LoggingConfiguration: { LogDestinationConfigs } }),
    );
  const old = before?.LogDestinationConfigs ?? [];
  for (let left = old.length - 1; left >= 0; left -= 1) await write(old.slice(0, left));
  const now = old.map(({ LogType }): LogDestinationConfig => ({
    LogType,
    LogDestinationType: 'S3',
    LogDestination: { bucketName },
  }));
  for (const [index] of now.entries()) await write(now.slice(0, index + 1));
  firewall.destroy();
}

const verify = () =>
  verifyLab({ lab, argv: ['--intent', RECOMMENDED_INTENT, '--suite', 'egress', '--log-timeout', '30'] });

test('blocks and flows are found in the bucket, late as they come, and beside a broken file', async () => {
  logDelayMs = 5000;
  const hour = new Date().toISOString().slice(0, 13).replace(/[-T]/g, '/');
  const [firewall] = lab.state.firewalls.values();
  const { account, region } = lab.state;
  const folder = `AWSLogs/${account}/network-firewall/alert/${region}/${firewall?.Firewall.FirewallName}/${hour}`;
  lab.state.buckets.get(BUCKET)?.objects.set(`${folder}/broken.log.gz`, {
    content: Buffer.from('half a file'),
    visibleAt: new Date(),
  });
  const run = await verify();
  const { evidence, outcomes } = run;
  expect(outcomes('egress/blocks-are-logged')).toEqual(['pass']);
  expect(evidence.firewallLog).toMatchObject({ status: 'complete' });
  expect(evidence.flowLog).toMatchObject({ status: 'complete' });
  expect(evidence.firewallLog?.waitedMs).toBeGreaterThan(1000);
  expectExit(run, 0);
});

test('a bucket whose files may not be read leaves the blocks unknown, and names the permission', async () => {
  lab.server.faults.add({ kind: 'access-denied', on: 's3:GetObject' });
  const run = await verify();
  const { evidence, outcomes } = run;
  expect(outcomes('egress/blocks-are-logged')).toEqual(['unknown']);
  expect(evidence.firewallLog).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('grant s3:GetObject to the caller'),
  });
  expectExit(run, 2);
});
