/** A run's identity and folder. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writableFolder } from './run-options';

export const PROJECT_ROOT = join(__dirname, '..');

/** The stack that ships with this tool. */
export const SHIPPED_TEMPLATE = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.yaml');

export interface Run {
  readonly id: string;
  readonly startedAt: string;
  /** Absolute path of the output folder, which exists and can be written. */
  readonly outDir: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly invocation: string;
}

export interface StartRunOptions {
  readonly outDir: string | null;
  readonly invocation: string;
  readonly now: Date;
}

export function startRun({ outDir, invocation, now }: StartRunOptions): Run {
  // Sorts by time; the random end keeps two runs of one second apart.
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const id = `${stamp}-${randomBytes(3).toString('hex')}`;
  const folder = writableFolder('--out', outDir ?? join(PROJECT_ROOT, 'reports', 'out', id));
  removeEarlier(folder);
  return { id, startedAt: now.toISOString(), outDir: folder, tool: toolVersion(), invocation };
}

/**
 * What an earlier run wrote into the same folder: were this one killed, or its target not there, whoever looks into the folder
 * afterwards would take the earlier verdict for tonight's.
 */
function removeEarlier(folder: string): void {
  const { formats } = require('../reports/formats') as typeof import('../reports/formats');
  const own = [...RUN_FILES, ...Object.values(formats).map(({ fileName }) => fileName)];
  for (const name of own) rmSync(join(folder, name), { force: true });
}

/** What a run writes besides its reports. */
const RUN_FILES = ['evidence.json', 'snapshot.json', 'manifest.json', 'manifest.dsse.json'];

export function toolVersion(): { readonly name: string; readonly version: string } {
  const manifest = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  return { name: manifest.name, version: manifest.version };
}

/** A path as a person at this prompt would type it. */
export function displayPath(path: string, from: string = process.cwd()): string {
  const short = relative(from, path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}
