/** Where the firewall's records of one type go. */
import type { LogGroup, LoggingConfiguration, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import { firewallsHere } from '../../infra/model/firewall/subject';
import { ask } from '../../infra/model/known';
import type { Judgement } from '../evidence';

type Destination = NonNullable<
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

/** Judges that records of a type are written to a log group that exists. */
export function recordsAreKept(snapshot: Snapshot, firewallArn: string, type: 'ALERT' | 'FLOW'): Judgement {
  const destinations = destinationsOf(snapshot, firewallArn, type);
  if (destinations.length === 0) {
    return {
      outcome: 'fail',
      subject: firewallArn,
      because: `${firewallArn} writes no ${type} records. Fix: add a LogDestinationConfig of LogType ${type} (AWS::NetworkFirewall::LoggingConfiguration; aws network-firewall update-logging-configuration --firewall-arn ${firewallArn}).`,
    };
  }
  const groups = destinations.flatMap((destination) => groupNameOf(destination) ?? []);
  const there = groups.find((name) => logGroupOf(snapshot, name) !== null);
  if (there !== undefined) {
    return {
      outcome: 'pass',
      subject: firewallArn,
      because: `${type} records of ${firewallArn} go to the log group ${there}.`,
    };
  }
  const others = destinations.filter((destination) => groupNameOf(destination) === null);
  if (others.length > 0) {
    const kinds = others.map(({ LogDestinationType }) => LogDestinationType).join(', ');
    return {
      outcome: 'unknown',
      subject: firewallArn,
      because: `${type} records of ${firewallArn} go to ${kinds}, which is not read by this version; whether the destination exists is not known.`,
    };
  }
  const group = groups.join(', ');
  return {
    outcome: 'fail',
    subject: firewallArn,
    because: `${type} records of ${firewallArn} go to the log group ${group}, which does not exist. Fix: create it (AWS::Logs::LogGroup; aws logs create-log-group --log-group-name ${group}).`,
  };
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

/** The log groups in use, and the destinations of which this version reads nothing. */
export interface LogsInUse {
  readonly groups: readonly LogGroup[];
  /** As sentences without a full stop. */
  readonly notRead: readonly string[];
}

/** Where the firewalls' records and the VPC's flow logs go. A log group that does not exist is another check's matter. */
export function logsInUse(snapshot: Snapshot): LogsInUse {
  const firewalls = firewallsHere(snapshot).map(({ Firewall }) =>
    returned(Firewall?.FirewallArn, 'FirewallArn'),
  );
  const destinations = firewalls.flatMap((arn) => destinationsOf(snapshot, arn, 'any'));
  const flowLogs = sectionValue(snapshot, 'flowLogs');
  const names = new Set([
    ...destinations.flatMap((destination) => groupNameOf(destination) ?? []),
    ...flowLogs.flatMap(({ LogGroupName }) => LogGroupName ?? []),
  ]);
  const notRead = [
    ...destinations.flatMap((one) =>
      groupNameOf(one) === null ? [`${one.LogType} records go to ${one.LogDestinationType}`] : [],
    ),
    ...flowLogs.flatMap((one) =>
      one.LogGroupName === undefined
        ? [`the flow log ${one.FlowLogId} goes to ${one.LogDestinationType}`]
        : [],
    ),
  ];
  return { groups: [...names].flatMap((name) => logGroupOf(snapshot, name) ?? []), notRead };
}

/** Judges each log group in use; what this version does not read is unknown, and nothing in use is not applicable. */
export function eachLogGroup(
  snapshot: Snapshot,
  judge: (group: LogGroup, subject: string) => Judgement,
): Judgement[] {
  const { groups, notRead } = logsInUse(snapshot);
  const subject = snapshot.target.vpcId;
  const judged = groups.map((group) => {
    const name = returned(group.logGroupName, 'logGroupName');
    const answer = ask(() => judge(group, group.logGroupArn ?? name));
    return answer.known
      ? answer.value
      : { outcome: 'unknown' as const, subject: name, because: answer.because };
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
      because: `No log group is in use by the firewalls or the flow logs of ${subject}.`,
    },
  ];
}
