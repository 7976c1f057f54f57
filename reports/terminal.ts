/** The verdict for people at a terminal: a line per area, what is open and why, and what the exit code says. */
import type { Evidence, Finding } from '../suites/evidence';
import { areaOf, areasOf, count, findingsOf, standingOf, verdictOf, type Standing } from './verdict';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
}

const COLOURS: Readonly<Record<Standing, string>> = {
  fail: '31;1',
  unknown: '33;1',
  waived: '35',
  pass: '32',
  'not-applicable': '2',
};

const HEADINGS: readonly (readonly [Standing, string])[] = [
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['unknown', 'unknown'],
  ['waived', 'waived'],
  ['not-applicable', 'n/a'],
];

const LEAST_COLUMNS = 40;

/** Text without a last line end. Nothing in the evidence can reach the terminal as a control sequence. */
export function verdictTable(evidence: Evidence, { colour, columns }: TerminalOptions): string {
  const width = Math.max(LEAST_COLUMNS, columns);
  const paint = (standing: Standing, text: string) =>
    colour ? `\u001b[${COLOURS[standing]}m${text}\u001b[0m` : text;
  const verdict = verdictOf(evidence);
  const standing: Standing = verdict.exitCode === 0 ? 'pass' : verdict.exitCode === 1 ? 'fail' : 'unknown';
  const open = (['fail', 'unknown'] as const).flatMap((wanted) =>
    byCheck(findingsOf(evidence.findings, wanted)).flatMap((alike) => openCheck(alike, { width, paint })),
  );
  return [
    ...areaTable(evidence, paint),
    ...(open.length > 0 ? ['', ...open] : []),
    '',
    ...wrap(
      `${verdict.word.toUpperCase()}: ${printable(verdict.sentence)} (exit code ${verdict.exitCode})`,
      width,
    ).map((line) => paint(standing, line)),
  ].join('\n');
}

type Paint = (standing: Standing, text: string) => string;

function areaTable(evidence: Evidence, paint: Paint): readonly string[] {
  const areas = areasOf([...evidence.plan, ...evidence.findings.map(({ check }) => check)]);
  const first = Math.max('area'.length, ...areas.map((area) => printable(area).length));
  const head = 'area'.padEnd(first) + HEADINGS.map(([, heading]) => heading.padStart(9)).join('');
  const rows = areas.map((area) => {
    const findings = evidence.findings.filter(({ check }) => areaOf(check) === area);
    const cells = HEADINGS.map(([standing]) => {
      const n = findings.filter((finding) => standingOf(finding) === standing).length;
      return n === 0 ? '-'.padStart(9) : paint(standing, String(n).padStart(9));
    });
    return printable(area).padEnd(first) + cells.join('');
  });
  return [head, ...rows];
}

/** Findings of one check stand together; a check with many subjects shows its first, and the report has the others. */
function byCheck(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(finding.check);
    if (group === undefined) groups.set(finding.check, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function openCheck(
  [finding, ...others]: readonly [Finding, ...Finding[]],
  { width, paint }: { width: number; paint: Paint },
): readonly string[] {
  const standing = standingOf(finding);
  const word = standing === 'fail' ? 'FAIL   ' : 'UNKNOWN';
  const more = others.length === 0 ? '' : ` and ${count(others.length, 'other')}`;
  return [
    `${paint(standing, word)} ${printable(finding.check)} (${finding.severity}) ${printable(finding.subject)}${more}`,
    ...wrap(printable(finding.because), width - 8).map((line) => `        ${line}`),
  ];
}

/** At blanks; a word longer than the line stands alone, so that ids and ARNs can be copied. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Controls (which could move the cursor or set the window's title) and bidirectional overrides become `\u001B`. */
const printable = (text: string): string =>
  text.replace(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
