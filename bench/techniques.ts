/**
 * The table of technique and stack: the evasion battery against the stack as published and the recommended one, each
 * raised in the lab from nothing and tried by the product itself. Prints Markdown for docs/techniques.md; with `--write` it
 * also writes it there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import type { Finding } from '../suites/evidence';
import { parseEvidence } from '../suites/evidence-file';

const STACKS = [
  { heading: 'as published', template: 'as-published.yaml', parameters: [] },
  { heading: 'recommended', template: 'studio-firewall.yaml', parameters: [] },
] as const;

const DOCUMENT = join(PROJECT_ROOT, 'docs', 'techniques.md');
const CHECK = 'egress/evasions-are-blocked';
const RUN_TIMEOUT_MS = 300_000;

const INTRODUCTION = `# What a determined notebook can do

Every technique of the battery, tried by \`studio-egress verify\` from inside the Studio subnet of each stack in the lab, with
its own control run from outside and the servers' witness as ground truth. Made by \`npm run techniques -- --write\`; the
reasons in full stand in a run's report.html.
`;

/** The findings of the battery on one stack; throws with the run's own words when it did not come so far. */
function batteryOn(template: string): readonly Finding[] {
  const out = mkdtempSync(join(tmpdir(), 'techniques-'));
  try {
    const argv = [
      'verify',
      '--template',
      join('infra', 'stack', template),
      '--suite',
      'egress',
      '--out',
      out,
    ];
    const { stderr } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'bin', 'studio-egress.js'), ...argv], {
      encoding: 'utf8',
      cwd: PROJECT_ROOT,
      timeout: RUN_TIMEOUT_MS,
    });
    const parsed = parseEvidence(readFileSync(join(out, 'evidence.json'), 'utf8'));
    if (parsed.status === 'refused') throw new Error(`${template}: ${parsed.because}\n${stderr}`);
    const findings = parsed.evidence.findings.filter(({ check }) => check === CHECK);
    if (findings.length < 2)
      throw new Error(`${template}: ${findings[0]?.because ?? 'no battery'}\n${stderr}`);
    return findings;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const WORDS: Readonly<Record<Finding['outcome'], string>> = {
  pass: 'stopped',
  fail: '**gets through**',
  unknown: 'not known',
  'not-applicable': 'does not apply',
};

/** The first sentence of the reason is who stopped it, or what got through. */
function cell(finding: Finding | undefined): string {
  if (finding === undefined) return 'not tried';
  const word = finding.waiver === null ? WORDS[finding.outcome] : '**gets through**, accepted';
  const gist = finding.because.split(/(?<=[.;:]) /, 1)[0] ?? '';
  return `${word}: ${gist
    .replace(/[.;:]$/, '')
    .replaceAll('|', '\\|')
    .replaceAll('`', "'")}`;
}

const markdown = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');

function main(): void {
  const results = STACKS.map(({ heading, template }) => ({ heading, findings: batteryOn(template) }));
  const subjects = [...new Set(results.flatMap(({ findings }) => findings.map(({ subject }) => subject)))];
  const rows = subjects.map((subject) => [
    `\`${subject}\``,
    ...results.map(({ findings }) => cell(findings.find((finding) => finding.subject === subject))),
  ]);
  const open = results.map(
    ({ heading, findings }) =>
      `${heading}: ${findings.filter(({ outcome }) => outcome === 'fail').length} of ${findings.length} get through`,
  );
  const text = `${INTRODUCTION}\n${markdown(['technique', ...results.map(({ heading }) => heading)], rows)}\n${open.join('; ')}.\n`;
  process.stdout.write(text);
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, text);
}

main();
