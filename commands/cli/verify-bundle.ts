/** `studio-egress verify-bundle` on the command line. */
import type { Registration } from './registration';

export function registerVerifyBundle({ add, setExitCode }: Registration): void {
  add('verify-bundle <dir>')
    .description(
      'check an output folder offline: hashes, signature, schema, history; 0 intact, 1 tampered, 2 cannot be told',
    )
    .option('--key <pem>', 'the public key of whoever is to have signed')
    .option('--history <file>', 'the history that has this run (default: history.jsonl beside the folder)')
    .option('--json', 'answer in JSON', false)
    .action(
      (dir: string, flags: { readonly key?: string; readonly history?: string; readonly json: boolean }) => {
        const { verifyBundle, bundleAnswerText, bundleAnswerJson } =
          require('../verify-bundle') as typeof import('../verify-bundle');
        const { key = null, history = null } = flags;
        const answer = verifyBundle({ dir, key, history });
        process.stdout.write(flags.json ? bundleAnswerJson(answer) : bundleAnswerText(dir, answer));
        setExitCode(answer.exitCode);
      },
    );
}
