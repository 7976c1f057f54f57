/** `studio-egress explain CHECK`: a check's documentation page, which is the header comment of its file. */
import { readFileSync } from 'node:fs';
import { checkFiles, loadCheck } from '../suites/registry';
import { knownWord } from './run-options';

export function explain(id: string): string {
  const files = checkFiles();
  knownWord(
    'check',
    id,
    files.map((file) => file.id),
  );
  const file = files.find((candidate) => candidate.id === id);
  if (file === undefined) throw new Error(`${id} is known but has no file`);
  const check = loadCheck(file);
  const controls = check.controls.length > 0 ? check.controls.join(', ') : 'none that truly corresponds';
  return [
    `${check.id} (${check.severity})`,
    '',
    headerComment(readFileSync(file.path, 'utf8')),
    '',
    `Controls: ${controls}`,
    '',
  ].join('\n');
}

/** The text of a source file's first block comment, without the comment's own marks. */
export function headerComment(source: string): string {
  const block = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1];
  if (block === undefined) throw new Error('the file has no header comment');
  return block
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}
