/**
 * The files of an output folder that somebody hands us, hashed. Nothing is followed out of the folder: a link, a folder or a
 * device in it is refused, and each file is opened so that it cannot become one in between.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

export interface BundleFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The bytes that were hashed, of the files that are read further; null of all others. */
  readonly bytes: Buffer | null;
}

export interface BundleFiles {
  readonly files: ReadonlyMap<string, BundleFile>;
  /** What is there and was not read, by its name, and why. */
  readonly refused: readonly { readonly name: string; readonly because: string }[];
}

/** Far more than a run writes. */
const MAX_FILES = 10_000;
const MAX_FILE_BYTES = 536_870_912;
const CHUNK_BYTES = 1_048_576;

/** `kept` names the files whose bytes are wanted, with the most that each may have. */
export function bundleFiles(dir: string, kept: Readonly<Record<string, number>>): BundleFiles {
  const entries = readdirSync(dir, { withFileTypes: true });
  const files = new Map<string, BundleFile>();
  const refused: { name: string; because: string }[] = [];
  for (const entry of entries.slice(0, MAX_FILES)) {
    const read = fileOf(dir, entry, kept);
    if (typeof read === 'string') refused.push({ name: entry.name, because: read });
    else files.set(entry.name, read);
  }
  if (entries.length > MAX_FILES)
    refused.push({ name: '.', because: `the folder has ${entries.length} entries, more than ${MAX_FILES}` });
  return { files, refused };
}

/** A file, or why it was not read. */
function fileOf(dir: string, entry: Dirent, kept: Readonly<Record<string, number>>): BundleFile | string {
  if (entry.isSymbolicLink()) return 'it is a link, which could lead anywhere';
  if (entry.isDirectory()) return 'it is a folder, and an output folder has none';
  if (!entry.isFile()) return 'it is not an ordinary file';
  const wanted = Object.hasOwn(kept, entry.name) ? kept[entry.name] : undefined;
  let file: number;
  try {
    file = openSync(join(dir, entry.name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`;
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) return 'it is not an ordinary file';
    const maxBytes = wanted ?? MAX_FILE_BYTES;
    if (status.size > maxBytes) return `it has ${status.size} bytes, more than the ${maxBytes} that are read`;
    return hashed(file, { name: entry.name, maxBytes, keep: wanted !== undefined });
  } finally {
    closeSync(file);
  }
}

interface Hashing {
  readonly name: string;
  readonly maxBytes: number;
  readonly keep: boolean;
}

function hashed(file: number, { name, maxBytes, keep }: Hashing): BundleFile | string {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const length = readSync(file, chunk, 0, chunk.length, null);
    if (length === 0) break;
    sizeBytes += length;
    if (sizeBytes > maxBytes) return `it grew beyond ${maxBytes} bytes while it was read`;
    const read = chunk.subarray(0, length);
    hash.update(read);
    if (keep) chunks.push(read);
  }
  return { name, sizeBytes, sha256: hash.digest('hex'), bytes: keep ? Buffer.concat(chunks) : null };
}
