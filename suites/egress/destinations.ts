/** What the run saw of each intended destination, as the egress checks need it. */
import { NotKnown } from '../../infra/snapshot/snapshot';
import { saysBlocked } from '../../probes/firewall-record-verdict';
import type { ClientResult, Correlation, FirewallRecord, Observation } from '../../probes/probe';
import { readScript } from '../../probes/script-report';
import type { CheckInput } from '../check';
import type { Judgement } from '../evidence';
import type { IntendedDestination } from '../intent';

export interface SeenDestination {
  readonly intended: IntendedDestination;
  readonly studio: Observation;
  readonly control: Observation | null;
}

/** What a check says of one destination; the subject and the observations are the same for all. */
export type Decision = Pick<Judgement, 'outcome' | 'because'>;

/**
 * One judgement per destination with the expectation. A destination that nobody tried is unknown. Throws NotKnown when no
 * probe ran or the intent names none.
 */
export function judgeDestinations(
  { live, intent }: CheckInput,
  expect: IntendedDestination['expect'],
  decide: (seen: SeenDestination) => Decision,
): Judgement[] {
  if (live.status === 'not-run') throw new NotKnown(`No probe was sent: ${live.because}`);
  const destinations = intent.destinations.filter((destination) => destination.expect === expect);
  if (destinations.length === 0) throw new NotKnown(`The intent names no destination that is ${expect}.`);
  return destinations.map((intended) => {
    const seenFrom = (vantage: Observation['vantage']): Observation | null =>
      live.observations.find((seen) => seen.probe === intended.probe && seen.vantage === vantage) ?? null;
    const subject = intended.probe;
    const [studio, control] = [seenFrom('studio'), seenFrom('control')];
    if (studio === null)
      return { subject, outcome: 'unknown', because: `The probe ${subject} was not sent.` };
    const observations = control === null ? [studio] : [studio, control];
    return { subject, observations, ...decide({ intended, studio, control }) };
  });
}

/** The firewall's record that it stopped the client (by name and time) or the marker beside it (by nonce), if there is one. */
export function blockOf({ firewallRecords }: Observation, by: Correlation): FirewallRecord | null {
  return firewallRecords.find((tied) => tied.by === by && saysBlocked(tied.record))?.record ?? null;
}

/** The rule that decided, as the record names it. */
export const ruleOf = ({ firewallName, signature, signatureId }: FirewallRecord): string =>
  `"${signature ?? `signature ${signatureId ?? 'unknown'}`}" of ${firewallName}`;

/** Whether the target answers to whoever is not behind the firewall. */
export const targetIsUp = ({ control }: SeenDestination): boolean => control?.result.kind === 'succeeded';

/** In words: that the target may be down. */
export const controlInWords = ({ control }: SeenDestination): string =>
  control === null ? 'no control run was made' : `from ${control.host}, ${inWords(control)}`;

/**
 * Why the firewall cannot have judged the client's connection by its name, or null when it could. Until a name is sent, a
 * security group, network ACL or route is as likely to be what stopped it: the TCP handshake completes before that
 * (Network Firewall developer guide, suricata-rule-evaluation-order).
 */
export function stoppedBeforeItsName({ result, names, output }: Observation): string | null {
  switch (result.kind) {
    case 'dns-failed':
      return 'its name did not resolve, so DNS stopped it';
    case 'no-route':
      return 'there was no route, or something answered that there is none';
    case 'refused':
      return 'its connection was refused, which a firewall that drops or resets does not do';
    case 'timed-out':
      if (result.stage === 'dns') return 'its name did not resolve in time, so DNS stopped it';
      if (result.stage === 'tcp') {
        return 'its TCP connection was never answered, so a security group, a network ACL, a route or a firewall endpoint that is down stopped it before a name was sent';
      }
      break;
    default:
      break;
  }
  const { markers } = readScript(output);
  const sent = names.some((name) => ['tcp', 'tls'].includes(markers.get(name)?.reached ?? ''));
  return sent ? null : 'the marker connection beside it could not be made, so its record cannot be told';
}

const WORDS: Readonly<Record<ClientResult['kind'], string>> = {
  succeeded: 'it got through',
  'timed-out': 'it timed out',
  reset: 'its connection was reset',
  refused: 'its connection was refused',
  'no-route': 'there was no route',
  'dns-failed': 'its name did not resolve',
  'rejected-by-target': 'the target answered but turned it away',
  inconclusive: 'nothing can be said',
};

/** In words: how the client's attempt ended. */
export function inWords({ result }: Observation): string {
  const words = WORDS[result.kind];
  if (result.kind === 'rejected-by-target' || result.kind === 'inconclusive') {
    return `${words} (${result.detail})`;
  }
  return result.kind === 'timed-out' && result.stage !== 'unknown'
    ? `${words} (${result.stage.toUpperCase()})`
    : words;
}
