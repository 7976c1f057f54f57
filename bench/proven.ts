/** What the benches time: the network, the proof of every Studio subnet, and the check of each proof's certificate. */
import { certificateChecker } from '../infra/model/certificate-checker';
import { networkOf } from '../infra/model/network';
import type { EgressProof } from '../infra/model/proof';
import { egressProof } from '../infra/model/routing';
import type { Snapshot } from '../infra/snapshot/snapshot';

export interface Proven {
  /** In the order of the subnets. */
  readonly proofs: readonly EgressProof[];
  /** Milliseconds of the network and the proofs. */
  readonly proofsMs: number;
  /** The processor time of the same, of every thread of the process. */
  readonly proofsCpuMs: number;
  /** Milliseconds of making and checking the certificates of those that hold, on top. */
  readonly certificatesMs: number;
}

/** Proves and checks. Throws where a proof that holds has no certificate, or one that is refused. */
export function proven(snapshot: Snapshot, subnetIds: readonly string[]): Proven {
  const startedCpu = process.cpuUsage();
  const startedMs = performance.now();
  const network = networkOf(snapshot);
  const proofs = subnetIds.map((subnetId) => egressProof(network, subnetId));
  const provenMs = performance.now();
  const { user, system } = process.cpuUsage(startedCpu);
  const check = certificateChecker(snapshot);
  proofs.forEach((proof, index) => {
    if (proof.status !== 'holds') return;
    const certified = proof.certificate();
    const subnetId = subnetIds[index] ?? '';
    if (!certified.made) throw new Error(`no certificate for ${subnetId}: ${certified.because}`);
    const { accepted, because } = check(certified.certificate);
    if (!accepted) throw new Error(`the certificate of ${subnetId} is refused: ${because}`);
  });
  const certificatesMs = performance.now() - provenMs;
  return { proofs, proofsMs: provenMs - startedMs, proofsCpuMs: (user + system) / 1000, certificatesMs };
}
