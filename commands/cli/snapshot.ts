/** `studio-egress snapshot` on the command line. */
import { UsageError } from '../usage-error';
import type { Registration } from './registration';
import type { SourceFlags } from './target-flags';

export function registerSnapshot({ add, setExitCode }: Registration): void {
  add('snapshot')
    .description('read what is deployed in AWS and write it to a file (read-only)')
    .option('--stack <name>')
    .option('--domain-id <id>')
    .option('--region <region>')
    .option('--profile <name>')
    .requiredOption('--out <file>')
    .action(
      async (
        flags: Pick<SourceFlags, 'stack' | 'domainId' | 'region' | 'profile'> & { readonly out: string },
      ) => {
        if ((flags.stack === undefined) === (flags.domainId === undefined)) {
          throw new UsageError('snapshot needs either --stack NAME or --domain-id d-xxxx');
        }
        const { snapshot } = require('../snapshot') as typeof import('../snapshot');
        const selector =
          flags.stack === undefined ? { domainId: flags.domainId ?? '' } : { stack: flags.stack };
        const { region = null, profile = null, out } = flags;
        setExitCode(await snapshot({ selector, region, profile, out }));
      },
    );
}
