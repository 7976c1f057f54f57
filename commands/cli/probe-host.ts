/** `studio-egress probe-host` on the command line. */
import type { Registration } from './registration';
import { namedTarget, type SourceFlags } from './target-flags';

type ProbeHostFlags = Omit<SourceFlags, 'template' | 'parameter'>;

export function registerProbeHost({ add, setExitCode }: Registration): void {
  add('probe-host')
    .description('print the CloudFormation template of a host to probe from, filled in for a target')
    .option('--stack <name>')
    .option('--domain-id <id>')
    .option('--vpc-id <id>')
    .option('--region <region>')
    .option('--profile <name>')
    .option('--snapshot <file>', 'a saved snapshot.json')
    .action(async (flags: ProbeHostFlags) => {
      const { probeHost } = require('../probe-host') as typeof import('../probe-host');
      setExitCode(await probeHost({ of: namedTarget(flags) }));
    });
}
