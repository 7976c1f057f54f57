/** The arrivals that were last put on record; however much arrives, no more than these are held. */
import type { InternetWitness } from './network';

export interface RecentWitnesses {
  add(witness: InternetWitness): void;
  /** Oldest first. */
  all(): readonly InternetWitness[];
  /** How many older ones are no longer held. */
  dropped(): number;
}

/** About 10 MB at most, and far more than the probes of one run cause. */
const defaultCapacity = 50_000;

export function recentWitnesses(capacity: number = defaultCapacity): RecentWitnesses {
  const held: InternetWitness[] = [];
  let added = 0;
  return {
    add: (witness) => {
      held[added % capacity] = witness;
      added += 1;
    },
    all: () => {
      const oldest = added <= capacity ? 0 : added % capacity;
      return [...held.slice(oldest), ...held.slice(0, oldest)];
    },
    dropped: () => Math.max(0, added - capacity),
  };
}
