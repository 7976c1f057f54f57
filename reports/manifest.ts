/** manifest.json: SHA-256 and size of every other file of an output folder, so that a changed file shows. */
import { createHash } from 'node:crypto';

export const MANIFEST_NAME = 'manifest.json';

export interface OutputFile {
  /** Name inside the output folder. */
  readonly name: string;
  readonly content: Uint8Array | string;
}

export interface Manifest {
  readonly schema: 'studio-egress/manifest/v1';
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly sizeBytes: number }[];
}

/** The manifest's text, sorted by name, so that the same files always give the same bytes. */
export function manifestOf(files: readonly OutputFile[]): string {
  const names = new Set<string>();
  for (const { name } of files) {
    if (name === MANIFEST_NAME) throw new Error('a manifest cannot hold its own hash');
    if (names.has(name)) throw new Error(`two files are called ${name}`);
    names.add(name);
  }
  const manifest: Manifest = {
    schema: 'studio-egress/manifest/v1',
    files: files
      .map(({ name, content }) => {
        const bytes = Buffer.from(content);
        return { name, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
