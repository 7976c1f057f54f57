/** `studio-egress snapshot` on the command line. */
import { UsageError } from '../usage-error';
import type { Registration } from './registration';
import { selectorOf, type SourceFlags } from './target-flags';

export function registerSnapshot({ add, setExitCode }: Registration): void {
  add('snapshot')
    .description('read what is deployed in AWS and write it to a file (read-only)')
    .option('--stack <name>')
    .option('--domain-id <id>')
    .option('--vpc-id <id>')
    .option('--region <region>')
    .option('--profile <name>')
    .requiredOption('--out <file>')
    .action(
      async (
        flags: Pick<SourceFlags, 'stack' | 'domainId' | 'vpcId' | 'region' | 'profile'> & {
          readonly out: string;
        },
      ) => {
        const selector = selectorOf(flags);
        if (selector === null)
          throw new UsageError(
            'snapshot needs one of --stack NAME, --domain-id d-xxxx and --vpc-id vpc-xxxx',
          );
        const { snapshot } = require('../snapshot') as typeof import('../snapshot');
        const { region = null, profile = null, out } = flags;
        setExitCode(await snapshot({ selector, region, profile, out }));
      },
    );
}
