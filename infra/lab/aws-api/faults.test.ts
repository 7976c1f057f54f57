import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeDomainCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { newLabState } from '../state';
import { type Handler, on } from './handler';
import { type ApiServer, startApiServer } from './server';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const clientOptions = ({ endpoint }: ApiServer) => ({ endpoint, region: 'us-east-1', credentials });

let server: ApiServer | null = null;
async function start(handlers: readonly Handler[]): Promise<ApiServer> {
  server = await startApiServer({
    context: { state: newLabState(), hosts: () => null, now: () => new Date(0) },
    handlers,
  });
  return server;
}
afterEach(async () => {
  await server?.close();
  server = null;
});

const describeSubnets = on('ec2', DescribeSubnetsCommand, () => ({
  Subnets: [{ SubnetId: 'subnet-1' }, { SubnetId: 'subnet-2' }, { SubnetId: 'subnet-3' }],
}));

const accessDeniedMessage =
  'User: arn:aws:iam::123456789012:user/lab is not authorized to perform: sagemaker:DescribeDomain because no identity-based policy allows the sagemaker:DescribeDomain action';

describe('faults', () => {
  test('deny access in the words of each protocol, for one operation only', async () => {
    const started = await start([describeSubnets, on('ec2', DescribeVpcsCommand, () => ({ Vpcs: [] }))]);
    const options = clientOptions(started);
    for (const name of ['ec2:DescribeVpcs', 'sagemaker:*', 'iam:GetRole'])
      started.faults.add({ on: name, kind: 'access-denied' });
    await expect(new EC2Client(options).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(
      new SageMakerClient(options).send(new DescribeDomainCommand({ DomainId: 'd' })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: accessDeniedMessage,
    });
    await expect(new IAMClient(options).send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    expect((await new EC2Client(options).send(new DescribeSubnetsCommand({}))).Subnets).toHaveLength(3);
    started.faults.clear();
    expect((await new EC2Client(options).send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  });

  test('throttle for a number of calls, and the SDK waits as long as the answer says', async () => {
    const started = await start([describeSubnets]);
    started.faults.add({ on: 'ec2:DescribeSubnets', kind: 'throttled', retryAfterMs: 20, times: 2 });
    const { $metadata } = await new EC2Client(clientOptions(started)).send(new DescribeSubnetsCommand({}));
    expect($metadata.attempts).toBe(3);
    expect(started.calls.map((call) => call.status)).toEqual([503, 503, 200]);
    expect(started.calls[0]?.error).toBe('RequestLimitExceeded: Request limit exceeded.');
  });

  test('reset or cut a connection, and hold an answer back', async () => {
    const started = await start([describeSubnets]);
    const client = new EC2Client({ ...clientOptions(started), maxAttempts: 1 });
    started.faults.add({ on: '*', kind: 'reset', times: 1 });
    await expect(client.send(new DescribeSubnetsCommand({}))).rejects.toThrow('ECONNRESET');
    started.faults.add({ on: '*', kind: 'truncated', times: 1 });
    await expect(client.send(new DescribeSubnetsCommand({}))).rejects.toThrow();
    started.faults.add({ on: 'ec2:*', kind: 'late', delayMs: 80, times: 1 });
    const startedMs = performance.now();
    expect((await client.send(new DescribeSubnetsCommand({}))).Subnets).toHaveLength(3);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
    expect(started.calls.map((call) => call.status)).toEqual([0, 200, 200]);
  });

  test('that name no call are refused', async () => {
    const { faults } = await start([]);
    expect(() => faults.add({ on: 'DescribeVpcs', kind: 'reset' })).toThrow('service:Operation');
  });
});
