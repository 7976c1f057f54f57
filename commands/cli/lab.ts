/** `studio-egress lab` on the command line. */
import { SHIPPED_TEMPLATE } from '../run';
import { repeat, type Registration } from './registration';
import { labSource } from './target-flags';

export function registerLab({ add, setExitCode }: Registration): void {
  const lab = add('lab').description('the lab by hand').enablePositionalOptions();
  lab
    .command('up')
    .option('--template <file>', 'a CloudFormation template', SHIPPED_TEMPLATE)
    .option('--parameter <Key=Value>', 'a template parameter, repeatable', repeat, [])
    .action(async (flags: { readonly template: string; readonly parameter: readonly string[] }) => {
      const { labUp } = require('../lab') as typeof import('../lab');
      const { templatePath, parameters } = await labSource(flags.template, flags.parameter);
      await labUp({ templatePath, parameters });
    });
  lab
    .command('exec')
    .description('run a command inside the Studio subnet')
    .argument('<command...>')
    .passThroughOptions()
    .action(async (argv: readonly string[]) => {
      const { labExec } = require('../lab') as typeof import('../lab');
      setExitCode(await labExec(argv));
    });
  lab.command('down').action(async () => {
    const { labDown } = require('../lab') as typeof import('../lab');
    await labDown();
  });
  lab.command('hold <template>', { hidden: true }).action(async (template: string) => {
    const { labHold } = require('../lab') as typeof import('../lab');
    await labHold(JSON.parse(template) as Parameters<typeof labHold>[0]);
  });
}
