/** `studio-egress report` on the command line. */
import { formatList } from './format-list';
import type { Registration } from './registration';

interface ReportFlags {
  readonly out: string;
  readonly format?: string;
  readonly sendSecurityHub: boolean;
  readonly profile?: string;
}

export function registerReport({ add, setExitCode }: Registration): void {
  add('report <evidence>')
    .description('render reports again from an evidence.json')
    .requiredOption('--out <dir>')
    .option('--format <a,b>', 'report formats (default: html,junit)')
    .option('--send-security-hub', 'write the findings into AWS Security Hub of the verified account', false)
    .option('--profile <name>', 'AWS profile for --send-security-hub')
    .action(async (evidencePath: string, flags: ReportFlags) => {
      const { report } = require('../report') as typeof import('../report');
      const securityHub = flags.sendSecurityHub ? { profile: flags.profile ?? null } : null;
      const formats = await formatList(flags.format);
      setExitCode(await report({ evidencePath, outDir: flags.out, formats, securityHub }));
    });
}
