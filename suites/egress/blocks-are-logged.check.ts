/**
 * Each block appears in the firewall's alert log, tied to its probe.
 *
 * What
 *   Every blocked probe opened a connection beside the user's command whose server name holds a nonce; a record
 *   with that name must be in the alert log. A sentinel sent after the last probe tells when absence counts.
 *
 * Why
 *   A block that leaves no record cannot be shown to an auditor or seen by whoever watches. A default drop without
 *   an alert default is silent; so is everything that the stateless engine drops.
 *
 * Fix
 *   AWS::NetworkFirewall::LoggingConfiguration with LogType ALERT, and in strict order an alert default beside the
 *   drop default: StatefulDefaultActions [aws:drop_established, aws:alert_established].
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/troubleshooting-logging.html
 */
import { NotKnown, sectionValue } from '../../infra/snapshot/snapshot';
import type { LogCompleteness } from '../../probes/probe';
import { reachedTarget } from '../../probes/reached-target';
import type { Check, CheckInput } from '../check';
import type { Judgement } from '../evidence';
import {
  blockOf,
  controlInWords,
  inWords,
  judgeDestinations,
  ruleOf,
  stoppedBeforeItsName,
  targetIsUp,
  type Decision,
  type SeenDestination,
} from './destinations';

export default {
  id: 'egress/blocks-are-logged',
  statement: "Each block appears in the firewall's alert log, tied to its probe.",
  severity: 'high',
  controls: ['NIST-800-53r5:AU-12', 'NIST-800-53r5:AU-2'],
  judge,
} satisfies Check;

function judge(input: CheckInput): Judgement[] {
  const { live, snapshot } = input;
  if (live.status === 'not-run') throw new NotKnown(`No probe was sent: ${live.because}`);
  const logs = sectionValue(snapshot, 'loggingConfigurations').flatMap(
    (configuration) => configuration.LoggingConfiguration?.LogDestinationConfigs ?? [],
  );
  const hasAlertLog = logs.some((destination) => destination.LogType === 'ALERT');
  const judgements = judgeDestinations(input, 'denied', (seen) =>
    decide(seen, { log: live.log, hasAlertLog }),
  );
  // What got through is egress/denied-are-blocked's to say; here there is nothing to look for.
  const blocks = judgements.filter(
    ({ observations }) => observations?.[0] === undefined || !reachedTarget(observations[0]),
  );
  if (blocks.length > 0) return blocks;
  throw new NotKnown('Nothing that is denied was blocked, so whether blocks are logged could not be seen.');
}

interface Logging {
  readonly log: LogCompleteness;
  readonly hasAlertLog: boolean;
}

function decide(seen: SeenDestination, { log, hasAlertLog }: Logging): Decision {
  const { studio } = seen;
  const command = `\`${studio.title}\``;
  const record = blockOf(studio, 'nonce');
  if (record !== null) {
    return {
      outcome: 'pass',
      because: `The block of ${command} is on record: ${record.sni ?? record.httpHost ?? ''} at ${record.at} by ${ruleOf(record)}.`,
    };
  }
  if (studio.result.kind === 'inconclusive') {
    return { outcome: 'unknown', because: `${command} on ${studio.host}: ${inWords(studio)}.` };
  }
  const stopped = `${command} was stopped on ${studio.host} (${inWords(studio)})`;
  const early = stoppedBeforeItsName(studio);
  if (early !== null) return { outcome: 'unknown', because: `${stopped}, but ${early}.` };
  if (!targetIsUp(seen)) {
    return {
      outcome: 'unknown',
      because: `${stopped}, but ${controlInWords(seen)} too, so the target may be down.`,
    };
  }
  if (!hasAlertLog) {
    return {
      outcome: 'fail',
      because: `${stopped}, and that is on no record: the firewall has no ALERT log. Fix: add one to its LoggingConfiguration.`,
    };
  }
  if (log.status === 'incomplete') {
    return {
      outcome: 'unknown',
      because: `${stopped}, but its record has not been seen: ${log.because}.`,
    };
  }
  return {
    outcome: 'fail',
    because: `${stopped}, but unlogged: a later sentinel is in the alert log and the block of the marker beside it is not. Fix: give the drop an alert (aws:alert_established beside aws:drop_established, or a drop rule instead of a stateless drop).`,
  };
}
