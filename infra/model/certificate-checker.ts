/**
 * The second opinion on a routing proof: checks its certificate against AWS's own answers. It shares nothing with the
 * prover, and whatever it cannot follow is a refusal.
 */
import type { Snapshot } from '../snapshot/snapshot';
import type { Certificate, CheckedCertificate } from './certificate';
import { insistClosed, WHOLE } from './certificate-closure';
import type { Facts } from './certificate-guards';
import { insistGuarded } from './certificate-guards';
import { placesOf } from './certificate-places';
import { routesOf } from './certificate-routes';

/** A checker for certificates of one snapshot, with the endpoints that the intent accepts; it never throws. */
export function certificateChecker(
  snapshot: Snapshot,
  acceptedInspection: readonly string[] = [],
): (certificate: Certificate) => CheckedCertificate {
  let facts: Facts | undefined;
  return (certificate) => {
    const { claim, subnet } = certificate;
    const states =
      claim === 'egress' ? certificate.states : certificate.guards.flatMap((guard) => guard.states);
    try {
      if (facts === undefined) {
        const places = placesOf(snapshot, acceptedInspection);
        facts = { snapshot, ...places, ...routesOf(snapshot, places) };
      }
      if (claim === 'return') insistGuarded(facts, certificate);
      else insistClosed(facts, states, { start: subnet, blocks: Object.values(WHOLE), forbidden: 'exit' });
      return {
        accepted: true,
        states: states.length,
        because: 'every route that may decide in a state was followed',
      };
    } catch (error) {
      return {
        accepted: false,
        states: states.length,
        because: error instanceof Error ? error.message : String(error),
      };
    }
  };
}
