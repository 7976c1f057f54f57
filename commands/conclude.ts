/** The end of a run: findings become evidence, evidence becomes files, whatever happened before. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formats, type Format } from '../reports/formats';
import type { JestOutcome } from '../reports/jest-reporter';
import { writeManifest } from './manifest-file';
import { assembleEvidence } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import type { Collected } from './collect';
import type { Run } from './run';

export interface ConcludeOptions {
  readonly run: Run;
  readonly collected: Collected;
  readonly outcome: JestOutcome;
  readonly formats: readonly Format[];
  readonly now: Date;
}

/** Assembles the evidence and writes the output folder (snapshot.json is already there). */
export function conclude({ run, collected, outcome, formats: wanted, now }: ConcludeOptions): Evidence {
  if (collected.target === null) throw new Error('a run without a target has no evidence');
  const evidence = assembleEvidence({
    run: {
      id: run.id,
      startedAt: run.startedAt,
      finishedAt: now.toISOString(),
      tool: run.tool,
      invocation: run.invocation,
      target: collected.target,
      identity: collected.identity,
      snapshotSha256: collected.snapshotSha256,
      endedEarly: collected.endedEarly,
    },
    intent: collected.intent ?? {
      source: 'derived',
      file: null,
      sha256: null,
      derivedSections: ['destinations', 'endpoints', 'securityGroups', 'logs'],
      destinations: [],
      requiredEndpoints: [],
      logRetentionDays: 365,
      approvedExits: [],
      acceptedInspection: [],
      approvedSecurityGroups: [],
      acceptedRisks: [],
      listener: null,
    },
    plan: collected.plan,
    findings: outcome.findings,
    firewallLog: collected.live.status === 'run' ? collected.live.log : null,
    missingBecause: missingBecause(collected, outcome),
  });
  writeFileSync(join(run.outDir, 'evidence.json'), `${JSON.stringify(evidence, null, 1)}\n`);
  writeReports(run.outDir, evidence, wanted);
  return evidence;
}

/** Renders the formats beside the evidence and seals the folder with the manifest. */
export function writeReports(outDir: string, evidence: Evidence, wanted: readonly Format[]): void {
  for (const format of wanted) {
    const { fileName, render } = formats[format];
    writeFileSync(join(outDir, fileName), render(evidence));
  }
  writeManifest(outDir);
}

function missingBecause(collected: Collected, outcome: JestOutcome): string {
  if (collected.endedEarly !== null) return `Not evaluated: ${collected.endedEarly}`;
  const [first] = outcome.unfinished;
  if (first !== undefined) return `Not evaluated: ${first.file} did not finish (${first.reason}).`;
  return 'Not evaluated: no result came back from the suite.';
}
