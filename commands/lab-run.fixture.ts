/**
 * Support for tests of the whole product: a lab raised in this process, and the command line run against it as it
 * would be against AWS, with nothing but ordinary AWS settings in its environment.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../infra/lab/lab';
import { raiseLab } from '../infra/lab/lab';
import type { Evidence, Finding } from '../suites/evidence';
import { PROJECT_ROOT } from './run';

export const RECOMMENDED = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.yaml');
/** The recommended stack's own, with its residual risks accepted. */
export const RECOMMENDED_INTENT = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.intent.yaml');
export const AS_PUBLISHED = join(PROJECT_ROOT, 'infra', 'stack', 'as-published.yaml');

export interface CommandRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunCommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** The folder it is run from; this process's own when absent. */
  readonly cwd?: string;
  readonly onStart?: (pid: number) => void;
  /** What is run in place of the command, from this project's folder. */
  readonly program?: readonly string[];
}

/** `studio-egress …` in a process of its own. */
export function studioEgress(argv: readonly string[], options: RunCommandOptions = {}): Promise<CommandRun> {
  return new Promise((resolve, reject) => {
    const ours = [process.execPath, join(PROJECT_ROOT, 'bin', 'studio-egress.js')];
    const [program = process.execPath, ...words] = [...(options.program ?? ours), ...argv];
    const child = spawn(program, words, {
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      timeout: options.timeoutMs ?? 120_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    if (child.pid !== undefined) options.onStart?.(child.pid);
  });
}

export interface VerifiedRun extends CommandRun {
  readonly evidence: Evidence;
  /** The findings of one check. */
  readonly of: (check: string) => readonly Finding[];
  /** `pass`, `fail`, …: the outcomes of one check, each once. */
  readonly outcomes: (check: string) => readonly string[];
}

export interface VerifyLabOptions {
  readonly lab: Lab;
  readonly argv?: readonly string[];
  readonly onStart?: (pid: number) => void;
}

/** The lab as ordinary AWS settings. */
export function labSettings({ connection }: Lab): Readonly<Record<string, string>> {
  const { endpoint, region, credentials } = connection;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

/** Verifies a lab's stack as if it were in AWS. */
export async function verifyLab({ lab, argv = [], onStart }: VerifyLabOptions): Promise<VerifiedRun> {
  const out = mkdtempSync(join(tmpdir(), 'verify-lab-'));
  try {
    const run = await studioEgress(
      [
        'verify',
        '--stack',
        lab.stackName,
        '--out',
        out,
        '--probe-timeout',
        '6',
        '--denied-timeout',
        '3',
        '--log-timeout',
        '10',
        ...argv,
      ],
      {
        env: labSettings(lab),
        ...(onStart === undefined ? {} : { onStart }),
      },
    );
    return withEvidence(run, out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

export function withEvidence(run: CommandRun, out: string): VerifiedRun {
  let text: string;
  try {
    text = readFileSync(join(out, 'evidence.json'), 'utf8');
  } catch (error) {
    throw new Error(`no evidence; exit ${run.exitCode ?? 'none'}\n${run.stdout}\n${run.stderr}`, {
      cause: error,
    });
  }
  const evidence = JSON.parse(text) as Evidence;
  const of = (check: string) => evidence.findings.filter((finding) => finding.check === check);
  return {
    ...run,
    evidence,
    of,
    outcomes: (check) => [...new Set(of(check).map((finding) => finding.outcome))],
  };
}

/** Where the code is another, the test fails with what the run found, and not with two numbers. */
export function expectExit({ exitCode, evidence }: VerifiedRun, expected: number): void {
  const found = evidence.findings.filter(
    ({ outcome, waiver }) => waiver === null && (outcome === 'fail' || outcome === 'unknown'),
  );
  const said = found.map(
    ({ check, subject, outcome, because }) => `${check} ${subject}: ${outcome}: ${because}`,
  );
  expect({ exitCode, found: exitCode === expected ? [] : said }).toEqual({ exitCode: expected, found: [] });
}

export interface LabForTestOptions {
  readonly template?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly network?: boolean;
  readonly logDelayMs?: () => number;
}

/** A lab for one test file. Where this machine cannot raise the network it fails, saying why: it is not skipped. */
export async function labForTest(options: LabForTestOptions = {}): Promise<Lab> {
  const templatePath = options.template ?? RECOMMENDED;
  const lab = await raiseLab({
    template: readFileSync(templatePath, 'utf8'),
    templatePath,
    parameters: options.parameters ?? {},
    network: options.network ?? true,
    ...(options.logDelayMs === undefined ? {} : { logDelayMs: options.logDelayMs }),
  });
  const blind = lab.blind();
  if (options.network !== false && blind !== null) {
    await lab.close();
    throw new Error(`This test needs the lab's network: ${blind}`);
  }
  return lab;
}

/** Every process below one, itself included. */
export function family(pid: number): readonly number[] {
  const children = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
  return [pid, ...children.flatMap(family)];
}
