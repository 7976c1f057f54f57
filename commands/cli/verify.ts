/** `studio-egress verify` on the command line. */
import { Option } from 'commander';
import { knownWords, secondsOption, type RunOptions, type Source } from '../run-options';
import { UsageError } from '../usage-error';
import { formatList } from './format-list';
import { repeat, type Registration } from './registration';
import { sourceOf, type SourceFlags } from './target-flags';
import { vantageOf, withVantageFlags, type VantageFlags } from './vantage-flags';

const MAX_WAIT_SECONDS = 7200;

interface VerifyFlags extends SourceFlags, VantageFlags {
  readonly suite?: string;
  readonly flushFlows?: boolean;
  readonly probes: boolean;
  readonly intent?: string;
  readonly waivers?: string;
  readonly format?: string;
  readonly out?: string;
  readonly sign?: string;
  readonly history?: string;
  readonly probeTimeout: string;
  readonly deniedTimeout: string;
  readonly logTimeout?: string;
}

export function registerVerify({ add, setExitCode }: Registration): void {
  withVantageFlags(add('verify'))
    .description('verify a stack: in the lab (default), in an AWS account, or from a saved snapshot')
    .option(
      '--template <file>',
      'a CloudFormation template, raised in the lab (default: infra/stack/studio-firewall.yaml)',
    )
    .option('--parameter <Key=Value>', 'a template parameter, repeatable', repeat, [])
    .option('--snapshot <file>', 'judge a saved snapshot.json')
    .option('--stack <name>', 'what this stack has deployed in AWS')
    .option('--domain-id <id>', 'what surrounds this Studio domain in AWS')
    .option('--vpc-id <id>', 'this VPC and the only Studio domain in it')
    .option('--region <region>', 'AWS region (default: as the AWS CLI would choose)')
    .option('--profile <name>', 'AWS profile')
    .option('--suite <a,b>', 'only these areas')
    .option('--no-probes', 'configuration only')
    .option(
      '--flush-flows',
      'before the probes, make the firewall forget the flows of Studio (StartFlowFlush); open connections may break',
    )
    .option('--intent <file>', 'what must and must not be reachable (default: derived from the allow list)')
    .option(
      '--waivers <file>',
      'failures that are accepted, each with reason, owner and last day (docs/waivers.md)',
    )
    .option('--format <a,b>', 'report formats (default: html,junit)')
    .option('--out <dir>', 'output folder (default: reports/out/<run-id>)')
    .option('--sign <key>', 'sign the manifest: a private key in PEM, or kms:KEY of AWS KMS')
    .option(
      '--history <file>',
      "the history that the run's line goes into (default: reports/out/history.jsonl with the default output folder)",
    )
    .addOption(new Option('--probe-timeout <s>', 'bound of a probe that should get through').default('30'))
    .addOption(new Option('--denied-timeout <s>', 'bound of a probe that should be stopped').default('6'))
    .addOption(
      new Option(
        '--log-timeout <s>',
        "how long to wait for the firewall's log (default: 1200 in AWS, 30 in the lab)",
      ),
    )
    .action(async (flags: VerifyFlags) => {
      const { verify } = require('../verify') as typeof import('../verify');
      const { sign = null, history = null, region = null, profile = null } = flags;
      setExitCode(await verify(await verifyOptions(flags), { sign, history, region, profile }));
    });
}

async function verifyOptions(flags: VerifyFlags): Promise<RunOptions> {
  const { checkFiles, areas } = require('../../suites/registry') as typeof import('../../suites/registry');
  const known = areas(checkFiles());
  if ((flags.suite === 'egress' || flags.suite === 'agreement') && !flags.probes) {
    throw new UsageError(
      `--suite ${flags.suite} judges what probes saw, and --no-probes sends none; leave one of them out`,
    );
  }
  if (flags.flushFlows === true && !flags.probes)
    throw new UsageError(
      '--flush-flows prepares for probes, and --no-probes sends none; leave one of them out',
    );
  const source = await sourceOf(flags);
  return {
    source,
    suites: flags.suite === undefined ? null : knownWords('suite', flags.suite, known),
    probes: flags.probes,
    flushFlows: flags.flushFlows ?? false,
    vantage: vantageOf(source, flags),
    intent: intentOf(source, flags.intent),
    waivers: flags.waivers === undefined ? null : waiversOf(flags.waivers),
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
    const { readIntentFile } = require('../intent-file') as typeof import('../intent-file');
    return readIntentFile('--intent', given);
  }
  const { shippedIntent } = require('../shipped-intent') as typeof import('../shipped-intent');
  const shipped = shippedIntent(source);
  if (shipped !== null) process.stderr.write(`Intent: ${shipped.path}, which ships with this stack.\n`);
  return shipped;
}

function waiversOf(given: string): RunOptions['waivers'] {
  const { readWaiversFile } = require('../waivers-file') as typeof import('../waivers-file');
  return readWaiversFile('--waivers', given);
}
