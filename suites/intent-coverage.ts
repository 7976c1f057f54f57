/** Whether the deployed allow list agrees with what an intent wants of each destination. */
import { namePassage } from '../infra/model/firewall/name-passage';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { probeOf } from '../probes/catalogue';
import type { IntendedDestination } from './intent';

export interface Coverage {
  readonly destination: IntendedDestination;
  readonly status: 'agrees' | 'differs' | 'unknown';
  /** A sentence without its full stop: what the list does with the destination, and by which rule. */
  readonly because: string;
}

/** One answer per destination. A client that needs several names gets through when all of them do. Never throws NotKnown. */
export function coverageOf(
  snapshot: Snapshot,
  destinations: readonly IntendedDestination[],
): readonly Coverage[] {
  return destinations.map((destination) => {
    const { title, names } = probeOf(destination.probe);
    const passages = names.map((name) => ({ name, passage: namePassage(snapshot, name) }));
    const wants = `${title} is to be ${destination.expect}`;
    const missing = passages.find(({ passage }) => passage.kind === 'no firewall');
    if (missing !== undefined)
      return { destination, status: 'differs', because: `${wants}, and no firewall of the VPC judges it` };
    for (const { name, passage } of passages) {
      if (passage.kind !== 'blocked') continue;
      const because = `${wants}, and the deployed rules stop ${name} (${passage.by})`;
      return { destination, status: destination.expect === 'denied' ? 'agrees' : 'differs', because };
    }
    for (const { name, passage } of passages) {
      if (passage.kind !== 'undecided') continue;
      const because = `${wants}, and whether the deployed rules pass ${name} is not known: ${passage.because}`;
      return { destination, status: 'unknown', because };
    }
    const rules = passages.flatMap(({ passage }) => (passage.kind === 'passed' ? [passage.by] : []));
    const because = `${wants}, and the deployed rules pass it (${[...new Set(rules)].join('; ')})`;
    return { destination, status: destination.expect === 'allowed' ? 'agrees' : 'differs', because };
  });
}
