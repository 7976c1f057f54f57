/** A run's identity and folder. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
  return { id, startedAt: now.toISOString(), outDir: folder, tool: toolVersion(), invocation };
}

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
