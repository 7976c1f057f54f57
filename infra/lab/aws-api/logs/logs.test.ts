/** CloudWatch Logs over the wire, and the way of a firewall's records into it. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeResourcePoliciesCommand,
  FilterLogEventsCommand,
  type FilterLogEventsRequest,
  InvalidParameterException,
  paginateDescribeLogGroups,
  PutLogEventsCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type LabState, newLabState } from '../../state';
import type { LabContext } from '../handler';
import { type ApiServer, startApiServer } from '../server';
import { stsHandlers } from '../sts/sts';
import { deliverFirewallEvent } from './log-delivery';
import { logsHandlers } from './logs';

const startMs = Date.parse('2026-11-23T04:06:58.000Z');
const firewallArn = 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw';

let nowMs: number;
let state: LabState;
let server: ApiServer;
let logs: CloudWatchLogsClient;

beforeEach(async () => {
  nowMs = startMs;
  state = newLabState();
  const context: LabContext = { state, hosts: () => null, now: () => new Date(nowMs), pageSize: 2 };
  server = await startApiServer({ context, handlers: [...logsHandlers(context), ...stsHandlers(context)] });
  logs = new CloudWatchLogsClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    maxAttempts: 1,
  });
});
afterEach(() => server.close());

/** All events of all pages, and how many events each page had. */
async function filter(
  request: FilterLogEventsRequest,
): Promise<{ messages: string[]; pages: number[]; streams: Set<string> }> {
  const found = { messages: [] as string[], pages: [] as number[], streams: new Set<string>() };
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new FilterLogEventsCommand({ ...request, nextToken }));
    found.pages.push(page.events?.length ?? 0);
    for (const event of page.events ?? []) {
      found.messages.push(event.message ?? '');
      found.streams.add(event.logStreamName ?? '');
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

async function groupWithEvents(count: number): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: 'g', logStreamName: 's' }));
  const logEvents = Array.from({ length: count }, (_, index) => ({
    timestamp: nowMs - count + index,
    message: JSON.stringify({ n: index }),
  }));
  await logs.send(new PutLogEventsCommand({ logGroupName: 'g', logStreamName: 's', logEvents }));
}

describe('log groups', () => {
  test('are found by prefix and by ARN, in pages, with what was set on them', async () => {
    for (const logGroupName of ['/fw/alert', '/fw/flow', '/fw/tls', '/vpc/flow'])
      await logs.send(
        new CreateLogGroupCommand({ logGroupName, kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1' }),
      );
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/fw/alert', retentionInDays: 90 }));
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: '/fw/' }))
      pages.push((page.logGroups ?? []).map((group) => group.logGroupName));
    expect(pages).toEqual([['/fw/alert', '/fw/flow'], ['/fw/tls']]);
    const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/fw/alert';
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupIdentifiers: [arn] }));
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/fw/alert',
        logGroupArn: arn,
        arn: `${arn}:*`,
        retentionInDays: 90,
        kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1',
        creationTime: startMs,
      },
    ]);
    expect(
      (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/vpc' }))).logGroups?.[0],
    ).not.toHaveProperty('retentionInDays');
  });

  test('are refused twice, with a wrong name or retention, and when they are unknown', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }))).rejects.toThrow(
      ResourceAlreadyExistsException,
    );
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'a b' }))).rejects.toThrow(
      InvalidParameterException,
    );
    await expect(
      logs.send(new PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 10 })),
    ).rejects.toThrow(InvalidParameterException);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: 'g' }));
    await expect(logs.send(new FilterLogEventsCommand({ logGroupName: 'g' }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });
});

describe('filtering', () => {
  test('walks all events, and its pages may be empty though more follow', async () => {
    await groupWithEvents(100);
    const all = await filter({ logGroupName: 'g' });
    expect(all.messages).toEqual(Array.from({ length: 100 }, (_, index) => JSON.stringify({ n: index })));
    const last = await filter({ logGroupName: 'g', filterPattern: '{ $.n = 99 }' });
    expect(last).toMatchObject({ messages: ['{"n":99}'], pages: [0, 0, 1] });
  });

  test('keeps to limit and to the bounds of time, both included', async () => {
    await groupWithEvents(10);
    expect((await filter({ logGroupName: 'g', limit: 4 })).pages).toEqual([4, 4, 2]);
    const { messages } = await filter({ logGroupName: 'g', startTime: nowMs - 5, endTime: nowMs - 3 });
    expect(messages).toEqual(['{"n":5}', '{"n":6}', '{"n":7}']);
    await expect(filter({ logGroupName: 'g', limit: 0 })).rejects.toThrow(InvalidParameterException);
    await expect(
      logs.send(new FilterLogEventsCommand({ logGroupName: 'g', nextToken: '5' })),
    ).rejects.toThrow(InvalidParameterException);
    await expect(filter({ logGroupName: 'g', filterPattern: 'ERROR' })).rejects.toThrow(
      InvalidParameterException,
    );
  });

  test('neither repeats nor skips what follows when an event is filed late between two pages', async () => {
    await groupWithEvents(60);
    const first = await logs.send(new FilterLogEventsCommand({ logGroupName: 'g' }));
    await logs.send(
      new PutLogEventsCommand({
        logGroupName: 'g',
        logStreamName: 's',
        logEvents: [{ timestamp: nowMs - 60, message: '{"late":true}' }],
      }),
    );
    const second = await logs.send(
      new FilterLogEventsCommand({ logGroupName: 'g', nextToken: first.nextToken }),
    );
    expect(second.events?.[0]?.message).toBe('{"n":40}');
  });
});

