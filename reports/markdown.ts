/**
 * markdown.md, for a step summary of GitHub Actions or a merge request. GitHub refuses a summary above 1 MiB as a whole
 * instead of cutting it (facts: reports.md 2), so what would be too much is left out, the least important first, and
 * counted. All text of evidence stands in code spans on one line: no link, image, HTML, mention or table can come of it.
 */
import { targetName } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { clipped, oneLine } from './plain-text';
import { messageOf, resultsOf, type Result } from './results';
import { isDisagreement, SEVERITIES, verdictOf } from './verdict';

const MAX_BYTES = 900_000;
/** Of any one text. */
const MAX_TEXT = 2_000;

const WORDS = { 0: '✅ Verified', 1: '❌ Violated', 2: '⚠️ Could not be verified' } as const;

const SECTIONS: readonly { readonly standing: Result['standing']; readonly title: string }[] = [
  { standing: 'fail', title: 'Violated' },
  { standing: 'unknown', title: 'Could not be verified' },
  { standing: 'waived', title: 'Accepted' },
  { standing: 'note', title: 'About the run' },
  { standing: 'not-applicable', title: 'Not applicable' },
  { standing: 'pass', title: 'Verified' },
];

export function renderMarkdown(evidence: Evidence): string {
  const results = resultsOf(evidence);
  const head = headOf(evidence, results);
  let left = MAX_BYTES - Buffer.byteLength(head);
  const sections = SECTIONS.map(({ standing, title }) => {
    const section = sectionOf(title, inOrder(results, standing), { maxBytes: left });
    left -= Buffer.byteLength(section);
    return section;
  });
  return `${head}${sections.join('')}`;
}

function headOf(evidence: Evidence, results: readonly Result[]): string {
  const { run } = evidence;
  const { exitCode, sentence } = verdictOf(evidence);
  const { kind, account, region } = run.target;
  const counts = SECTIONS.map(({ standing, title }) => {
    const n = results.filter((result) => result.standing === standing).length;
    return `| ${title} | ${n} |\n`;
  }).join('');
  return [
    `## ${WORDS[exitCode]}: internet egress of SageMaker Studio\n\n`,
    `${code(sentence)}\n\n`,
    `Target: ${kind} ${code(account ?? 'unknown account')} ${code(region)} ${code(targetName(run.target))}, run ${code(run.id)}, ended ${code(run.finishedAt)}\n\n`,
    `| Statements | Number |\n| --- | ---: |\n${counts}`,
  ].join('');
}

function inOrder(results: readonly Result[], standing: Result['standing']): readonly Result[] {
  const own = results.filter((result) => result.standing === standing);
  const others = own.filter(({ finding }) => !isDisagreement(finding));
  return [
    ...own.filter(({ finding }) => isDisagreement(finding)),
    ...SEVERITIES.flatMap((severity) => others.filter(({ finding }) => finding.severity === severity)),
  ];
}

/** Room that is kept for saying what was left out of each section. */
const RESERVE_BYTES = 1_000;

function sectionOf(
  title: string,
  results: readonly Result[],
  { maxBytes }: { readonly maxBytes: number },
): string {
  if (results.length === 0) return '';
  const head = `\n### ${title}\n\n`;
  let left = maxBytes - RESERVE_BYTES - Buffer.byteLength(head);
  const lines: string[] = [];
  for (const result of results) {
    const line = lineOf(result);
    left -= Buffer.byteLength(line);
    if (left < 0) break;
    lines.push(line);
  }
  const missing = results.length - lines.length;
  const more =
    missing === 0 ? '' : `- **${missing} more are left out here for their size; see evidence.json.**\n`;
  return `${head}${lines.join('')}${more}`;
}

function lineOf(result: Result): string {
  const { finding, standing } = result;
  const said = standing === 'pass' || standing === 'not-applicable' ? '' : `**${finding.severity}** `;
  const controls = finding.controls.length === 0 ? '' : ` (${finding.controls.map(code).join(', ')})`;
  return `- ${said}${code(finding.check)} on ${code(finding.subject)}: ${code(messageOf(result))}${controls}\n`;
}

/** A code span: delimited by more backticks than the text has in a row (CommonMark 6.1), so nothing in it ends it. */
export function code(given: string): string {
  const text = clipped(oneLine(given), { max: MAX_TEXT });
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^`|`$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
