/** A check's documentation page as data, so that a report can be read without the program. */
import { readFileSync } from 'node:fs';
import type { CheckDocumentation } from '../suites/evidence';
import { checkFiles, loadCheck } from '../suites/registry';
import { WAIVERS_CHECK, WAIVERS_DOCUMENTATION } from '../suites/waivers';
import { headerComment } from './explain';

/** Of the planned checks, by id. */
export function checkDocumentation(plan: readonly string[]): Readonly<Record<string, CheckDocumentation>> {
  const files = checkFiles().filter(({ id }) => plan.includes(id));
  const own = plan.includes(WAIVERS_CHECK.id) ? [[WAIVERS_CHECK.id, WAIVERS_DOCUMENTATION] as const] : [];
  return Object.fromEntries([
    ...own,
    ...files.map((file) => {
      const page = headerComment(readFileSync(file.path, 'utf8'));
      return [file.id, { statement: loadCheck(file).statement, ...parts(page) }] as const;
    }),
  ]);
}

/** The page's parts: a heading alone in its line, its text indented below it. */
export function parts(page: string): Omit<CheckDocumentation, 'statement'> {
  const part = (heading: string): string[] => {
    const lines = page.split('\n');
    const start = lines.indexOf(heading);
    // A page without the part is a defect that a test finds; it must not cost a run its report.
    if (start === -1) return [];
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => line !== '' && !line.startsWith(' '));
    return (end === -1 ? rest : rest.slice(0, end)).map((line) => line.trim()).filter((line) => line !== '');
  };
  return {
    why: withoutNotes(part('Why').join(' ')),
    fix: part('Fix').join('\n'),
    references: part('References'),
  };
}

/** Where a fact was noted down (`aws.md 6.15, REPORT`) is for those who change the program. */
const withoutNotes = (text: string): string =>
  text.replace(/\s*\((?:aws|lab|policy|proof|sdk)\.md [^()]*\)/g, '');
