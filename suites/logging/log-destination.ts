/** Where the firewall's records and the VPC's flow logs go, as far as that is read. */
import type { LogGroup, LoggingConfiguration, SectionValues, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import { firewallsHere } from '../../infra/model/firewall/subject';
import { ask } from '../../infra/model/known';
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

/** The bucket of an S3 destination, with the prefix below which records lie. */
export function bucketOf(snapshot: Snapshot, destination: Destination): BucketDestination {
  const { name, prefix } = bucketNameOf(destination);
  return { bucket: logBucketOf(snapshot, name), prefix };
}

/** Network Firewall API reference, LogDestinationConfig: the prefix is optional. */
function bucketNameOf({ LogDestination }: Destination): { readonly name: string; readonly prefix: string } {
  const name = returned(LogDestination?.['bucketName'], 'bucketName of an S3 destination');
  return { name, prefix: LogDestination?.['prefix'] ?? '' };
}

type FlowLog = SectionValues['flowLogs'][number];

/** The log group of a flow log, its bucket, or neither for another kind of destination. */
function storeOfFlowLog(snapshot: Snapshot, { LogGroupName, LogDestination = '' }: FlowLog): Store | null {
  if (LogGroupName !== undefined) return groupStore(snapshot, LogGroupName);
  // EC2 API reference, FlowLog: LogDestination is `arn:aws:s3:::bucket/subfolder/`.
  const [, name, prefix = ''] = /^arn:[a-z-]+:s3:::([^/]+)\/?(.*)$/.exec(LogDestination) ?? [];
  return name === undefined ? null : bucketStore(snapshot, name, prefix);
}

/** Where logs lie: a log group or a bucket, each read when it is judged. */
type Store =
  | { readonly kind: 'group'; readonly name: string; readonly read: () => LogGroup | null }
  | {
      readonly kind: 'bucket';
      readonly name: string;
      readonly prefix: string;
      readonly read: () => BucketDestination;
    };

const groupStore = (snapshot: Snapshot, name: string): Store => ({
  kind: 'group',
  name,
  read: () => logGroupOf(snapshot, name),
});

const bucketStore = (snapshot: Snapshot, name: string, prefix: string): Store => ({
  kind: 'bucket',
  name,
  prefix,
  read: () => ({ bucket: logBucketOf(snapshot, name), prefix }),
});

function storeOf(snapshot: Snapshot, destination: Destination): Store | null {
  const group = groupNameOf(destination);
  if (group !== null) return groupStore(snapshot, group);
  if (destination.LogDestinationType !== 'S3') return null;
  const { name, prefix } = bucketNameOf(destination);
  return bucketStore(snapshot, name, prefix);
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
    .flatMap((arn) => destinationsOf(snapshot, arn, 'any'))
    .map((one) => ({
      store: storeOf(snapshot, one),
      what: `${one.LogType} records go to ${one.LogDestinationType}`,
    }));
  const ofFlowLogs = sectionValue(snapshot, 'flowLogs').map((one) => ({
    store: storeOfFlowLog(snapshot, one),
    what: `the flow log ${one.FlowLogId} goes to ${one.LogDestinationType}`,
  }));
  const all = [...ofFirewalls, ...ofFlowLogs];
  const byPlace = new Map(
    all.flatMap(({ store }) => (store === null ? [] : [[placeOf(store), store] as const])),
  );
  return {
    stores: [...byPlace.values()],
    notRead: all.flatMap(({ store, what }) => (store === null ? [what] : [])),
  };
}

function placeOf(store: Store): string {
  return store.kind === 'group' ? `group ${store.name}` : `bucket ${store.name}/${store.prefix}`;
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
  const open = notRead.map((what) => ({
    outcome: 'unknown' as const,
    subject,
    because: `${what}, which is not read by this version.`,
  }));
  if (judged.length + open.length > 0) return [...judged, ...open];
  return [
    {
      outcome: 'not-applicable',
      subject,
      because: `No log group and no bucket is in use by the firewalls or the flow logs of ${subject}.`,
    },
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
