/** `studio-egress report EVIDENCE`: renders reports again from an old evidence.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from '../reports/formats';
import { exitCodeOf, type ExitCode } from '../suites/assemble';
import { parseEvidence } from '../suites/evidence-file';
import { writeReports } from './conclude';
import { displayPath } from './run';
import { readableFile, writableFolder } from './run-options';
import { UsageError } from './usage-error';

export interface ReportOptions {
  readonly evidencePath: string;
  readonly formats: readonly Format[];
  readonly outDir: string;
  /** Whether the findings go to AWS Security Hub, and with which profile; null for not. */
  readonly securityHub: { readonly profile: string | null } | null;
}

export async function report({
  evidencePath,
  formats,
  outDir,
  securityHub,
}: ReportOptions): Promise<ExitCode> {
  const text = readFileSync(readableFile('report', evidencePath), 'utf8');
  const parsed = parseEvidence(text);
  if (parsed.status === 'refused') throw new UsageError(`${evidencePath} is not evidence: ${parsed.because}`);
  const folder = writableFolder('--out', outDir);
  writeFileSync(join(folder, 'evidence.json'), text);
  const problems = await writeReports(folder, parsed.evidence, formats);
  process.stdout.write(`Report: ${displayPath(folder)}/${formats.includes('html') ? 'report.html' : ''}\n`);
  problems.forEach((problem) => process.stderr.write(`${problem}\n`));
  if (securityHub !== null) {
    const { sendToSecurityHub } = require('./security-hub') as typeof import('./security-hub');
    const announce = (said: string) => void process.stderr.write(`${said}\n`);
    const taken = await sendToSecurityHub({ evidence: parsed.evidence, ...securityHub, announce });
    process.stdout.write(`Security Hub took ${taken} findings.\n`);
  }
  const exitCode = exitCodeOf(parsed.evidence);
  return exitCode === 0 && problems.length > 0 ? 2 : exitCode;
}
