/** `studio-egress gate` on the command line. */
import type { Registration } from './registration';

interface GateFlags {
  readonly policy: string;
  readonly baseline?: string;
  readonly waivers?: string;
  readonly github: boolean;
}

export function registerGate({ add, setExitCode }: Registration): void {
  add('gate <evidence...>')
    .description('block a pipeline or let it through: 0 through, 1 violated, 2 not verified')
    .requiredOption('--policy <file>', 'what blocks (docs/gate.md)')
    .option('--baseline <evidence>', 'block only for what is worse than in this run of the same target')
    .option(
      '--waivers <file>',
      'failures that are accepted, over and above those of the run (docs/waivers.md)',
    )
    .option('--github', "print GitHub's annotations and append to its step summary", false)
    .action((evidencePaths: readonly string[], flags: GateFlags) => {
      const { runGate } = require('../gate') as typeof import('../gate');
      const { policy: policyPath, baseline = null, waivers = null, github } = flags;
      const now = new Date();
      setExitCode(
        runGate({ evidencePaths, policyPath, baselinePath: baseline, waiversPath: waivers, github, now }),
      );
    });
}
