/** Where the firewall's records and the VPC's flow logs go, as far as that is read. */
import type { LogGroup, LoggingConfiguration, SectionValues, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import { firewallsHere, firewallsOfVpc } from '../../infra/model/firewall/subject';
import { ask } from '../../infra/model/known';
import { firewallFolder, flowLogFolder } from '../../infra/model/log-delivery';
import type { Judgement } from '../evidence';
import { type BucketDestination, bucketExists, logBucketOf } from './log-bucket';

export type Destination = NonNullable<
  NonNullable<LoggingConfiguration['LoggingConfiguration']>['LogDestinationConfigs']
>[number];

/** The destinations of a firewall's records of a type, or of any; empty when logging is not configured. */
export function destinationsOf(
  snapshot: Snapshot,
  firewallArn: string,
  type: 'ALERT' | 'FLOW' | 'any',
): readonly Destination[] {
  const described = returned(
    sectionValue(snapshot, 'loggingConfigurations').find(({ FirewallArn }) => FirewallArn === firewallArn),
    `the logging configuration of ${firewallArn}`,
  );
  // AWS returns no LoggingConfiguration for a firewall that has none (API reference, DescribeLoggingConfiguration).
  return (described.LoggingConfiguration?.LogDestinationConfigs ?? []).filter(({ LogType }) =>
    [returned(LogType, `LogType of a log destination of ${firewallArn}`), 'any'].includes(type),
  );
}

/** The log group of a destination, or null for another kind of destination. */
export function groupNameOf(destination: Destination): string | null {
  const type = returned(destination.LogDestinationType, 'LogDestinationType');
  if (type !== 'CloudWatchLogs') return null;
  return returned(destination.LogDestination?.['logGroup'], 'logGroup of a CloudWatchLogs destination');
}

/** A log group by name; null when CloudWatch Logs has none of that name. */
export function logGroupOf(snapshot: Snapshot, name: string): LogGroup | null {
  return sectionValue(snapshot, 'logGroups').find(({ logGroupName }) => logGroupName === name) ?? null;
}

/** The bucket of a firewall's S3 destination, with the folder in which its records lie. */
export function bucketOf(
  snapshot: Snapshot,
  firewallArn: string,
  destination: Destination,
): BucketDestination {
  const { name, folder } = placeInBucket(snapshot, firewallArn, destination);
  return { bucket: logBucketOf(snapshot, name), folders: [folder] };
}

/** Network Firewall API reference, LogDestinationConfig: the prefix is optional. */
function placeInBucket(
  { target }: Snapshot,
  firewallArn: string,
  { LogDestination, LogType }: Destination,
): { readonly name: string; readonly folder: string } {
  const name = returned(LogDestination?.['bucketName'], 'bucketName of an S3 destination');
  const folder = firewallFolder({
    prefix: LogDestination?.['prefix'] ?? '',
    account: returned(target.account, 'the account'),
    region: target.region,
    logType: returned(LogType, `LogType of a log destination of ${firewallArn}`),
    firewallName: firewallArn.slice(firewallArn.indexOf('/') + 1),
  });
  return { name, folder };
}

type FlowLog = SectionValues['flowLogs'][number];

/** The log group of a flow log, its bucket, or neither for another kind of destination. */
function storeOfFlowLog(snapshot: Snapshot, flowLog: FlowLog): Store | null {
  const { LogGroupName, LogDestination = '', DestinationOptions } = flowLog;
  if (LogGroupName !== undefined) return groupStore(snapshot, LogGroupName);
  // EC2 API reference, FlowLog: LogDestination is `arn:aws:s3:::bucket/subfolder/`.
  const [, name, prefix = ''] = /^arn:[a-z-]+:s3:::([^/]+)\/?(.*)$/.exec(LogDestination) ?? [];
  if (name === undefined) return null;
  const { account, region } = snapshot.target;
  const folder = flowLogFolder({
    prefix,
    account: returned(account, 'the account'),
    region,
    // EC2 API reference, DestinationOptionsRequest: "The default is false".
    hive: DestinationOptions?.HiveCompatiblePartitions === true,
  });
  return bucketStore(snapshot, name, [folder]);
}

/** Where logs lie: a log group or a bucket, each read when it is judged. */
type Store =
  | { readonly kind: 'group'; readonly name: string; readonly read: () => LogGroup | null }
  | {
      readonly kind: 'bucket';
      readonly name: string;
      readonly folders: readonly string[];
      readonly read: () => BucketDestination;
    };

const groupStore = (snapshot: Snapshot, name: string): Store => ({
  kind: 'group',
  name,
  read: () => logGroupOf(snapshot, name),
});

const bucketStore = (snapshot: Snapshot, name: string, folders: readonly string[]): Store => ({
  kind: 'bucket',
  name,
  folders,
  read: () => ({ bucket: logBucketOf(snapshot, name), folders }),
});

function storeOf(snapshot: Snapshot, firewallArn: string, destination: Destination): Store | null {
  const group = groupNameOf(destination);
  if (group !== null) return groupStore(snapshot, group);
  if (destination.LogDestinationType !== 'S3') return null;
  const { name, folder } = placeInBucket(snapshot, firewallArn, destination);
  return bucketStore(snapshot, name, [folder]);
}

interface StoresInUse {
  readonly stores: readonly Store[];
  /** The destinations of which this version reads nothing, as sentences without a full stop. */
  readonly notRead: readonly string[];
}

function storesInUse(snapshot: Snapshot): StoresInUse {
  const firewalls = firewallsHere(snapshot).map(({ Firewall }) =>
    returned(Firewall?.FirewallArn, 'FirewallArn'),
  );
  const ofFirewalls = firewalls
    .flatMap((arn) => destinationsOf(snapshot, arn, 'any').map((one) => ({ arn, one })))
    .map(({ arn, one }) => ({
      store: storeOf(snapshot, arn, one),
      what: `${one.LogType} records go to ${one.LogDestinationType}`,
    }));
  const ofFlowLogs = flowLogsHere(snapshot).map((one) => ({
    store: storeOfFlowLog(snapshot, one),
    what: `the flow log ${one.FlowLogId} goes to ${one.LogDestinationType}`,
  }));
  const all = [...ofFirewalls, ...ofFlowLogs];
  const byPlace = new Map<string, Store>();
  for (const { store } of all) {
    if (store === null) continue;
    const place = `${store.kind} ${store.name}`;
    byPlace.set(place, together(snapshot, byPlace.get(place) ?? store, store));
  }
  return {
    stores: [...byPlace.values()],
    notRead: all.flatMap(({ store, what }) => (store === null ? [what] : [])),
  };
}

/** Flow logs of another VPC are another owner's matter. */
function flowLogsHere(snapshot: Snapshot): readonly FlowLog[] {
  return sectionValue(snapshot, 'flowLogs').filter(
    ({ ResourceId: id }) => id?.startsWith('vpc-') !== true || id === snapshot.target.vpcId,
  );
}

/** Records of several kinds in one bucket lie in several folders. */
function together(snapshot: Snapshot, one: Store, other: Store): Store {
  if (one.kind === 'group' || other.kind === 'group') return one;
  return bucketStore(snapshot, one.name, [...new Set([...one.folders, ...other.folders])]);
}

/** How to judge what logs lie in. */
export interface StoreJudge {
  readonly group: (group: LogGroup, subject: string) => Judgement;
  readonly bucket: (bucket: BucketDestination, subject: string) => Judgement;
}

/**
 * Judges each log group and bucket in use; what this version does not read is unknown, and nothing in use is not
 * applicable. One that does not exist is another check's matter.
 */
export function eachLogStore(snapshot: Snapshot, judge: StoreJudge): Judgement[] {
  const { stores, notRead } = storesInUse(snapshot);
  const subject = snapshot.target.vpcId;
  const judged = stores.flatMap((store) => {
    const answer = ask(() => judgedStore(store, judge));
    if (answer.known) return answer.value ?? [];
    return { outcome: 'unknown' as const, subject: store.name, because: answer.because };
  });
  const open = [
    ...notRead.map((what) => `${what}, which is not read by this version.`),
    ...elsewhere(snapshot),
  ].map((because) => ({ outcome: 'unknown' as const, subject, because }));
  if (judged.length + open.length > 0) return [...judged, ...open];
  return [
    {
      outcome: 'not-applicable',
      subject,
      because: `No log group and no bucket is in use by the firewalls or the flow logs of ${subject}.`,
    },
  ];
}

/** A firewall of another VPC that could not be read may inspect Studio's traffic, and its records lie somewhere. */
function elsewhere(snapshot: Snapshot): readonly string[] {
  const found = firewallsOfVpc(snapshot);
  if (found.kind !== 'undecided') return [];
  return [
    `${snapshot.target.vpcId} has no Network Firewall, and where the records of one elsewhere go is not known: ${found.because}.`,
  ];
}

/** Null for one that does not exist. */
function judgedStore(store: Store, judge: StoreJudge): Judgement | null {
  if (store.kind === 'group') {
    const group = store.read();
    return group === null ? null : judge.group(group, group.logGroupArn ?? store.name);
  }
  const destination = store.read();
  return bucketExists(destination.bucket) ? judge.bucket(destination, store.name) : null;
}
