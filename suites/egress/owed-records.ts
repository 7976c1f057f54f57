/** Of which blocks the firewall owes a record: for the wait for its log, which must not end while one may be on its way. */
import type { LiveEvidence, Observation } from '../../probes/probe';
import type { CheckInput } from '../check';
import { attributed } from './attributed';

type Run = Extract<LiveEvidence, { readonly status: 'run' }>;

/** What is judged while the log is still waited for is judged as if it were complete. */
const AS_IF_COMPLETE: Pick<Run, 'log' | 'flowLog' | 'notSent'> = {
  log: { status: 'complete', waitedMs: 0, sentinelNonce: '' },
  flowLog: { status: 'complete', waitedMs: 0, sentinelNonce: '' },
  notSent: [],
};

/**
 * The probes, by id, that the firewall has stopped by a rule that logs, and of which it has no record among these
 * observations: judged now, each would be called blocked but unlogged.
 */
export function owedRecords(
  { snapshot, intent }: Pick<CheckInput, 'snapshot' | 'intent'>,
  observations: readonly Observation[],
): readonly string[] {
  const live: Run = { status: 'run', observations, ...AS_IF_COMPLETE };
  return observations
    .filter(({ vantage }) => vantage === 'studio')
    .filter((studio) => {
      const { prediction, attribution } = attributed({ snapshot, intent, live }, live, studio);
      return attribution.logged === false && prediction.outcome === 'blocked' && prediction.logged === true;
    })
    .map(({ probe }) => probe);
}
