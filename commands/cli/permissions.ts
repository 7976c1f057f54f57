/** `studio-egress permissions` on the command line. */
import { knownWord, knownWords } from '../run-options';
import type { Registration } from './registration';
import { UsageError } from '../usage-error';
import { namedTarget, type SourceFlags } from './target-flags';
import { jobRoleOf } from './vantage-flags';

const VANTAGES = ['probe-host', 'processing-job', 'none'] as const;
const FURTHER = ['flow-flush', 'signing', 'security-hub'] as const;

interface PermissionsFlags extends Omit<SourceFlags, 'template' | 'parameter'> {
  readonly vantage: string;
  readonly jobRole?: string;
  readonly also?: string;
}

export function registerPermissions({ add, setExitCode }: Registration): void {
  add('permissions')
    .description('print the IAM policy that verifying needs, limited to a target where one is named')
    .option('--stack <name>')
    .option('--domain-id <id>')
    .option('--vpc-id <id>')
    .option('--region <region>')
    .option('--profile <name>')
    .option('--snapshot <file>', 'a saved snapshot.json')
    .option('--vantage <from>', `where probes are sent from: ${VANTAGES.join(', ')}`, 'probe-host')
    .option('--job-role <arn>', "the role of processing jobs (default: the domain's execution role)")
    .option('--also <a,b>', `what else a run is to do: ${FURTHER.join(', ')}`)
    .action(async (flags: PermissionsFlags) => {
      const { permissions } = require('../permissions') as typeof import('../permissions');
      const vantage = knownWord('vantage', flags.vantage, VANTAGES);
      const also = flags.also === undefined ? [] : knownWords('purpose', flags.also, FURTHER);
      if (flags.jobRole !== undefined && vantage !== 'processing-job')
        throw new UsageError('--job-role belongs to --vantage processing-job');
      setExitCode(
        await permissions({
          of: namedTarget(flags),
          vantage: VANTAGES.find((one) => one === vantage) ?? 'none',
          jobRoleArn: jobRoleOf(flags.jobRole),
          further: FURTHER.filter((one) => also.includes(one)),
        }),
      );
    });
}
