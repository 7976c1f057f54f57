/** An evidence.json that somebody names on the command line, or the one in the output folder that is named. */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Evidence } from '../suites/evidence';
import { parseEvidence } from '../suites/evidence-file';
import { readableFile } from './run-options';
import { UsageError } from './usage-error';

const MAX_EVIDENCE_BYTES = 268_435_456;

/** Throws a UsageError. `option` names the file in errors. */
export function readEvidence(option: string, path: string): Evidence {
  const isFolder = statSync(resolve(path), { throwIfNoEntry: false })?.isDirectory() === true;
  const file = readableFile(option, isFolder ? join(path, 'evidence.json') : path);
  if (statSync(file).size > MAX_EVIDENCE_BYTES)
    throw new UsageError(`${option} ${path}: it has more than ${MAX_EVIDENCE_BYTES} bytes`);
  const parsed = parseEvidence(readFileSync(file, 'utf8'));
  if (parsed.status === 'refused') throw new UsageError(`${path} is not evidence: ${parsed.because}`);
  return parsed.evidence;
}
