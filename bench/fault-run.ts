/**
 * A deployed stack read over the wire while one operation fails in one way, and judged by every check that needs no probe;
 * compared with the same without the fault.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import type { LabContext } from '../infra/lab/aws-api/handler';
import type { ApiServer } from '../infra/lab/aws-api/server';
import { raiseLab } from '../infra/lab/lab';
import { openDeployed } from '../infra/mutants/deployed/deployed';
import type { Approvals } from '../infra/mutants/mutant';
import type { Start } from '../infra/mutants/deployed/entry';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { SectionName, Sections, Snapshot, Target } from '../infra/snapshot/snapshot';
import { readSections, takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget } from '../infra/snapshot/target';
import type { Check } from '../suites/check';
import { derivedIntent } from '../suites/derived-intent';
import type { Finding } from '../suites/evidence';
import type { Intent } from '../suites/intent';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';
import { comparison, CRASHED, type Comparison } from './fault-comparison';
import { casesOf, expiring, type FaultCase } from './fault-cases';
import { clientOf, connectionTo, observedServer } from './fault-server';

export interface FaultStart extends Start {
  /** Of infra/stack. */
  readonly file: string;
}

export interface TriedFault extends Comparison {
  readonly start: string;
  readonly tried: FaultCase;
  readonly ms: number;
}

export interface FaultRun {
  readonly cases: readonly FaultCase[];
  /** Never rejects: what goes wrong is a crash of the case. */
  readonly try: (one: FaultCase) => Promise<TriedFault>;
  readonly close: () => Promise<void>;
}

/** Two further attempts, at once: faults of two times are overcome. */
const BOUNDS = { retries: 2, firstDelayMs: 1, maxDelayMs: 2, budgetMs: 4_000 };
const READING = { bounds: BOUNDS, budgetMs: 60_000 };
/** Whoever gets no answer waits for all of his time. */
const SILENCE = { ...READING, bounds: { ...BOUNDS, budgetMs: 2_000 } };

/** Cases of one run that can be tried beside each other. */
export const WORKERS = 6;

/** Deploys the start and reads it without a fault. Whoever opens must close. */
export async function openFaultRun(start: FaultStart): Promise<FaultRun> {
  const templatePath = join(PROJECT_ROOT, 'infra', 'stack', start.file);
  const text = readFileSync(templatePath, 'utf8');
  const template = start.template?.(text) ?? text;
  const lab = await raiseLab({ template, templatePath, parameters: {}, network: false });
  const at = await openDeployed(lab.connection, { account: lab.state.account, stackName: lab.stackName });
  const approvals = (await start.api?.(at)) ?? {};
  at.close();
  const found = await findTarget(lab.connection, { stack: lab.stackName });
  const target: Target = { ...found, kind: 'lab' };
  const context: LabContext = { state: lab.state, hosts: () => null, now: () => new Date() };
  const outputs = new Map<string, unknown[]>();
  const servers = await Promise.all(
    Array.from({ length: WORKERS }, () => observedServer({ context, outputs })),
  );
  const [first] = servers;
  if (first === undefined) throw new Error('there is no server');
  const clean = await takeSnapshot(connectionTo(first, lab.connection), target, READING);
  const observed = new Map([...outputs].map(([operation, list]) => [operation, [...list]]));
  const baseline: Baseline = { clean, approvals, ...judgedClean(clean, approvals) };
  const dependents = new Map<string, readonly SectionName[]>();
  const free = [...servers];
  return {
    cases: [
      ...[...observed].flatMap(([operation, answers]) =>
        casesOf({ operation, outputs: answers, exported: clientOf(operation) }),
      ),
      ...expiring([0, 1, 2, 5, 10, 20, 40]),
    ],
    try: async (one) => {
      const server = free.pop();
      if (server === undefined) throw new Error(`no more than ${WORKERS} cases at once`);
      const startedMs = performance.now();
      try {
        const connection = connectionTo(server, lab.connection);
        const compared = await triedOn({ server, connection, target, baseline, dependents }, one);
        return { start: start.id, tried: one, ...compared, ms: performance.now() - startedMs };
      } finally {
        server.faults.clear();
        free.push(server);
      }
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await lab.close();
    },
  };
}

export interface Baseline {
  readonly clean: Snapshot;
  /** The owner's; the rest of the intent is derived from what is read. */
  readonly approvals: Approvals;
  readonly checks: readonly Check[];
  readonly intent: string;
  readonly findings: readonly Finding[];
  /** The sections that each check looked at. */
  readonly reads: ReadonlyMap<string, ReadonlySet<SectionName>>;
}

