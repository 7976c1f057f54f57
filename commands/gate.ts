/** `studio-egress gate EVIDENCE… --policy FILE`: blocks or lets through, with the reason in one paragraph. */
import { appendFileSync, readFileSync } from 'node:fs';
import { githubAnnotations, type Annotation } from '../reports/github-annotations';
import { renderMarkdown } from '../reports/markdown';
import { oneLine } from '../reports/plain-text';
import { parseEvidence } from '../suites/evidence-file';
import { gate, type Blocker, type GateDecision, type NamedEvidence } from '../suites/gate';
import { withWaivers, type WaiversFile } from '../suites/waivers';
import { readGatePolicy } from './gate-policy-file';
import { displayPath } from './run';
import { readableFile } from './run-options';
import { UsageError } from './usage-error';
import { readWaiversFile } from './waivers-file';

export interface GateCommandOptions {
  readonly evidencePaths: readonly string[];
  readonly policyPath: string;
  readonly baselinePath: string | null;
  readonly waiversPath: string | null;
  /** Print annotations and append the summary that $GITHUB_STEP_SUMMARY asks for. */
  readonly github: boolean;
  readonly now: Date;
}

/** Throws a UsageError for a file that is not what it should be: a gate that cannot read does not let through. */
export function runGate(options: GateCommandOptions): GateDecision['exitCode'] {
  const policy = readGatePolicy(options.policyPath);
  const waivers = options.waiversPath === null ? null : readWaiversFile('--waivers', options.waiversPath);
  const evidence = withoutRepeats(options.evidencePaths.map((path) => readEvidence('gate', path))).map(
    (one) => (waivers === null ? one : waived(one, waivers, options.now)),
  );
  const baseline = options.baselinePath === null ? null : readEvidence('--baseline', options.baselinePath);
  const decision = gate({ policy, evidence, baseline, now: options.now });
  if (options.github) forGithub(decision, evidence);
  process.stdout.write(`${oneLine(decision.reason)}\n`);
  return decision.exitCode;
}

function readEvidence(option: string, given: string): NamedEvidence {
  const absolute = readableFile(option, given);
  const parsed = parseEvidence(readFileSync(absolute, 'utf8'));
  if (parsed.status === 'refused') throw new UsageError(`${given} is not evidence: ${parsed.because}`);
  return { path: displayPath(absolute), evidence: parsed.evidence };
}

/** The same run twice would look like two. */
function withoutRepeats(all: readonly NamedEvidence[]): readonly NamedEvidence[] {
  const byRun = new Map<string, string>();
  for (const { path, evidence } of all) {
    const other = byRun.get(evidence.run.id);
    if (other !== undefined)
      throw new UsageError(
        `${other} and ${path} are evidence of the same run ${evidence.run.id}; name it once`,
      );
    byRun.set(evidence.run.id, path);
  }
  return all;
}

function waived({ path, evidence }: NamedEvidence, file: WaiversFile, now: Date): NamedEvidence {
  const today = now.toISOString().slice(0, 10);
  const { findings } = withWaivers({ file, findings: evidence.findings, plan: evidence.plan, today });
  return { path, evidence: { ...evidence, findings } };
}

function forGithub({ blockers }: GateDecision, evidence: readonly NamedEvidence[]): void {
  for (const line of githubAnnotations(blockers.map(annotationOf))) process.stdout.write(`${line}\n`);
  const summaryPath = process.env['GITHUB_STEP_SUMMARY'];
  if (summaryPath === undefined || summaryPath === '') return;
  for (const one of evidence) appendFileSync(summaryPath, `${renderMarkdown(one.evidence)}\n`);
}

const annotationOf = ({ kind, because, finding, path }: Blocker): Annotation => ({
  level: 'error',
  title: finding?.check ?? (kind === 'violation' ? 'violated' : 'not verified'),
  message: `${path}: ${because}`,
});