describe('delivery of firewall records', () => {
  const eve = {
    timestamp: '2026-11-23T04:06:58.150825+0000',
    flow_id: 626_307_212_205_339,
    event_type: 'alert',
    src_ip: '10.2.2.10',
    alert: { action: 'blocked', signature_id: 4, signature: 'not matching any TLS allowlisted FQDNs' },
    tls: { sni: 'n0nce.example.com' },
  };
  const deliver = (record: Record<string, unknown>, delayMs = 0) =>
    deliverFirewallEvent({
      state,
      event: { firewallArn, availabilityZone: 'us-east-1a', eve: record },
      now: new Date(nowMs),
      delayMs,
    });

  beforeEach(async () => {
    state.firewalls.set(firewallArn, {
      Firewall: {
        FirewallName: 'fw',
        FirewallId: 'id',
        FirewallPolicyArn: 'arn',
        VpcId: 'vpc-1',
        SubnetMappings: [],
      },
      FirewallStatus: { Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC' },
      UpdateToken: 't',
    });
    const destination = (LogType: 'ALERT' | 'FLOW', logGroup: string) =>
      ({ LogType, LogDestinationType: 'CloudWatchLogs', LogDestination: { logGroup } }) as const;
    state.loggingConfigurations.set(firewallArn, {
      LogDestinationConfigs: [destination('ALERT', '/fw/alert'), destination('FLOW', '/fw/flow')],
    });
    for (const logGroupName of ['/fw/alert', '/fw/flow'])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
  });

  test("puts an alert in AWS's envelope, under the event's own time, into the firewall's stream of that hour", async () => {
    nowMs = startMs + 3_600_000;
    expect(deliver(eve)).toBe(true);
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/fw/alert' }));
    expect(events).toHaveLength(1);
    expect(events?.[0]).toMatchObject({
      logStreamName: '/aws/network-firewall/alert/fw_2026-11-23-04',
      timestamp: Date.parse('2026-11-23T04:06:58.150Z'),
      ingestionTime: nowMs,
    });
    expect(JSON.parse(events?.[0]?.message ?? '')).toEqual({
      firewall_name: 'fw',
      availability_zone: 'us-east-1a',
      event_timestamp: '1795406818',
      event: eve,
    });
  });

  test('cannot be read before its delay is over, neither the event nor its stream', async () => {
    deliver(eve, 180_000);
    const pattern = '{ $.event.tls.sni = "n0nce.*" }';
    nowMs = startMs + 179_999;
    expect((await filter({ logGroupName: '/fw/alert', filterPattern: pattern })).messages).toEqual([]);
    expect(
      (await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/fw/alert' }))).logStreams,
    ).toEqual([]);
    nowMs = startMs + 180_000;
    expect((await filter({ logGroupName: '/fw/alert', filterPattern: pattern })).messages).toHaveLength(1);
    expect(
      (await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/fw/alert' }))).logStreams,
    ).toHaveLength(1);
  });

  test('tells flow records from alerts, and leaves out what AWS does not deliver', async () => {
    expect(deliver({ ...eve, event_type: 'netflow' })).toBe(true);
    for (const event_type of ['drop', 'stats', 'flow', 'constructor', undefined])
      expect(deliver({ ...eve, event_type })).toBe(false);
    expect((await filter({ logGroupName: '/fw/flow' })).streams).toEqual(
      new Set(['/aws/network-firewall/flow/fw_2026-11-23-04']),
    );
    expect((await filter({ logGroupName: '/fw/alert' })).messages).toEqual([]);
  });

  test('delivers nothing without a configuration, a destination for the type, or the log group', async () => {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/fw/alert' }));
    expect(deliver(eve)).toBe(false);
    state.loggingConfigurations.set(firewallArn, {
      LogDestinationConfigs: [
        { LogType: 'ALERT', LogDestinationType: 'S3', LogDestination: { bucketName: 'b' } },
      ],
    });
    expect(deliver(eve)).toBe(false);
    state.loggingConfigurations.delete(firewallArn);
    expect(deliver({ ...eve, event_type: 'netflow' })).toBe(false);
  });

  test.each([undefined, 5, '', 'yesterday', '2026-13-45T04:06:58.150825+0000'])(
    'refuses a record with the timestamp %s',
    (timestamp) => {
      expect(() => deliver({ ...eve, timestamp })).toThrow('no readable timestamp');
    },
  );
});

test('resource policies are kept, listed in pages and bounded in length', async () => {
  for (const policyName of ['a', 'b', 'c'])
    await logs.send(new PutResourcePolicyCommand({ policyName, policyDocument: '{}' }));
  const first = await logs.send(new DescribeResourcePoliciesCommand({}));
  expect(first.resourcePolicies).toMatchObject([
    { policyName: 'a', policyDocument: '{}', lastUpdatedTime: startMs },
    { policyName: 'b' },
  ]);
  const second = await logs.send(new DescribeResourcePoliciesCommand({ nextToken: first.nextToken }));
  expect(second).toMatchObject({ resourcePolicies: [{ policyName: 'c' }] });
  await expect(
    logs.send(new PutResourcePolicyCommand({ policyName: 'long', policyDocument: 'x'.repeat(5121) })),
  ).rejects.toThrow(InvalidParameterException);
});

test('STS says who the caller is', async () => {
  const sts = new STSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
  });
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/lab',
  });
});
