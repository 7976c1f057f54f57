/**
 * Whether what was to be read is still there when it has been read. A stack that is deleted meanwhile leaves a reading of half a
 * network, in which a check would find what nobody ever deployed.
 */
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Target } from '../infra/snapshot/snapshot';
import { findTarget, TargetError, TargetNotRead, type TargetSelector } from '../infra/snapshot/target';
import type { RunChange } from '../suites/evidence';

/** The target changed while it was read: what was read is of no one time. */
export class TargetChanged extends Error {
  override readonly name = 'TargetChanged';
}

export interface TargetSinceOptions {
  readonly connection: AwsConnection;
  readonly selector: TargetSelector;
  readonly target: Target;
  readonly signal: AbortSignal;
}

/** Looks for the target again. Throws {@link TargetChanged}; where AWS does not answer, that it is not known is the change. */
export async function targetSince(options: TargetSinceOptions): Promise<readonly RunChange[]> {
  const { connection, selector, target, signal } = options;
  try {
    const now = await findTarget(connection, selector, { signal });
    if (now.vpcId === target.vpcId && now.domainId === target.domainId) return [];
    throw new TargetChanged(
      `While it was read the target changed from ${inWords(target)} to ${inWords(now)}; verify it again`,
    );
  } catch (error) {
    if (error instanceof TargetNotRead && error.cause !== undefined)
      return [{ section: 'domains', because: `Whether the target changed is not known: ${error.message}` }];
    if (error instanceof TargetNotRead || error instanceof TargetError)
      throw new TargetChanged(`While it was read the target changed: ${error.message}`, { cause: error });
    throw error;
  }
}

const inWords = ({ vpcId, domainId }: Pick<Target, 'vpcId' | 'domainId'>): string =>
  `${vpcId} with ${domainId ?? 'no domain'}`;
