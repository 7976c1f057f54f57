/** argv → one function call per command. Commands are loaded when they are asked for: the SDK is slow to load. */
import { Command, CommanderError, Option } from 'commander';
import { SHIPPED_TEMPLATE, toolVersion } from './commands/run';
import {
  knownWords,
  parameterPairs,
  readableFile,
  secondsOption,
  type RunOptions,
  type Source,
} from './commands/run-options';
import { UsageError } from './commands/usage-error';

const MAX_WAIT_SECONDS = 7200;

interface SourceFlags {
  readonly template?: string;
  readonly parameter: readonly string[];
  readonly snapshot?: string;
  readonly stack?: string;
  readonly domainId?: string;
  readonly region?: string;
  readonly profile?: string;
}

interface VerifyFlags extends SourceFlags {
  readonly suite?: string;
  readonly probes: boolean;
  readonly intent?: string;
  readonly format?: string;
  readonly out?: string;
  readonly probeTimeout: string;
  readonly deniedTimeout: string;
  readonly logTimeout?: string;
}

const repeat = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

function program(setExitCode: (code: number) => void): Command {
  const studioEgress = new Command('studio-egress')
    .description(
      'Proves that a SageMaker Studio domain reaches the internet only through its AWS Network Firewall.',
    )
    .version(toolVersion().version)
    .showSuggestionAfterError(true)
    .exitOverride()
    .enablePositionalOptions();
  const command = (text: string) => studioEgress.command(text).exitOverride();

  command('verify')
    .description('verify a stack: in the lab (default), in an AWS account, or from a saved snapshot')
    .option(
      '--template <file>',
      'a CloudFormation template, raised in the lab (default: infra/stack/studio-firewall.yaml)',
    )
    .option('--parameter <Key=Value>', 'a template parameter, repeatable', repeat, [])
    .option('--snapshot <file>', 'judge a saved snapshot.json')
    .option('--stack <name>', 'what this stack has deployed in AWS')
    .option('--domain-id <id>', 'what surrounds this Studio domain in AWS')
    .option('--region <region>', 'AWS region (default: as the AWS CLI would choose)')
    .option('--profile <name>', 'AWS profile')
    .option('--suite <a,b>', 'only these areas')
    .option('--no-probes', 'configuration only')
    .option('--intent <file>', 'what must and must not be reachable (default: derived from the allow list)')
    .option('--format <a,b>', 'report formats (default: all)')
    .option('--out <dir>', 'output folder (default: reports/out/<run-id>)')
    .addOption(new Option('--probe-timeout <s>', 'bound of a probe that should get through').default('30'))
    .addOption(new Option('--denied-timeout <s>', 'bound of a probe that should be stopped').default('6'))
    .addOption(
      new Option(
        '--log-timeout <s>',
        "how long to wait for the firewall's log (default: 1200 in AWS, 30 in the lab)",
      ),
    )
    .action(async (flags: VerifyFlags) => {
      const { verify } = require('./commands/verify') as typeof import('./commands/verify');
      setExitCode(await verify(await verifyOptions(flags)));
    });

  command('snapshot')
    .description('read what is deployed in AWS and write it to a file (read-only)')
    .option('--stack <name>')
    .option('--domain-id <id>')
    .option('--region <region>')
    .option('--profile <name>')
    .requiredOption('--out <file>')
    .action(
      async (
        flags: Pick<VerifyFlags, 'stack' | 'domainId' | 'region' | 'profile'> & { readonly out: string },
      ) => {
        if ((flags.stack === undefined) === (flags.domainId === undefined)) {
          throw new UsageError('snapshot needs either --stack NAME or --domain-id d-xxxx');
        }
        const { snapshot } = require('./commands/snapshot') as typeof import('./commands/snapshot');
        const selector =
          flags.stack === undefined ? { domainId: flags.domainId ?? '' } : { stack: flags.stack };
        const { region = null, profile = null, out } = flags;
        setExitCode(await snapshot({ selector, region, profile, out }));
      },
    );

  command('report <evidence>')
    .description('render reports again from an evidence.json')
    .requiredOption('--out <dir>')
    .option('--format <a,b>')
    .action(async (evidencePath: string, flags: { readonly out: string; readonly format?: string }) => {
      const { report } = require('./commands/report') as typeof import('./commands/report');
      setExitCode(report({ evidencePath, outDir: flags.out, formats: await formatList(flags.format) }));
    });

  intentCommands(command('intent').description("an owner's intent: write one, check one"), setExitCode);

  command('explain <check>')
    .description("a check's statement, why it matters, how to fix it, its controls")
    .action(async (id: string) => {
      const { explain } = require('./commands/explain') as typeof import('./commands/explain');
      process.stdout.write(explain(id));
    });

  const lab = command('lab').description('the lab by hand').enablePositionalOptions();
  lab
    .command('up')
    .option('--template <file>', 'a CloudFormation template', SHIPPED_TEMPLATE)
    .option('--parameter <Key=Value>', 'a template parameter, repeatable', repeat, [])
    .action(async (flags: { readonly template: string; readonly parameter: readonly string[] }) => {
      const { labUp } = require('./commands/lab') as typeof import('./commands/lab');
      const { templatePath, parameters } = await labSource(flags.template, flags.parameter);
      await labUp({ templatePath, parameters });
    });
  lab
    .command('exec')
    .description('run a command inside the Studio subnet')
    .argument('<command...>')
    .passThroughOptions()
    .action(async (argv: readonly string[]) => {
      const { labExec } = require('./commands/lab') as typeof import('./commands/lab');
      setExitCode(await labExec(argv));
    });
  lab.command('down').action(async () => {
    const { labDown } = require('./commands/lab') as typeof import('./commands/lab');
    await labDown();
  });
  lab.command('hold <template>', { hidden: true }).action(async (template: string) => {
    const { labHold } = require('./commands/lab') as typeof import('./commands/lab');
    await labHold(JSON.parse(template) as Parameters<typeof labHold>[0]);
  });
  return studioEgress;
}

