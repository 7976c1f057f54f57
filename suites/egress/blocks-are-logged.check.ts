/**
 * Each block appears in the firewall's alert log, tied to its probe.
 *
 * What: every blocked probe opened a connection beside the user's command whose server name holds a nonce; a record with
 * that name must be in the alert log. A sentinel sent after the last probe tells when absence counts.
 *
 * Why: a block that leaves no record cannot be shown to an auditor or seen by whoever watches. A default drop without an
 * alert default is silent; so is everything that the stateless engine drops.
 *
 * Fix: AWS::NetworkFirewall::LoggingConfiguration with LogType ALERT, and in strict order an alert default beside the drop
 * default: StatefulDefaultActions [aws:drop_established, aws:alert_established].
 *
 * References:
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/troubleshooting-logging.html
 */
import { NotKnown, sectionValue } from '../../infra/snapshot/snapshot';
import { saysBlocked } from '../../probes/firewall-record-verdict';
import type { LogCompleteness, Observation } from '../../probes/probe';
import type { Check, CheckInput } from '../check';
import type { Judgement } from '../evidence';
import { bothSides, seenDestinations, type SeenDestination } from './destinations';

export default {
  id: 'egress/blocks-are-logged',
  statement: "Each block appears in the firewall's alert log, tied to its probe.",
  severity: 'high',
  controls: ['NIST-800-53r5:AU-12', 'NIST-800-53r5:AU-2'],
  judge,
} satisfies Check;

function judge(input: CheckInput): Judgement[] {
  const { live, snapshot } = input;
  const blocked = seenDestinations(input, 'denied').filter(({ studio }) => isBlocked(studio));
  if (live.status === 'not-run') throw new NotKnown(live.because);
  if (blocked.length === 0) {
    throw new NotKnown('Nothing that is denied was blocked, so whether blocks are logged could not be seen.');
  }
  const logs = sectionValue(snapshot, 'loggingConfigurations').flatMap(
    (configuration) => configuration.LoggingConfiguration?.LogDestinationConfigs ?? [],
  );
  const hasAlertLog = logs.some((destination) => destination.LogType === 'ALERT');
  return blocked.map((seen) => judged(seen, { log: live.log, hasAlertLog }));
}

const isBlocked = ({ result }: Observation): boolean =>
  result.kind === 'timed-out' || result.kind === 'reset';

interface Logging {
  readonly log: LogCompleteness;
  readonly hasAlertLog: boolean;
}

function judged(seen: SeenDestination, { log, hasAlertLog }: Logging): Judgement {
  const { studio } = seen;
  const command = `\`${studio.title}\``;
  const base = { subject: studio.host, observations: bothSides(seen) };
  if (!hasAlertLog) {
    return {
      ...base,
      outcome: 'fail',
      because: `${command} was blocked and is on no record: the firewall has no ALERT log; add one to its LoggingConfiguration.`,
    };
  }
  const record = studio.firewallRecords.find(
    (tied) => tied.by === 'nonce' && saysBlocked(tied.record),
  )?.record;
  if (record !== undefined) {
    return {
      ...base,
      outcome: 'pass',
      because: `The block of ${command} is on record: ${record.sni ?? record.httpHost ?? ''} at ${record.at}, "${record.signature ?? ''}", firewall ${record.firewallName}.`,
    };
  }
  const similar = studio.firewallRecords.find(({ record: tied }) => saysBlocked(tied))?.record;
  if (similar !== undefined) {
    return {
      ...base,
      outcome: 'unknown',
      because: `A block of ${similar.sni ?? similar.httpHost ?? 'the name'} is on record at ${similar.at}, but the record of the probe's own marker is not, so it may be somebody else's.`,
    };
  }
  if (log.status === 'incomplete') {
    return {
      ...base,
      outcome: 'unknown',
      because: `${command} was blocked, but its record has not been seen: ${log.because}.`,
    };
  }
  return {
    ...base,
    outcome: 'fail',
    because: `${command} was blocked but unlogged: a later sentinel is in the alert log and this block is not; give the drop an alert (aws:alert_established beside aws:drop_established, or a drop rule instead of a stateless drop).`,
  };
}
