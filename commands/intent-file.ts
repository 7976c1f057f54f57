/** An owner's intent from its file, or a UsageError that names every fault by line and column, before anything is started. */
import type { IntentFile } from '../suites/declared-intent';
import { readDeclaration } from '../suites/intent-problems';
import type { IntentDocument } from './intent-document';
import { faultsInWords, placedFaults, readOwnerFile } from './owner-file';
import { techniqueIds } from './technique-ids';
import { UsageError } from './usage-error';

const WHAT = 'an intent';

/** Throws a UsageError. `option` names the file in errors of opening it. */
export function readIntentFile(option: string, given: string): IntentFile {
  const { path, sha256, document } = readOwnerFile({ option, path: given, what: WHAT });
  return { path, sha256, declaration: declarationOf(document, path) };
}

function declarationOf(document: IntentDocument, name: string): IntentFile['declaration'] {
  // A text that could not be taken apart would only seem to lack what it has.
  const read = document.isWhole ? readDeclaration(document.value, { techniques: techniqueIds() }) : null;
  if (read?.status === 'sound' && document.faults.length === 0) return read.declaration;
  const faults = placedFaults(document, read?.status === 'faulty' ? read.problems : []);
  throw new UsageError(faultsInWords(faults, { name, what: WHAT }));
}
