/** `studio-egress intent` on the command line. */
import { readableFile } from '../run-options';
import { UsageError } from '../usage-error';
import { repeat, type Registration } from './registration';
import { selectorOf, sourceOf, type SourceFlags } from './target-flags';

export function registerIntent({ add, setExitCode }: Registration): void {
  const intent = add('intent').description("an owner's intent: write one, check one");
  intent
    .command('init')
    .description('write an intent from what is deployed, to be read and corrected by its owner')
    .option('--stack <name>', 'what this stack has deployed in AWS')
    .option('--domain-id <id>', 'what surrounds this Studio domain in AWS')
    .option('--vpc-id <id>', 'this VPC and the only Studio domain in it')
    .option('--region <region>')
    .option('--profile <name>')
    .option('--snapshot <file>', 'a saved snapshot.json')
    .option('--template <file>', "a CloudFormation template, deployed into the lab's API")
    .option('--parameter <Key=Value>', 'a template parameter, repeatable', repeat, [])
    .option('--out <file>', 'the file to write', 'intent.yaml')
    .option('--force', 'replace a file that is there', false)
    .action(async (flags: SourceFlags & { readonly out: string; readonly force: boolean }) => {
      if (selectorOf(flags) === null && flags.snapshot === undefined && flags.template === undefined)
        throw new UsageError(
          'intent init needs one of --stack, --domain-id, --vpc-id, --snapshot and --template',
        );
      const { intentInit } = require('../intent') as typeof import('../intent');
      setExitCode(await intentInit({ source: await sourceOf(flags), out: flags.out, replace: flags.force }));
    });
  intent
    .command('check <file>')
    .description('find the faults of an intent, and what the deployed allow list has otherwise')
    .option('--snapshot <file>', 'a saved snapshot.json to compare the destinations with')
    .action((file: string, flags: { readonly snapshot?: string }) => {
      const { intentCheck } = require('../intent') as typeof import('../intent');
      const snapshot = flags.snapshot === undefined ? null : readableFile('--snapshot', flags.snapshot);
      setExitCode(intentCheck({ file, snapshot }));
    });
}
