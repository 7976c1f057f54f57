/** The end of a run: findings become evidence, evidence becomes files, whatever happened before. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topologyOf } from '../infra/model/topology';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { formats, type Format } from '../reports/formats';
import type { JestOutcome } from '../reports/jest-reporter';
import { assembleEvidence } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { checkFiles } from '../suites/registry';
import { withWaivers, type WaivedFindings } from '../suites/waivers';
import { checkDocumentation } from './check-documentation';
import type { Collected } from './collect';
import { writeManifest } from './manifest-file';
import { negativeControls } from './negative-controls';
import { readingOf, runEnvironment } from './provenance';
import { LIVE_AREAS } from './send-probes';
import type { Run } from './run';
import { sinceEarlier } from './since';

export interface ConcludeOptions {
  readonly run: Run;
  readonly collected: Collected;
  readonly outcome: JestOutcome;
  readonly formats: readonly Format[];
  /** The history's file, which the run is compared with; null for none. */
  readonly history: string | null;
  readonly now: Date;
}

export interface Concluded {
  readonly evidence: Evidence;
  /** Files that could not be made, as sentences. */
  readonly problems: readonly string[];
}

/** Assembles the evidence and writes the output folder (snapshot.json is already there). */
export async function conclude({
  run,
  collected,
  outcome,
  formats: wanted,
  history,
  now,
}: ConcludeOptions): Promise<Concluded> {
  const evidence = evidenceOf({ run, collected, outcome, history, now });
  const problems: string[] = [];
  try {
    writeWhole(join(run.outDir, 'evidence.json'), `${JSON.stringify(evidence, null, 1)}\n`);
  } catch (error) {
    // The findings are in hand: they are still shown, and reported in what is smaller.
    problems.push(`evidence.json was not made: ${messageOf(error)}`);
  }
  problems.push(...(await writeReports(run.outDir, evidence, wanted)));
  return { evidence, problems };
}

function evidenceOf({ run, collected, outcome, history, now }: Omit<ConcludeOptions, 'formats'>): Evidence {
  if (collected.target === null) throw new Error('a run without a target has no evidence');
  const { snapshot, live } = collected;
  const plan = collected.plan.map(({ id }) => id);
  const findings = inDoubt(outcome.findings, collected.changes);
  const waived = waivedFindings(collected, { plan, findings, now });
  return assembleEvidence({
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
      vantage: live.status === 'run' ? collected.vantage : null,
      reading: snapshot === null ? [] : readingOf(snapshot),
      changes: collected.changes,
      ...(live.status === 'run' && live.flowFlushes !== undefined ? { flowFlushes: live.flowFlushes } : {}),
      environment: runEnvironment(process.env),
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
    findings: waived.findings,
    firewallLog: live.status === 'run' ? live.log : null,
    flowLog: live.status === 'run' ? live.flowLog : null,
    checks: checkDocumentation(plan),
    excluded: excludedChecks(plan),
    negativeControls: controlsOf(collected, { plan, findings }),
    waivers:
      collected.waivers === null
        ? null
        : { file: collected.waivers.path, sha256: collected.waivers.sha256, entries: waived.entries },
    since: sinceEarlier({ history, run: { target: collected.target }, findings: waived.findings }),
    topology: snapshot === null ? null : topologyIn(snapshot),
    missingBecause: missingBecause(collected, outcome),
  });
}

/** The picture is the report's alone: where it cannot be made, the report goes without. */
function topologyIn(snapshot: Snapshot): ReturnType<typeof topologyOf> | null {
  try {
    return topologyOf(snapshot);
  } catch {
    return null;
  }
}

/** Fails that something which has just been changed explains as well: what should work did not, or two answers differ. */
const EXPLAINED_BY_CHANGE: readonly string[] = ['egress/allowed-connect', 'agreement/model-and-probes'];

/**
 * What probes were let do or kept from while something changed is evidence of neither state. What got out that should not
 * stays a violation.
 */
function inDoubt(findings: Evidence['findings'], changes: Collected['changes']): Evidence['findings'] {
  const [first] = changes;
  if (first === undefined) return findings;
  const more = changes.length === 1 ? '' : ` (and ${changes.length - 1} more changes)`;
  const why = `What was verified changed during the run: ${first.section}: ${first.because}${more}`;
  return findings.map((finding) =>
    (finding.outcome === 'pass' && LIVE_AREAS.some((area) => finding.check.startsWith(`${area}/`))) ||
    (finding.outcome === 'fail' && EXPLAINED_BY_CHANGE.includes(finding.check))
      ? { ...finding, outcome: 'unknown', because: `${why} Before that: ${finding.because}` }
      : finding,
  );
}

interface Waiving {
  readonly plan: readonly string[];
  readonly findings: Evidence['findings'];
  readonly now: Date;
}

function waivedFindings({ waivers: file }: Collected, { plan, findings, now }: Waiving): WaivedFindings {
  if (file === null) return { findings, entries: [] };
  return withWaivers({ file, findings, plan, today: now.toISOString().slice(0, 10) });
}

/** The plan leaves out only what was not asked for. */
function excludedChecks(plan: readonly string[]): NonNullable<Evidence['excluded']> {
  return checkFiles()
    .filter(({ id }) => !plan.includes(id))
    .map(({ id }) => ({ check: id, because: 'It was not asked for in this run (--suite, --no-probes).' }));
}

function controlsOf(
  { snapshot, intent, live }: Collected,
  { plan, findings }: { readonly plan: readonly string[]; readonly findings: Evidence['findings'] },
): NonNullable<Evidence['negativeControls']> {
  if (snapshot === null || intent === null) return [];
  try {
    return negativeControls({ input: { snapshot, intent, live }, plan, findings });
  } catch (error) {
    // Not known to be caught is not caught.
    const [check = 'none'] = plan;
    const because = `The negative controls could not be tried: ${messageOf(error)}`;
    return [
      { kind: 'fault', id: 'not-tried', what: 'Any of the known faults', check, caught: false, because },
    ];
  }
}

/**
 * Renders the formats beside the evidence and seals the folder with the manifest. A format that cannot be made (a PDF
 * without a browser) costs no other; it is said.
 */
export async function writeReports(
  outDir: string,
  evidence: Evidence,
  wanted: readonly Format[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const format of wanted) {
    const { fileName, render } = formats[format];
    try {
      writeWhole(join(outDir, fileName), await render(evidence));
    } catch (error) {
      problems.push(`${fileName} was not made: ${messageOf(error)}`);
    }
  }
  try {
    writeManifest(outDir);
  } catch (error) {
    problems.push(`manifest.json was not written: ${messageOf(error)}`);
  }
  return problems;
}

/** A disk that fills up leaves half a file, which nobody must take for a whole one. */
function writeWhole(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function missingBecause(collected: Collected, outcome: JestOutcome): string {
  if (collected.endedEarly !== null) return `Not evaluated: ${collected.endedEarly}`;
  const [first] = outcome.unfinished;
  if (first !== undefined) return `Not evaluated: ${first.file} did not finish (${first.reason}).`;
  return 'Not evaluated: no result came back from the suite.';
}
