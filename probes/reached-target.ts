/** Whether a client got as far as its target, by what it saw itself. */
import type { Observation } from './probe';

/**
 * Whether the target itself answered: then nothing on the way stopped the name. A client that waits for an HTTP response
 * has a TLS session with it.
 */
export const reachedTarget = ({ result }: Observation): boolean =>
  result.kind === 'succeeded' ||
  result.kind === 'rejected-by-target' ||
  (result.kind === 'timed-out' && result.stage === 'http');

/** The same of any client: plain HTTP is sent as soon as the connection stands, so waiting for its answer shows no session. */
export function wasReached(seen: Observation): boolean {
  const { result, flows } = seen;
  if (result.kind === 'timed-out' && flows.some(({ shape }) => shape.application !== 'tls')) return false;
  return reachedTarget(seen);
}