const NOT_RUN = { status: 'not-run' as const, because: 'Only the reading is tried here.' };

const intentOf = (snapshot: Snapshot, approvals: Approvals): Intent => ({
  ...derivedIntent(snapshot),
  ...approvals,
});

function judgedClean(clean: Snapshot, approvals: Approvals): Omit<Baseline, 'clean' | 'approvals'> {
  const checks = checkFiles()
    .filter(({ area }) => area !== 'egress' && area !== 'agreement')
    .map(loadCheck);
  const intent = intentOf(clean, approvals);
  const reads = new Map<string, ReadonlySet<SectionName>>();
  const findings = checks.flatMap((check) => {
    const { snapshot, read } = watchedSections(clean);
    const found = judge(check, { snapshot, intent, live: NOT_RUN });
    reads.set(check.id, read);
    return found;
  });
  return { checks, intent: JSON.stringify(intent), findings, reads };
}

/** The snapshot, and the sections that were asked of it. */
function watchedSections(snapshot: Snapshot): {
  readonly snapshot: Snapshot;
  readonly read: ReadonlySet<SectionName>;
} {
  const read = new Set<SectionName>();
  const sections: Sections = new Proxy(snapshot.sections, {
    get(all, name: SectionName) {
      read.add(name);
      return all[name];
    },
  });
  return { snapshot: { ...snapshot, sections }, read };
}

interface Trying {
  readonly server: ApiServer;
  readonly connection: AwsConnection;
  readonly target: Target;
  readonly baseline: Baseline;
  /** By operation: the sections that change when it is denied, which are all that rest on it. */
  readonly dependents: Map<string, readonly SectionName[]>;
}

async function triedOn(trying: Trying, one: FaultCase): Promise<Comparison> {
  const { clean } = trying.baseline;
  try {
    const sections = { ...clean.sections, ...(await readUnder(trying, one)) };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a snapshot has exactly these keys
    const names = Object.keys(clean.sections) as SectionName[];
    const changed = names.filter((name) => contentOf(sections[name]) !== contentOf(clean.sections[name]));
    const snapshot = { ...clean, sections };
    return comparison({
      one,
      baseline: trying.baseline,
      changed,
      snapshot,
      judged: rejudged(trying.baseline, snapshot, changed),
    });
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...CRASHED, said: [what] };
  }
}

/** The sections that the fault may have changed, read again while it stands. */
async function readUnder(
  { server, connection, target, baseline: { clean }, dependents }: Trying,
  { operation, fault }: FaultCase,
): Promise<Partial<Sections>> {
  const known = dependents.get(operation);
  server.faults.add(fault);
  const bounds = fault.kind === 'silent' ? SILENCE : READING;
  if (operation !== '*' && known !== undefined) return readSections(connection, target, known, bounds);
  const { sections } = await takeSnapshot(connection, target, bounds);
  if (fault.kind !== 'access-denied') return sections;
  const own = directly(clean, operation);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a snapshot has exactly these keys
  const names = (Object.keys(sections) as SectionName[]).filter(
    (name) => own.includes(name) || contentOf(sections[name]) !== contentOf(clean.sections[name]),
  );
  dependents.set(operation, names);
  return sections;
}

/** The sections whose own calls the operation is among. */
function directly({ sections }: Snapshot, operation: string): readonly SectionName[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a snapshot has exactly these keys
  return (Object.keys(sections) as SectionName[]).filter((name) => {
    const section = sections[name];
    return section.status === 'read' && section.calls.some((call) => call.operation === operation);
  });
}

/** What a section says, without when and by which calls. */
function contentOf(section: Sections[SectionName]): string {
  return section.status === 'read'
    ? JSON.stringify(section.value)
    : `unread ${section.operation} ${section.error}`;
}

/** The findings of the checks that looked at anything that is different; the others are pure, and say the same. */
function rejudged(
  { checks, approvals, intent: before, reads }: Baseline,
  snapshot: Snapshot,
  changed: readonly SectionName[],
): ReadonlyMap<string, readonly Finding[]> {
  if (changed.length === 0) return new Map();
  const intent = intentOf(snapshot, approvals);
  const isSameIntent = JSON.stringify(intent) === before;
  const again = checks.filter(({ id }) => !isSameIntent || changed.some((name) => reads.get(id)?.has(name)));
  return new Map(again.map((check) => [check.id, judge(check, { snapshot, intent, live: NOT_RUN })]));
}
