/** A pass of a claim about every packet, with what the independent checker said of its certificate. */
import type { Certificate, Certified, CheckedCertificate } from '../../infra/model/certificate';
import type { Hop, Judgement } from '../evidence';

export interface Held {
  readonly subject: string;
  /** The claim, as a sentence without an end. */
  readonly claim: string;
  /** An example for the report. */
  readonly hops: readonly Hop[];
  readonly certified: Certified;
}

/**
 * The judgement on a claim that the prover holds. A certificate that the checker refuses makes it `unknown`: one of the
 * two programs is wrong. For a case in which none is made, the pass says so.
 */
export function passWithCertificate(
  check: (certificate: Certificate) => CheckedCertificate,
  { subject, claim, hops, certified }: Held,
): Judgement {
  if (!certified.made) {
    const because = `${claim}. No certificate of it was checked: ${certified.because}.`;
    return { outcome: 'pass', subject, because, proof: { witness: null, hops } };
  }
  const { accepted, states, because: said } = check(certified.certificate);
  const certificate = { claim, states, verdict: accepted ? 'accepted' : 'refused', because: said } as const;
  return accepted
    ? { outcome: 'pass', subject, because: `${claim}.`, proof: { witness: null, hops, certificate } }
    : {
        outcome: 'unknown',
        subject,
        because: `The proof that this holds for ${subject} and the independent check of its certificate disagree, which is a defect of this program: ${said}.`,
        proof: { witness: null, hops, certificate },
      };
}
