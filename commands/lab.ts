/**
 * `studio-egress lab up | exec -- CMD | down`: the lab by hand. `up` leaves one process behind, which holds the
 * API and the network and is what `down` ends; nothing else outlives it.
 */
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabConnection } from '../infra/lab/lab';
import { processIdentity } from './process-identity';
import { PROJECT_ROOT } from './run';
import { UsageError } from './usage-error';

const LAB_FILE = join(PROJECT_ROOT, '.cache', 'lab.json');
const UP_TIMEOUT_MS = 300_000;
const DOWN_TIMEOUT_MS = 15_000;

export interface LabTemplate {
  readonly templatePath: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What `up` leaves for the other commands. */
export interface RunningLab {
  readonly pid: number;
  /** Of the process: its id may be another's by the time it is read. */
  readonly identity: string | null;
  readonly connection: LabConnection;
  readonly stackName: string;
  readonly blind: string | null;
}

export async function labUp(template: LabTemplate): Promise<void> {
  const running = readLabFile();
  if (running !== null)
    throw new UsageError(`A lab is already up (process ${running.pid}); end it with: studio-egress lab down`);
  const child = fork(
    join(PROJECT_ROOT, 'bin', 'studio-egress.js'),
    ['lab', 'hold', JSON.stringify(template)],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const message = await new Promise<{ readonly lab?: RunningLab; readonly error?: string }>(
    (resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the lab was not up within ${UP_TIMEOUT_MS / 1000} s`)),
        UP_TIMEOUT_MS,
      );
      child.once('message', (value) => resolve(value as { lab?: RunningLab; error?: string }));
      child.once('exit', (code) => reject(new Error(`the lab's process ended with ${code ?? 'a signal'}`)));
      child.once('error', reject);
      child.once('message', () => clearTimeout(timer));
      child.once('exit', () => clearTimeout(timer));
    },
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  child.disconnect();
  child.unref();
  if (message.lab === undefined) throw new UsageError(message.error ?? 'the lab could not be raised');
  process.stdout.write(usage(message.lab));
}

/** The process that `up` leaves behind. */
export async function labHold(template: LabTemplate): Promise<void> {
  const { raiseLab } = require('../infra/lab/lab') as typeof import('../infra/lab/lab');
  const tell = (message: { lab?: RunningLab; error?: string }) => {
    if (process.connected) process.send?.(message);
  };
  try {
    const lab = await raiseLab({
      ...template,
      template: readFileSync(template.templatePath, 'utf8'),
      network: true,
    });
    const end = () => void lab.close().finally(() => process.exit(0));
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    // Whoever asked for the lab has gone; nobody would know of it.
    if (!process.connected) return end();
    const { connection, stackName } = lab;
    const identity = processIdentity(process.pid);
    const running = { pid: process.pid, identity, connection, stackName, blind: lab.blind() };
    writeLabFile(running);
    tell({ lab: running });
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 3;
  }
}

export async function labDown(): Promise<void> {
  const running = readLabFile();
  rmSync(LAB_FILE, { force: true });
  if (running === null) {
    process.stdout.write('No lab is up.\n');
    return;
  }
  process.kill(running.pid, 'SIGTERM');
  const deadline = Date.now() + DOWN_TIMEOUT_MS;
  while (isAlive(running) && Date.now() < deadline) await sleep(50);
  if (isAlive(running)) process.kill(running.pid, 'SIGKILL');
  process.stdout.write('The lab is down.\n');
}

/** Runs a command in the Studio subnet, by SSM as the probes do; answers with its exit code. */
export async function labExec(argv: readonly string[]): Promise<number> {
  const running = readLabFile();
  if (running === null) throw new UsageError('No lab is up; raise one with: studio-egress lab up');
  if (running.blind !== null) throw new UsageError(running.blind);
  const { ec2Client } = require('../infra/snapshot/clients') as typeof import('../infra/snapshot/clients');
  const { DescribeInstancesCommand } = require('@aws-sdk/client-ec2') as typeof import('@aws-sdk/client-ec2');
  const { ssmTransport } = require('../probes/transports/ssm') as typeof import('../probes/transports/ssm');
  const client = await ec2Client(running.connection);
  const { Reservations = [] } = await client.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:studio-egress:role', Values: ['probe-host'] }] }),
  );
  const instanceId = Reservations.flatMap((reservation) => reservation.Instances ?? [])[0]?.InstanceId;
  if (instanceId === undefined)
    throw new UsageError(`The stack ${running.stackName} has no probe host to run a command on.`);
  const transport = await ssmTransport({ connection: running.connection, instanceId });
  try {
    const { output } = await transport.run(argv.map(quoted).join(' '), { timeoutMs: 600_000 });
    process.stdout.write(output.stdout);
    process.stderr.write(
      output.stderr === '' || output.stderr.endsWith('\n') ? output.stderr : `${output.stderr}\n`,
    );
    return output.exitCode ?? 124;
  } finally {
    await transport.close();
  }
}

/** One word of a POSIX shell, whatever it holds. */
export const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** At once or not at all, so that no reader finds half of it. */
function writeLabFile(lab: RunningLab): void {
  mkdirSync(dirname(LAB_FILE), { recursive: true });
  const unfinished = `${LAB_FILE}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(lab));
  renameSync(unfinished, LAB_FILE);
}

/** The lab that is up, or null. A file left by a lab that was killed is removed, and so is one that is none. */
function readLabFile(): RunningLab | null {
  try {
    const lab = JSON.parse(readFileSync(LAB_FILE, 'utf8')) as RunningLab;
    if (isAlive(lab)) return lab;
  } catch {
    // Not there, or not what `up` writes.
  }
  rmSync(LAB_FILE, { force: true });
  return null;
}

const isAlive = ({ pid, identity }: RunningLab): boolean =>
  identity === null ? takesSignals(pid) : processIdentity(pid) === identity;

function takesSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function usage({ connection, stackName, blind }: RunningLab): string {
  return [
    `The lab is up with stack ${stackName}.`,
    ...(blind === null ? [] : [blind]),
    'For the AWS CLI, or for studio-egress verify --stack:',
    `  export AWS_ENDPOINT_URL=${connection.endpoint} AWS_REGION=${connection.region} AWS_DEFAULT_REGION=${connection.region}`,
    `  export AWS_ACCESS_KEY_ID=${connection.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${connection.credentials.secretAccessKey}`,
    'Inside the Studio subnet: studio-egress lab exec -- wget -qO- https://kaggle.com',
    'To end it: studio-egress lab down',
    '',
  ].join('\n');
}
