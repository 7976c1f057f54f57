/** `studio-egress report` on the command line. */
import { formatList } from './format-list';
import type { Registration } from './registration';

export function registerReport({ add, setExitCode }: Registration): void {
  add('report <evidence>')
    .description('render reports again from an evidence.json')
    .requiredOption('--out <dir>')
    .option('--format <a,b>')
    .action(async (evidencePath: string, flags: { readonly out: string; readonly format?: string }) => {
      const { report } = require('../report') as typeof import('../report');
      setExitCode(await report({ evidencePath, outDir: flags.out, formats: await formatList(flags.format) }));
    });
}
