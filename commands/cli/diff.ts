/** `studio-egress diff` on the command line. */
import type { Registration } from './registration';

export function registerDiff({ add, setExitCode }: Registration): void {
  add('diff <old> <new>')
    .description('what changed between two runs; 0 nothing new is open, 1 new failures, 2 new unknowns')
    .option('--json', 'answer in JSON', false)
    .action((older: string, newer: string, flags: { readonly json: boolean }) => {
      const { compareEvidence, diffText } =
        require('../../reports/diff') as typeof import('../../reports/diff');
      const { readEvidence } = require('../evidence-document') as typeof import('../evidence-document');
      const diff = compareEvidence(readEvidence('diff', older), readEvidence('diff', newer));
      process.stdout.write(flags.json ? `${JSON.stringify(diff, null, 1)}\n` : diffText(diff));
      setExitCode(diff.exitCode);
    });
}
