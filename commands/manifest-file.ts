/** Reads an output folder's files and seals them with manifest.json. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestOf, MANIFEST_NAME } from '../reports/manifest';

export function writeManifest(outDir: string): void {
  const files = readdirSync(outDir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST_NAME && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, content: readFileSync(join(outDir, entry.name)) }));
  writeFileSync(join(outDir, MANIFEST_NAME), manifestOf(files));
}
