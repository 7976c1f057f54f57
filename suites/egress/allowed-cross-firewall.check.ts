/**
 * Each allowed destination's flow is in the firewall's flow records, out and back: it did not go round.
 *
 * What
 *   Of each allowed client that got through, the FLOW log must hold records of both directions to the address that
 *   the host resolved, on its port and protocol, begun in the time of the command. A flow record has no name, so
 *   it is tied by destination and time. A later connection that is in the log tells when absence counts; or the
 *   routes of the snapshot, where they lead round as well.
 *
 * Why
 *   What is allowed leaves no alert, so a route round the firewall shows nowhere else: the client works either
 *   way. With the answers alone going round, TLS rules may never fire (aws.md 6.15, REPORT).
 *
 * Fix
 *   Routing/egress-crosses-firewall and routing/return-crosses-firewall name the route: AWS::EC2::Route
 *   VpcEndpointId of the NAT subnet's table, and of the internet gateway's edge table (aws ec2 replace-route
 *   --route-table-id … --vpc-endpoint-id …).
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging-contents.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config.html
 */
import { NotKnown, sectionValue } from '../../infra/snapshot/snapshot';
import { directionsOffRecord, type Direction } from '../../probes/flow-destination';
import type { LiveEvidence, LogCompleteness, Observation, SentFlow } from '../../probes/probe';
import { wasReached } from '../../probes/reached-target';
import type { Check, CheckInput } from '../check';
import type { Judgement } from '../evidence';
import { attributed } from './attributed';
import {
  inWords as resultInWords,
  judgeDestinations,
  type Decision,
  type SeenDestination,
} from './destinations';

export default {
  id: 'egress/allowed-cross-firewall',
  statement: "Each allowed destination's flow is in the firewall's flow records, out and back.",
  severity: 'high',
  controls: ['NIST-800-53r5:SC-7', 'NIST-800-53r5:AU-12'],
  judge,
} satisfies Check;

function judge(input: CheckInput): Judgement[] {
  const { live } = input;
  if (live.status === 'not-run') throw new NotKnown(`No probe was sent: ${live.because}`);
  const flowLog = hasFlowLog(input) ? live.flowLog : null;
  const judgements = judgeDestinations(input, 'allowed', (seen) =>
    decide(seen, { flowLog, isLedRound: isLedRound(input, live, seen) }),
  );
  // What did not get through is egress/allowed-connect's to say; it has no whole flow to look for.
  const through = judgements.filter(
    ({ observations }) => observations?.[0] === undefined || wasReached(observations[0]),
  );
  if (through.length > 0) return through;
  const [first] = judgements.flatMap(({ observations = [] }) => observations);
  throw new NotKnown(
    `Nothing that is allowed got through, so which way its flows take could not be seen${first === undefined ? '' : `: \`${first.title}\` on ${first.host}: ${resultInWords(first)}`}.`,
  );
}

/** Asked of the configuration: without FLOW records nothing is missing but a witness, and logging/flows-are-logged fails. */
function hasFlowLog({ snapshot }: CheckInput): boolean {
  return sectionValue(snapshot, 'loggingConfigurations')
    .flatMap((configuration) => configuration.LoggingConfiguration?.LogDestinationConfigs ?? [])
    .some(({ LogType }) => LogType === 'FLOW');
}

/** Whether by the configuration it leaves without crossing an endpoint of the firewall. */
function isLedRound(input: CheckInput, live: Run, { studio }: SeenDestination): boolean {
  const { prediction, crosses, hops } = attributed(input, live, studio);
  return prediction.outcome === 'open' && hops.length > 0 && crosses.length === 0;
}

type Run = Extract<LiveEvidence, { readonly status: 'run' }>;

interface Knowing {
  /** Null where there is none. */
  readonly flowLog: LogCompleteness | null;
  readonly isLedRound: boolean;
}

function decide({ studio }: SeenDestination, { flowLog, isLedRound }: Knowing): Decision {
  const command = `\`${studio.title}\``;
  if (studio.flows.length === 0 || studio.flows.some(({ address }) => address === null))
    return { outcome: 'unknown', because: `${command} worked, but where it went is not known.` };
  const missing = studio.flows.flatMap((flow) => missingOf(studio, flow));
  const [first] = missing;
  if (first === undefined) {
    const where = studio.flows.map(inWords).join(', ');
    return {
      outcome: 'pass',
      because: `The firewall has flow records of ${command} to ${where}, out and back.`,
    };
  }
  if (flowLog === null)
    return {
      outcome: 'unknown',
      because: `${command} worked, but the firewall writes no FLOW records to find it in. Fix: a LogDestinationConfig of LogType FLOW.`,
    };
  // Where all that is allowed goes round, the connection that would make the log complete does so as well.
  if (isLedRound && first.directions.length === 2)
    return {
      outcome: 'fail',
      because: `${command} worked, and by the routes it went round the firewall, whose flow records of ${inWords(first.flow)} nobody has seen. ${FIX}`,
    };
  if (flowLog.status === 'incomplete')
    return {
      outcome: 'unknown',
      because: `${command} worked, but its flow records have not been seen: ${flowLog.because}.`,
    };
  return { outcome: 'fail', because: `${command} worked, but ${wentRound(first)}. ${FIX}` };
}

const FIX =
  "Fix: lead the NAT subnet's route, and the internet gateway's edge route, to the firewall's endpoint; routing/egress-crosses-firewall and routing/return-crosses-firewall name them.";

interface Missing {
  readonly flow: SentFlow;
  readonly directions: readonly Direction[];
}

function missingOf({ firewallRecords }: Observation, flow: SentFlow): readonly Missing[] {
  const directions = directionsOffRecord(flow, firewallRecords);
  return directions.length === 0 ? [] : [{ flow, directions }];
}

function wentRound({ flow, directions }: Missing): string {
  const where = inWords(flow);
  if (directions.length === 2)
    return `went round the firewall: it has no flow record of ${where}, and has one of a later connection`;
  return directions[0] === 'to-client'
    ? `its answers went round the firewall, which has flow records of ${where} on the way out alone`
    : `it went out round the firewall, which has flow records of ${where} on the way back alone`;
}

const inWords = ({ shape, address }: SentFlow): string =>
  `${shape.name === null ? '' : `${shape.name} at `}${address ?? ''}:${shape.port ?? shape.transport}`;
