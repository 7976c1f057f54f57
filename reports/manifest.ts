/**
 * manifest.json: SHA-256 and size of every other file of an output folder, so that a changed file shows. Only the signature
 * is not in it: it is made of the manifest.
 */
import { createHash } from 'node:crypto';
import { isJsonObject, jsonValue } from './json-object';

export const MANIFEST_NAME = 'manifest.json';
/** The signature over the manifest, a DSSE envelope. */
export const SIGNATURE_NAME = 'manifest.dsse.json';

/** More files than a run can write; a manifest with more was not written by this program. */
const MAX_FILES = 10_000;

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
    if (name === MANIFEST_NAME || name === SIGNATURE_NAME)
      throw new Error('a manifest cannot hold its own hash, nor that of its signature');
    if (names.has(name)) throw new Error(`two files are called ${name}`);
    names.add(name);
  }
  const manifest: Manifest = {
    schema: 'studio-egress/manifest/v1',
    files: files
      .map(({ name, content }) => {
        const bytes = Buffer.from(content);
        return { name, sha256: sha256(bytes), sizeBytes: bytes.length };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** SHA-256 as 64 hexadecimal digits. */
export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

export type ParsedManifest =
  | { readonly status: 'parsed'; readonly manifest: Manifest }
  | { readonly status: 'refused'; readonly because: string };

/** A manifest that somebody hands us. Every name in it is that of a file of the same folder, and stands there once. */
export function parseManifest(text: string): ParsedManifest {
  const refused = (because: string): ParsedManifest => ({ status: 'refused', because });
  const value = jsonValue(text);
  if (!isJsonObject(value) || value['schema'] !== 'studio-egress/manifest/v1')
    return refused('its schema is not studio-egress/manifest/v1');
  const files = value['files'];
  if (!Array.isArray(files)) return refused('it has no list of files');
  if (files.length > MAX_FILES) return refused(`it lists more than ${MAX_FILES} files`);
  const parsed: Manifest['files'][number][] = [];
  for (const [index, file] of files.entries()) {
    if (!isJsonObject(file)) return refused(`files[${index}] is not an object`);
    const { name, sha256: hash, sizeBytes } = file;
    if (typeof name !== 'string' || !isPlainName(name))
      return refused(`files[${index}].name is not the plain name of a file: ${quoted(name)}`);
    if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
      return refused(`files[${index}].sha256 (${name}) is not a SHA-256`);
    if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
      return refused(`files[${index}].sizeBytes (${name}) is not a number of bytes`);
    if (parsed.some((other) => other.name === name)) return refused(`it lists ${name} twice`);
    parsed.push({ name, sha256: hash, sizeBytes });
  }
  return { status: 'parsed', manifest: { schema: 'studio-egress/manifest/v1', files: parsed } };
}

/** What this program calls its files: no folder, no way up, nothing hidden, nothing that a terminal would obey. */
const isPlainName = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name) && name !== MANIFEST_NAME && name !== SIGNATURE_NAME;

const MAX_QUOTED_CHARACTERS = 80;

/** A value of somebody's file, cut short, with nothing in it that a terminal would obey. */
function quoted(value: unknown): string {
  const text = (JSON.stringify(value) ?? typeof value).slice(0, MAX_QUOTED_CHARACTERS);
  return text.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