function intentCommands(intent: Command, setExitCode: (code: number) => void): void {
  intent
    .command('init')
    .description('write an intent from what is deployed, to be read and corrected by its owner')
    .option('--stack <name>', 'what this stack has deployed in AWS')
    .option('--domain-id <id>', 'what surrounds this Studio domain in AWS')
    .option('--region <region>')
    .option('--profile <name>')
    .option('--snapshot <file>', 'a saved snapshot.json')
    .option('--template <file>', "a CloudFormation template, deployed into the lab's API")
    .option('--parameter <Key=Value>', 'a template parameter, repeatable', repeat, [])
    .option('--out <file>', 'the file to write', 'intent.yaml')
    .option('--force', 'replace a file that is there', false)
    .action(async (flags: SourceFlags & { readonly out: string; readonly force: boolean }) => {
      if ([flags.stack, flags.domainId, flags.snapshot, flags.template].every((one) => one === undefined))
        throw new UsageError('intent init needs one of --stack, --domain-id, --snapshot and --template');
      const { intentInit } = require('./commands/intent') as typeof import('./commands/intent');
      setExitCode(await intentInit({ source: await sourceOf(flags), out: flags.out, replace: flags.force }));
    });
  intent
    .command('check <file>')
    .description('find the faults of an intent, and what the deployed allow list has otherwise')
    .option('--snapshot <file>', 'a saved snapshot.json to compare the destinations with')
    .action((file: string, flags: { readonly snapshot?: string }) => {
      const { intentCheck } = require('./commands/intent') as typeof import('./commands/intent');
      const snapshot = flags.snapshot === undefined ? null : readableFile('--snapshot', flags.snapshot);
      setExitCode(intentCheck({ file, snapshot }));
    });
}

