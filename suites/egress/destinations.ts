/** What the run saw of each intended destination, as the egress checks need it. */
import { NotKnown } from '../../infra/snapshot/snapshot';
import type { Observation } from '../../probes/probe';
import type { CheckInput } from '../check';
import type { IntendedDestination } from '../intent';

export interface SeenDestination {
  readonly intended: IntendedDestination;
  readonly studio: Observation;
  readonly control: Observation | null;
}

/**
 * The destinations with one expectation. Throws NotKnown when no probe ran, when the intent names none, or when one was
 * not probed: a destination nobody tried is not known to be fine.
 */
export function seenDestinations(
  input: CheckInput,
  expect: IntendedDestination['expect'],
): readonly SeenDestination[] {
  const { live, intent } = input;
  if (live.status === 'not-run') throw new NotKnown(`No probe was sent: ${live.because}`);
  const intended = intent.destinations.filter((destination) => destination.expect === expect);
  if (intended.length === 0) throw new NotKnown(`The intent names no destination that is ${expect}.`);
  return intended.map((destination) => {
    const of = (vantage: Observation['vantage']) =>
      live.observations.find((seen) => seen.probe === destination.probe && seen.vantage === vantage);
    const studio = of('studio');
    if (studio === undefined) throw new NotKnown(`The probe ${destination.probe} was not sent.`);
    return { intended: destination, studio, control: of('control') ?? null };
  });
}

/** Both vantage points, for the evidence. */
export const bothSides = ({ studio, control }: SeenDestination): readonly Observation[] =>
  control === null ? [studio] : [studio, control];

/** In words: how the client's attempt ended. */
export function inWords({ result }: Observation): string {
  switch (result.kind) {
    case 'succeeded':
      return 'it got through';
    case 'timed-out':
      return result.stage === 'unknown' ? 'it timed out' : `it timed out (${result.stage})`;
    case 'reset':
      return 'its connection was reset';
    case 'refused':
      return 'its connection was refused';
    case 'no-route':
      return 'there was no route';
    case 'dns-failed':
      return 'its name did not resolve';
    case 'rejected-by-target':
      return `the target answered but turned it away (${result.detail})`;
    case 'inconclusive':
      return `nothing can be said (${result.detail})`;
  }
}
