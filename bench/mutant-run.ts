/**
 * One entry of the mutation catalogue through the whole product: the lab without its network, the stack deployed into it,
 * the entry made by calls over the wire, the snapshot taken over the wire, every check that needs no probe.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import { raiseLab, type Lab } from '../infra/lab/lab';
import { openDeployed } from '../infra/mutants/deployed/deployed';
import type { DeployedEntry, Expected, Start } from '../infra/mutants/deployed/entry';
import type { Approvals } from '../infra/mutants/mutant';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget } from '../infra/snapshot/target';
import type { Check } from '../suites/check';
import { derivedIntent } from '../suites/derived-intent';
import type { Finding } from '../suites/evidence';
import type { Intent } from '../suites/intent';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';

const templatePath = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.yaml');

/** Areas that judge what probes saw: without a network there is nothing to see. */
const LIVE_AREAS: ReadonlySet<string> = new Set(['egress', 'agreement']);

export const RECOMMENDED: Start = { id: 'studio-firewall' };

/** What came of an entry. */
export interface Tried {
  readonly entry: DeployedEntry;
  /** Whether the checks said what the catalogue expects; null where nothing is expected. */
  readonly asExpected: boolean | null;
  /** What the expected check said, or for a quiet entry what was loud. */
  readonly found: string;
  /** Every check with a fail or an unknown that the start does not have. */
  readonly detecting: readonly string[];
  /** What these said. */
  readonly said: readonly string[];
  readonly ms: number;
}

/** Tries entries one after the other; each start is judged once. */
export interface MutantRun {
  try(entry: DeployedEntry): Promise<Tried>;
  /** The checks that fail or are unknown on the starts used so far, by the start's id: none, or entries are masked. */
  starts(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export function openMutantRun(): MutantRun {
  const checks = checkFiles()
    .filter(({ area }) => !LIVE_AREAS.has(area))
    .map(loadCheck);
  const run = { checks, template: readFileSync(templatePath, 'utf8') };
  const starts = new Map<string, Promise<Judged>>();
  const startingFrom = (start: Start): Promise<Judged> => {
    let judgement = starts.get(start.id);
    if (judgement === undefined)
      starts.set(start.id, (judgement = judged({ ...run, start, entry: {}, declared: null })));
    return judgement;
  };
  return {
    try: async (entry) => {
      const start = entry.start ?? RECOMMENDED;
      const startedMs = performance.now();
      const since = () => performance.now() - startedMs;
      try {
        const before = await startingFrom(start);
        const declared =
          entry.declaredAtStart === true ? { ...before.intent, source: 'declared' as const } : null;
        const after = await judged({ ...run, start, entry, declared });
        return { entry, ...compared({ entry, before: before.findings, after: after.findings }), ms: since() };
      } catch (error) {
        const found = `could not be made: ${error instanceof Error ? error.message : String(error)}`;
        return { entry, asExpected: false, found, detecting: [], said: [], ms: since() };
      }
    },
    starts: async () => {
      const used = await Promise.all(
        [...starts].map(async ([id, judgement]) => [id, loudChecks((await judgement).findings)] as const),
      );
      return new Map(used);
    },
  };
}

interface Judging {
  readonly checks: readonly Check[];
  readonly template: string;
  readonly start: Start;
  readonly entry: Pick<DeployedEntry, 'template' | 'api' | 'snapshot'>;
  /** The intent that the owner declared; null for one derived from what is there. */
  readonly declared: Intent | null;
}

interface Judged {
  readonly intent: Intent;
  readonly findings: readonly Finding[];
}

async function judged({ checks, template, start, entry, declared }: Judging): Promise<Judged> {
  const started = start.template?.(template) ?? template;
  const lab = await raiseLab({
    template: entry.template?.(started) ?? started,
    templatePath,
    parameters: {},
    network: false,
  });
  try {
    const { snapshot, approvals } = await changed(lab, { start, entry });
    const intent = { ...(declared ?? derivedIntent(snapshot)), ...approvals };
    const live = { status: 'not-run' as const, because: 'The lab was raised without a network.' };
    return { intent, findings: checks.flatMap((check) => judge(check, { snapshot, intent, live })) };
  } finally {
    await lab.close();
  }
}

/** The stack as the entry leaves it, and what its owner approves. */
async function changed(
  { connection, state, stackName }: Lab,
  { start, entry }: Pick<Judging, 'start' | 'entry'>,
): Promise<{ readonly snapshot: Snapshot; readonly approvals: Approvals }> {
  const at = await openDeployed(connection, { account: state.account, stackName });
  try {
    const target = await findTarget(connection, { stack: stackName });
    const ofStart = (await start.api?.(at)) ?? {};
    const ofEntry = (await entry.api?.(at)) ?? {};
    const taken = await takeSnapshot(connection, { ...target, kind: 'lab' });
    return {
      snapshot: entry.snapshot?.(taken, at) ?? taken,
      approvals: { ...ofStart, ...ofEntry },
    };
  } finally {
    at.close();
  }
}

interface Comparing {
  readonly entry: DeployedEntry;
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
}

function compared({ entry: { expect }, before, after }: Comparing): Omit<Tried, 'entry' | 'ms'> {
  const known = new Set(before.map(keyOf));
  const loud = after.filter((finding) => isLoud(finding) && !known.has(keyOf(finding)));
  const detecting = loudChecks(loud);
  const said = loud.map(({ check, outcome, because }) => `${check} ${outcome}: ${because}`);
  if (expect === 'quiet')
    return { asExpected: said.length === 0, found: said.length === 0 ? 'quiet' : 'loud', detecting, said };
  if ('notJudged' in expect) return { asExpected: null, found: 'not judged', detecting, said };
  return {
    asExpected: expect.every((one) => noticed(one, { before, after })),
    found: expect.map(({ check }) => outcomesOf(after, check)).join(', '),
    detecting,
    said,
  };
}

/** Noticed only if the start was silent in this: what a check says of it anyway tells nothing of the entry. */
function noticed(
  { check, outcome, names }: Expected,
  { before, after }: Pick<Comparing, 'before' | 'after'>,
): boolean {
  const saidIn = (findings: readonly Finding[]) =>
    findings.filter((finding) => finding.check === check && finding.outcome === outcome);
  if (saidIn(before).length > 0) return false;
  return saidIn(after).some(
    ({ because, proof }) => names === undefined || `${because} ${JSON.stringify(proof)}`.includes(names),
  );
}

function loudChecks(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.filter(isLoud).map(({ check, outcome }) => `${check} ${outcome}`))].sort();
}

function isLoud({ outcome }: Finding): boolean {
  return outcome === 'fail' || outcome === 'unknown';
}

/** A lab's ids do not depend on chance, so the same resource of two labs has the same id. */
function keyOf({ check, outcome, subject }: Finding): string {
  return [check, outcome, subject].join(' ');
}

function outcomesOf(findings: readonly Finding[], check: string): string {
  const outcomes = new Set(findings.filter((one) => one.check === check).map(({ outcome }) => outcome));
  return outcomes.size === 0 ? 'no such check' : [...outcomes].sort().join('+');
}
