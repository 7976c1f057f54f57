/**
 * Many scripts in the command line of one processing job: SageMaker takes no other text along without a bucket. The runner
 * (processing_job_runner.py) and its scripts are packed together and spread over the container's arguments.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

export interface JobScript {
  readonly script: string;
  /** Bound of the script itself. */
  readonly timeoutMs: number;
  /** How long after the container's start it begins, so that what was asked one after the other is sent so. */
  readonly delayMs: number;
}

export interface JobCommand {
  readonly ContainerEntrypoint: string[];
  readonly ContainerArguments: string[];
}

export interface JobPayloadOptions {
  /** 32 hexadecimal digits: of the frames that answer, told to no script. */
  readonly nonce: string;
}

/** AppSpecification: entrypoint and arguments have at most 100 members of at most 256 characters each (API reference). */
const MAX_MEMBERS = 100;
const MAX_CHARACTERS = 256;
/**
 * Scripts that run at a time. Each is a client that waits most of its time; the rest wait their turn, as they do with an SSM
 * Agent.
 */
const WORKERS = 10;
/** Per script, for the runner to start it and to end it. */
const ENDING_MS = 5000;

const BOOTSTRAP =
  'import sys,zlib,base64,json;p=json.loads(zlib.decompress(base64.b64decode(sys.stdin.read())));exec(p["program"],{"JOB":p["job"]})';
/** The shell's own parameter list holds the packed text in pieces; nothing of it is ever read as shell. */
const OPENING = ['/bin/sh', '-c', `printf %s "$@" | python3 -c '${BOOTSTRAP}'`, 'studio-egress'];

/** The command, or null when it is longer than SageMaker takes. Throws a RangeError for a nonce of another form. */
export function jobCommand(scripts: readonly JobScript[], { nonce }: JobPayloadOptions): JobCommand | null {
  if (!/^[0-9a-f]{32}$/.test(nonce)) throw new RangeError('a nonce has 32 hexadecimal digits');
  const bare = scripts.map(({ script, timeoutMs, delayMs }) => ({ script, timeoutMs, delayMs }));
  const job = { nonce, workers: Math.min(WORKERS, scripts.length), scripts: bare };
  const text = JSON.stringify({ program: runnerProgram(), job });
  const packed = deflateSync(text, { level: 9 }).toString('base64');
  const pieces = packed.match(new RegExp(`.{1,${MAX_CHARACTERS}}`, 'g')) ?? [];
  // At least one argument is needed, and the entrypoint holds what the arguments cannot.
  const inEntrypoint = Math.max(0, pieces.length - MAX_MEMBERS);
  const entrypoint = [...OPENING, ...pieces.slice(0, inEntrypoint)];
  if (entrypoint.length > MAX_MEMBERS) return null;
  return { ContainerEntrypoint: entrypoint, ContainerArguments: pieces.slice(inEntrypoint) };
}

/** The scripts in as few jobs as they fit into, in their order. Throws a RangeError when one does not fit alone. */
export function jobBatches<Asked extends JobScript>(
  asked: readonly Asked[],
  options: JobPayloadOptions,
): readonly (readonly Asked[])[] {
  const batches: Asked[][] = [];
  for (const one of asked) {
    const last = batches.at(-1);
    if (last !== undefined && fits([...last, one], options)) last.push(one);
    else if (fits([one], options)) batches.push([one]);
    else
      throw new RangeError(`a script of ${one.script.length} characters does not fit into a processing job`);
  }
  return batches;
}

/** How long the container may take for these scripts: as many at a time as there are workers, each to its bound. */
export function jobRunMs(scripts: readonly JobScript[]): number {
  const rounds = Math.ceil(scripts.length / WORKERS);
  const longestMs = Math.max(...scripts.map(({ timeoutMs }) => timeoutMs)) + ENDING_MS;
  return Math.max(...scripts.map(({ delayMs }) => delayMs)) + rounds * longestMs;
}

function fits(scripts: readonly JobScript[], options: JobPayloadOptions): boolean {
  return jobCommand(scripts, options) !== null;
}

/** Throws when a file of the installation is missing. */
function runnerProgram(): string {
  return readFileSync(join(__dirname, 'processing_job_runner.py'), 'utf8');
}
