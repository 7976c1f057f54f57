/** Z3 for the bench alone: no dependency of the product, and fetched into the project's cache when the bench first runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';

/** Exact, with the two packages it needs: figures of another version are not comparable. */
const PACKAGES = ['z3-solver@5.2.0', 'async-mutex@0.3.2', 'tslib@2.8.1'];
const VERSION = '5.2.0';
const FOLDER = join(PROJECT_ROOT, '.cache', 'bench');
const TIMEOUT_MS = 120_000;

export type Installed = { readonly path: string } | { readonly missingBecause: string };

/** Where Z3 is, installing it where it is not. Never throws: without a registry the rows that need Z3 say so. */
export function installZ3(): Installed {
  const path = join(FOLDER, 'node_modules', 'z3-solver');
  if (installedVersion(path) === VERSION) return { path };
  mkdirSync(FOLDER, { recursive: true });
  const { status, stderr, error } = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      FOLDER,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--fetch-retries=0',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      ...PACKAGES,
    ],
    { encoding: 'utf8', timeout: TIMEOUT_MS, cwd: FOLDER },
  );
  if (status === 0 && installedVersion(path) === VERSION) return { path };
  const said = error?.message ?? (stderr.trim().split('\n')[0] || `npm ended with ${status}`);
  return { missingBecause: `z3-solver ${VERSION} could not be installed (${said})` };
}

function installedVersion(path: string): string | null {
  const manifest = join(path, 'package.json');
  if (!existsSync(manifest)) return null;
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  const version: unknown =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : null;
  return typeof version === 'string' ? version : null;
}
