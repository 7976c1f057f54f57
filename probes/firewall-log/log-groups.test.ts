import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import type { LoggingConfiguration, Snapshot } from '../../infra/snapshot/snapshot';
import { deliveryIntervalMs, firewallLog } from './log-groups';

type Destination = NonNullable<
  NonNullable<LoggingConfiguration['LoggingConfiguration']>['LogDestinationConfigs']
>[number];

const to = (
  LogType: Destination['LogType'],
  LogDestinationType: Destination['LogDestinationType'],
  LogDestination: Destination['LogDestination'],
): Destination => ({ LogType, LogDestinationType, LogDestination });

function logging(...firewalls: readonly (readonly Destination[] | null)[]): Snapshot {
  const snapshot = referenceSnapshot();
  const value = firewalls.map((destinations): LoggingConfiguration => ({
    FirewallArn: 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw',
    ...(destinations === null ? {} : { LoggingConfiguration: { LogDestinationConfigs: [...destinations] } }),
  }));
  const section = { status: 'read' as const, readAt: snapshot.takenAt, calls: [], value };
  return { ...snapshot, sections: { ...snapshot.sections, loggingConfigurations: section } };
}

test('the log groups of every firewall’s alerts are named once', () => {
  const snapshot = logging(
    [to('FLOW', 'CloudWatchLogs', { logGroup: 'flows' }), to('ALERT', 'CloudWatchLogs', { logGroup: 'a' })],
    [to('ALERT', 'CloudWatchLogs', { logGroup: 'b' })],
    [to('ALERT', 'CloudWatchLogs', { logGroup: 'a' })],
    [to('ALERT', 'S3', { bucketName: 'c' })],
  );
  expect(firewallLog(snapshot, 'ALERT')).toEqual({
    status: 'readable',
    logGroupNames: ['a', 'b'],
    folders: [
      {
        bucket: 'c',
        prefix: 'AWSLogs/123456789012/network-firewall/alert/us-east-1/fw/',
        firewallName: 'fw',
      },
    ],
    firewallNames: new Set(['fw']),
    unreadable: [],
  });
});

test('a firewall whose records cannot be read is named beside those that can; one without logging is not', () => {
  const snapshot = logging(
    [to('ALERT', 'CloudWatchLogs', { logGroup: 'a' })],
    [to('ALERT', 'KinesisDataFirehose', { deliveryStream: 'd' })],
    [to('FLOW', 'KinesisDataFirehose', { deliveryStream: 'd' })],
    null,
  );
  expect(firewallLog(snapshot, 'ALERT')).toMatchObject({
    logGroupNames: ['a'],
    unreadable: [expect.stringContaining('go to KinesisDataFirehose, which cannot be read')],
  });
});

test('a TLS log is neither of alerts nor of flows, wherever it goes', () => {
  const tls = logging([to('TLS', 'CloudWatchLogs', { logGroup: 'a' })]);
  expect(firewallLog(tls, 'ALERT')).toMatchObject({
    status: 'not-readable',
    because: expect.stringContaining('no ALERT logging'),
  });
  const beside = logging([
    to('TLS', 'CloudWatchLogs', { logGroup: 'tls' }),
    to('ALERT', 'CloudWatchLogs', { logGroup: 'alerts' }),
    to('FLOW', 'S3', { bucketName: 'b' }),
  ]);
  expect(firewallLog(beside, 'ALERT')).toMatchObject({ logGroupNames: ['alerts'], folders: [] });
  expect(firewallLog(beside, 'FLOW')).toMatchObject({ logGroupNames: [], folders: [{ bucket: 'b' }] });
});

test('only files in a bucket of AWS’s come together', () => {
  const snapshot = logging([
    to('ALERT', 'S3', { bucketName: 'b' }),
    to('FLOW', 'CloudWatchLogs', { logGroup: 'a' }),
  ]);
  const inAws = { ...snapshot, target: { ...snapshot.target, kind: 'aws' as const } };
  const inLab = { ...snapshot, target: { ...snapshot.target, kind: 'lab' as const } };
  expect(deliveryIntervalMs(inAws, firewallLog(inAws, 'ALERT'))).toBe(300_000);
  expect(deliveryIntervalMs(inAws, firewallLog(inAws, 'FLOW'))).toBe(0);
  expect(deliveryIntervalMs(inLab, firewallLog(inLab, 'ALERT'))).toBe(0);
});

test('a firewall with a log group is not looked for in S3 as well; a prefix stands in front of the folder', () => {
  const both = logging([
    to('ALERT', 'CloudWatchLogs', { logGroup: 'a' }),
    to('ALERT', 'S3', { bucketName: 'b' }),
    to('FLOW', 'S3', { bucketName: 'b', prefix: 'x/y/' }),
  ]);
  expect(firewallLog(both, 'ALERT')).toMatchObject({ logGroupNames: ['a'], folders: [] });
  expect(firewallLog(both, 'FLOW')).toMatchObject({
    logGroupNames: [],
    folders: [
      {
        bucket: 'b',
        prefix: 'x/y/AWSLogs/123456789012/network-firewall/flow/us-east-1/fw/',
        firewallName: 'fw',
      },
    ],
  });
});

test.each([
  ['no configuration', logging(null), 'no ALERT logging'],
  ['no firewall', logging(), 'no ALERT logging'],
  ['flows alone', logging([to('FLOW', 'CloudWatchLogs', { logGroup: 'flows' })]), 'no ALERT logging'],
  [
    'Firehose',
    logging([to('ALERT', 'KinesisDataFirehose', { deliveryStream: 'd' })]),
    'alerts go to KinesisDataFirehose, which cannot be read; send them to CloudWatch Logs or S3 as well',
  ],
  ['a bucket without a name', logging([to('ALERT', 'S3', {})]), 'that AWS did not name'],
  ['a group without a name', logging([to('ALERT', 'CloudWatchLogs', {})]), 'that AWS did not name'],
])('%s cannot be read, and why is said', (_case, snapshot, because) => {
  expect(firewallLog(snapshot, 'ALERT')).toEqual({
    status: 'not-readable',
    because: expect.stringContaining(because),
  });
});

test('a section that could not be read is not taken for no logging', () => {
  const snapshot = logging();
  const unread = {
    status: 'unread' as const,
    at: snapshot.takenAt,
    operation: 'network-firewall:DescribeLoggingConfiguration',
    error: 'AccessDeniedException',
    message: 'no',
    missingPermission: 'network-firewall:DescribeLoggingConfiguration',
  };
  const { sections } = snapshot;
  expect(
    firewallLog({ ...snapshot, sections: { ...sections, loggingConfigurations: unread } }, 'ALERT'),
  ).toEqual({
    status: 'not-readable',
    because: expect.stringContaining('grant network-firewall:DescribeLoggingConfiguration'),
  });
});
