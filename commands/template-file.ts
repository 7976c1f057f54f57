/** Refuses a template that cannot be deployed, with the place and the fix, before anything is started. */
import { readFileSync } from 'node:fs';
import { checkTemplate } from '../infra/lab/cloudformation/explain-failure';
import { displayPath } from './run';
import { UsageError } from './usage-error';

export function checkTemplateFile(path: string, parameters: Readonly<Record<string, string>>): void {
  try {
    checkTemplate(readFileSync(path, 'utf8'), parameters);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(`${displayPath(path)}: ${error.message}`, { cause: error });
  }
}