async function verifyOptions(flags: VerifyFlags): Promise<RunOptions> {
  const { checkFiles, areas } = require('./suites/registry') as typeof import('./suites/registry');
  const known = areas(checkFiles());
  if ((flags.suite === 'egress' || flags.suite === 'agreement') && !flags.probes) {
    throw new UsageError(
      `--suite ${flags.suite} judges what probes saw, and --no-probes sends none; leave one of them out`,
    );
  }
  const source = await sourceOf(flags);
  return {
    source,
    suites: flags.suite === undefined ? null : knownWords('suite', flags.suite, known),
    probes: flags.probes,
    intent: intentOf(source, flags.intent),
    formats: await formatList(flags.format),
    outDir: flags.out ?? null,
    allowedProbeTimeoutMs: secondsOption('--probe-timeout', flags.probeTimeout, { max: 600 }),
    deniedProbeTimeoutMs: secondsOption('--denied-timeout', flags.deniedTimeout, { max: 600 }),
    logTimeoutMs:
      flags.logTimeout === undefined
        ? null
        : secondsOption('--log-timeout', flags.logTimeout, { max: MAX_WAIT_SECONDS }),
    invocation: `studio-egress ${process.argv.slice(2).join(' ')}`,
  };
}

/** Read before anything is started. What is chosen without being asked for is said. */
function intentOf(source: Source, given: string | undefined): RunOptions['intent'] {
  if (given !== undefined) {
    const { readIntentFile } = require('./commands/intent-file') as typeof import('./commands/intent-file');
    return readIntentFile('--intent', given);
  }
  const { shippedIntent } =
    require('./commands/shipped-intent') as typeof import('./commands/shipped-intent');
  const shipped = shippedIntent(source);
  if (shipped !== null) process.stderr.write(`Intent: ${shipped.path}, which ships with this stack.\n`);
  return shipped;
}

async function sourceOf(flags: SourceFlags): Promise<Source> {
  const given = (['template', 'snapshot', 'stack', 'domainId'] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (given.length > 1) {
    const names = given.map((name) => `--${name === 'domainId' ? 'domain-id' : name}`).join(' and ');
    throw new UsageError(`${names} exclude each other; name one target`);
  }
  if (given[0] !== 'template' && given.length === 1 && flags.parameter.length > 0) {
    throw new UsageError('--parameter belongs to a template that is raised in the lab');
  }
  if (flags.snapshot !== undefined)
    return { kind: 'snapshot', file: readableFile('--snapshot', flags.snapshot) };
  if (flags.stack !== undefined || flags.domainId !== undefined) {
    const { stack = null, domainId = null, region = null, profile = null } = flags;
    return { kind: 'aws', stack, domainId, region, profile };
  }
  return labSource(flags.template ?? SHIPPED_TEMPLATE, flags.parameter);
}

async function labSource(
  template: string,
  pairs: readonly string[],
): Promise<Extract<Source, { kind: 'lab' }>> {
  const templatePath = readableFile('--template', template);
  const parameters = parameterPairs(pairs);
  const { checkTemplateFile } =
    require('./commands/template-file') as typeof import('./commands/template-file');
  checkTemplateFile(templatePath, parameters);
  return { kind: 'lab', templatePath, parameters };
}

async function formatList(list: string | undefined) {
  const { formats, formatNames } = require('./reports/formats') as typeof import('./reports/formats');
  const known = Object.keys(formats);
  return formatNames.filter((name) => list === undefined || knownWords('format', list, known).includes(name));
}

async function main(): Promise<void> {
  let exitCode = 0;
  try {
    await program((code) => (exitCode = code)).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 3;
    else {
      process.stderr.write(`${messageOf(error)}\n`);
      exitCode = error instanceof Error && error.name === 'Interrupted' ? 2 : 3;
    }
  }
  process.exitCode = exitCode;
}

/** What was asked for and cannot be done is one sentence; anything else is our defect and shows where. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `studio-egress: ${String(error)}`;
  const expected = [
    'UsageError',
    'TargetError',
    'TemplateError',
    'StackFailed',
    'ToolsError',
    'SnapshotFileError',
    'ConnectionError',
    'TransportError',
    'Interrupted',
  ];
  if (expected.includes(error.name)) return `studio-egress: ${error.message}`;
  return `studio-egress failed, which is a defect of this tool: ${error.stack ?? error.message}`;
}

void main();
