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
}

export async function report({ evidencePath, formats, outDir }: ReportOptions): Promise<ExitCode> {
  const text = readFileSync(readableFile('report', evidencePath), 'utf8');
  const parsed = parseEvidence(text);
  if (parsed.status === 'refused') throw new UsageError(`${evidencePath} is not evidence: ${parsed.because}`);
  const folder = writableFolder('--out', outDir);
  writeFileSync(join(folder, 'evidence.json'), text);
  await writeReports(folder, parsed.evidence, formats);
  process.stdout.write(`Report: ${displayPath(folder)}/report.html\n`);
  return exitCodeOf(parsed.evidence);
}
