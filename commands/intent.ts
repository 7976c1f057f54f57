/** `studio-egress intent init | check`: an owner's intent, written from what is deployed, and judged before it is used. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { readSnapshotFile } from '../infra/snapshot/snapshot-file';
import type { ExitCode } from '../suites/assemble';
import { declaredIntent, type IntentFile } from '../suites/declared-intent';
import { derivedIntent } from '../suites/derived-intent';
import { indistinctDenials } from '../suites/intent-contradictions';
import { coverageOf, type Coverage } from '../suites/intent-coverage';
import { intentText } from '../suites/intent-text';
import { readIntentFile } from './intent-file';
import { displayPath } from './run';
import { writableFolder, type Source } from './run-options';
import { UsageError } from './usage-error';

export interface IntentInitOptions {
  readonly source: Source;
  readonly out: string;
  /** Whether a file that is there may be replaced. */
  readonly replace: boolean;
}

/** Reads only. Exit code 2 when the deployed rules left no destination: the file says so. Throws a UsageError. */
export async function intentInit({ source, out, replace }: IntentInitOptions): Promise<ExitCode> {
  const path = resolve(out);
  const name = displayPath(path);
  if (existsSync(path) && !replace)
    throw new UsageError(
      `${name} is there already; name another file with --out, or replace it with --force`,
    );
  writableFolder('--out', dirname(path));
  const snapshot = await snapshotOf(source);
  const intent = derivedIntent(snapshot);
  write(path, intentText(snapshot, intent, { passingIds: source.kind === 'lab' }), { replace, name });
  const count = intent.destinations.length;
  process.stdout.write(
    `${name}: ${count} ${count === 1 ? 'destination' : 'destinations'}, as the deployed rules have it. Read and correct it, then: studio-egress verify --intent ${name}\n`,
  );
  if (count > 0) return 0;
  process.stderr.write(
    'No destination could be derived: the firewall rules name none, or could not be read.\n',
  );
  return 2;
}

function write(
  path: string,
  text: string,
  { replace, name }: { readonly replace: boolean; readonly name: string },
): void {
  try {
    writeFileSync(path, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new UsageError(`${name} cannot be written (${reason})`, { cause: error });
  }
}

async function snapshotOf(source: Source): Promise<Snapshot> {
  if (source.kind === 'snapshot') return readSnapshotFile(source.file);
  const { findTarget } = require('../infra/snapshot/target') as typeof import('../infra/snapshot/target');
  const { takeSnapshot } =
    require('../infra/snapshot/take-snapshot') as typeof import('../infra/snapshot/take-snapshot');
  if (source.kind === 'aws') {
    const { awsConnection } =
      require('../infra/snapshot/clients') as typeof import('../infra/snapshot/clients');
    const connection = await awsConnection({ region: source.region, profile: source.profile });
    return takeSnapshot(connection, await findTarget(connection, source.selector));
  }
  const { raiseLab } = require('../infra/lab/lab') as typeof import('../infra/lab/lab');
  const { templatePath, parameters } = source;
  // The API alone: what a template deploys can be read without a packet.
  const lab = await raiseLab({
    template: readFileSync(templatePath, 'utf8'),
    templatePath,
    parameters,
    network: false,
  });
  try {
    return await takeSnapshot(lab.connection, await findTarget(lab.connection, { stack: lab.stackName }));
  } finally {
    await lab.close();
  }
}

export interface IntentCheckOptions {
  readonly file: string;
  /** A saved snapshot to compare the destinations with, or null. */
  readonly snapshot: string | null;
}

/**
 * Exit code 0 for a sound file that the snapshot, if there is one, agrees with; 1 where its allow list differs, 2 where that
 * cannot be told. Throws a UsageError for a faulty file.
 */
export function intentCheck({ file, snapshot }: IntentCheckOptions): ExitCode {
  const read = readIntentFile('intent check', file);
  process.stdout.write(`${read.path}: ${inWords(read)}\n`);
  for (const note of indistinctDenials(read.declaration)) process.stdout.write(`note     ${note}.\n`);
  if (snapshot === null) return 0;
  const deployed = readSnapshotFile(snapshot);
  const { destinations, derivedSections } = declaredIntent(read, deployed);
  if (derivedSections.includes('destinations')) {
    process.stdout.write('It names no destination, so there is nothing to compare with the allow list.\n');
    return 0;
  }
  const answers = coverageOf(deployed, destinations);
  process.stdout.write(answers.map(line).join(''));
  if (answers.some(({ status }) => status === 'differs')) return 1;
  return answers.some(({ status }) => status === 'unknown') ? 2 : 0;
}

const line = ({ status, because }: Coverage): string => `${status.padEnd(8)} ${printable(because)}.\n`;

/** Rule texts and names of a snapshot may hold anything: a terminal must get no control characters from them. */
const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
  text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

function inWords({ declaration }: IntentFile): string {
  const { destinations = [], endpoints, exits, inspection, securityGroups, risks } = declaration;
  const counts: readonly (readonly [number, string])[] = [
    [destinations.filter(({ expect }) => expect === 'allowed').length, 'allowed'],
    [destinations.filter(({ expect }) => expect === 'denied').length, 'denied'],
    [endpoints?.required.length ?? 0, 'required endpoints'],
    [exits?.approved.length ?? 0, 'approved exits'],
    [inspection?.accepted.length ?? 0, 'accepted inspection endpoints'],
    [securityGroups?.approved.length ?? 0, 'approved security groups'],
    [risks?.accepted.length ?? 0, 'accepted risks'],
  ];
  const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? 'no fault, and it declares nothing' : `no fault; ${said.join(', ')}`;
}
