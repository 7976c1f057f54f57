/** How a probe's script reaches a vantage point. The verdict is not a transport's business: it delivers and brings back. */
import type { CommandOutput } from '../probe';

export interface RunOptions {
  /** Bound of the script itself. A script that outlives it comes back with exit code null. */
  readonly timeoutMs: number;
}

export interface Delivered {
  readonly output: CommandOutput;
  /** How many calls it took to deliver the script and fetch its output. */
  readonly deliveryAttempts: number;
  /** Where it ran, for the evidence, where that is known only afterwards. */
  readonly host?: string;
}

export interface Transport {
  /** For the evidence: `ssm:i-0123…`, `local`, `processing-job:studio-egress-…`. */
  readonly host: string;
  /** Throws {@link TransportError} when the script could not be delivered or its output not fetched. */
  run(script: string, options: RunOptions): Promise<Delivered>;
  /** Cancels what is still running. */
  close(): Promise<void>;
}

/** The question never reached the vantage point, or its answer never came back. Nothing follows about the network. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}
