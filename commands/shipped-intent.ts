/** The intent that ships beside the stack that ships with this tool. */
import { join, resolve } from 'node:path';
import type { IntentFile } from '../suites/declared-intent';
import { readIntentFile } from './intent-file';
import { PROJECT_ROOT, SHIPPED_TEMPLATE } from './run';
import type { Source } from './run-options';

const SHIPPED_INTENT = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.intent.yaml');

/**
 * The intent of a run whose owner names no file: the shipped one for the shipped stack as it is, null (derived) for
 * everything else. Parameters may change what the stack is for, so with them it is another one. Throws a UsageError.
 */
export function shippedIntent(source: Source): IntentFile | null {
  if (source.kind !== 'lab' || resolve(source.templatePath) !== SHIPPED_TEMPLATE) return null;
  return Object.keys(source.parameters).length > 0 ? null : readIntentFile('--intent', SHIPPED_INTENT);
}
