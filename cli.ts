/** argv → one function call per command. Each command puts itself on the command line in commands/cli/. */
import { Command, CommanderError } from 'commander';
import { registerDiff } from './commands/cli/diff';
import { registerExplain } from './commands/cli/explain';
import { registerGate } from './commands/cli/gate';
import { registerHistory, registerPeriod } from './commands/cli/history';
import { registerIntent } from './commands/cli/intent';
import { registerLab } from './commands/cli/lab';
import { registerPermissions } from './commands/cli/permissions';
import { registerProbeHost } from './commands/cli/probe-host';
import type { Registration } from './commands/cli/registration';
import { registerReport } from './commands/cli/report';
import { registerSnapshot } from './commands/cli/snapshot';
import { registerVerify } from './commands/cli/verify';
import { registerVerifyBundle } from './commands/cli/verify-bundle';
import { toolVersion } from './commands/run';

/** In the order in which the help lists them. */
const COMMANDS: readonly ((registration: Registration) => void)[] = [
  registerVerify,
  registerSnapshot,
  registerReport,
  registerDiff,
  registerGate,
  registerVerifyBundle,
  registerHistory,
  registerPeriod,
  registerIntent,
  registerExplain,
  registerPermissions,
  registerProbeHost,
  registerLab,
];

function program(setExitCode: (code: number) => void): Command {
  const studioEgress = new Command('studio-egress')
    .description(
      'Proves that a SageMaker Studio domain reaches the internet only through its AWS Network Firewall.',
    )
    .version(toolVersion().version)
    .showSuggestionAfterError(true)
    .exitOverride()
    .enablePositionalOptions();
  const add = (text: string) => studioEgress.command(text).exitOverride();
  for (const register of COMMANDS) register({ add, setExitCode });
  return studioEgress;
}

/** Nothing is wrong with how the command was given. */
const NOT_VERIFIED: readonly string[] = ['Interrupted', 'TargetNotRead', 'CredentialsRefused'];

/** Whoever read our output may have left (`| head`, a terminal that was closed): the work and its exit code do not change. */
function keepOnWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
}

async function main(): Promise<void> {
  keepOnWithoutReader();
  let exitCode = 0;
  try {
    await program((code) => (exitCode = code)).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 3;
    else {
      process.stderr.write(`${messageOf(error)}\n`);
      exitCode = error instanceof Error && NOT_VERIFIED.includes(error.name) ? 2 : 3;
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
    'TargetNotRead',
    'CredentialsRefused',
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
