/** The kernel of the lab's network: what it was last made to be, and how it is made to be something else. */
import { difference, differenceScript } from './difference';
import type { NetworkPlan } from './plan';
import { SandboxError, type Sandbox } from './sandbox';

const timeoutMs = 20_000;

/** The kernel refused a command, with its own words; what the network is now is not certain. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

export interface Kernel {
  /**
   * Make the kernel equal to the plan; what is equal already is not touched. Resolves when packets meet the new
   * plan. After a rejection every further one is rejected too. Not to be called again before it has resolved.
   */
  become(plan: NetworkPlan): Promise<void>;
  /** Load an nftables file into one namespace. */
  loadRuleset(namespace: string, ruleset: string): Promise<void>;
}

export function emptyKernel(sandbox: Sandbox): Kernel {
  let now: NetworkPlan | null = null;
  let broken: KernelError | null = null;
  const run = async (argv: readonly string[], stdin: string, namespace?: string): Promise<void> => {
    const result = await sandbox.exec(argv, {
      stdin,
      timeoutMs,
      ...(namespace === undefined ? {} : { namespace }),
    });
    if (result.exitCode !== 0)
      throw new KernelError(`the kernel refused a change of the network: ${result.stderr.trim()}`);
  };
  return {
    become: async (plan) => {
      if (broken) throw broken;
      const script = differenceScript(difference(now, plan));
      try {
        if (script !== '') await run(['/bin/sh', '-s'], script);
        now = plan;
      } catch (error) {
        if (!(error instanceof KernelError) && !(error instanceof SandboxError)) throw error;
        broken = new KernelError(error.message, { cause: error });
        throw broken;
      }
    },
    loadRuleset: async (namespace, ruleset) => run(['nft', '-f', '-'], ruleset, namespace),
  };
}
