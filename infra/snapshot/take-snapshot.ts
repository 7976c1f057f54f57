/** Reads everything that the checks need, in parallel with bounded concurrency: one section read or unread at a time. */
import { CallFailed } from './call-failed';
import { openCalls, type Calls } from './calls';
import type { AwsConnection } from './clients';
import { accountReaders } from './readers/account';
import { attachedVpcReaders } from './readers/attached-vpcs';
import { executionRoleReaders } from './readers/execution-roles';
import { logBucketReaders } from './readers/log-buckets';
import { networkFirewallReaders } from './readers/network-firewall';
import { DependsOnUnread, type Reading, type SectionReaders } from './readers/reading';
import { routingReaders } from './readers/routing';
import { sagemakerReaders } from './readers/sagemaker';
import { ofOwnVpc } from './readers/shared-vpc';
import { vpcReaders } from './readers/vpc';
import type { RetryBounds } from './retry';
import { timeLimit } from './time-limit';
import type {
  ApiCall,
  Section,
  SectionName,
  Sections,
  SectionValues,
  Snapshot,
  Target,
  UnreadSection,
} from './snapshot';

const READERS: SectionReaders = ofOwnVpc({
  ...accountReaders,
  ...logBucketReaders,
  ...vpcReaders,
  ...routingReaders,
  ...attachedVpcReaders,
  ...networkFirewallReaders,
  ...sagemakerReaders,
  ...executionRoleReaders,
});

/** Every section's name, in the order in which they stand in snapshot.json. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has exactly these keys
export const SECTION_NAMES = Object.keys(READERS) as readonly SectionName[];

export interface SnapshotOptions {
  /** Calls in flight at once; 6 unless told. */
  readonly concurrency?: number;
  /** For the whole reading; what is not read by then is unread. Five minutes unless told. */
  readonly budgetMs?: number;
  /** Of each single call. */
  readonly bounds?: RetryBounds;
  /** Ends the reading: what is not read by then is unread. */
  readonly signal?: AbortSignal;
  /** Told of each section as it is decided. */
  readonly onSection?: (name: SectionName, section: Section<SectionValues[SectionName]>) => void;
}

/**
 * Takes the snapshot of the target. Never rejects for what AWS answers: a section that cannot be read is unread, with
 * the call that failed and why, and its failure changes no other section, save those that need it.
 */
export async function takeSnapshot(
  connection: AwsConnection,
  target: Target,
  { concurrency = 6, budgetMs = 300_000, bounds, signal, onSection }: SnapshotOptions = {},
): Promise<Snapshot> {
  const takenAt = new Date().toISOString();
  const limit = timeLimit(budgetMs, signal);
  const calls = openCalls(connection, {
    concurrency,
    signal: limit.signal,
    ...(bounds === undefined ? {} : { bounds }),
  });
  try {
    const sectionOf = sectionsOnce({ calls, target, onSection });
    const sections = await Promise.all(
      SECTION_NAMES.map(async (name) => [name, await sectionOf(name)] as const),
    );
    return {
      schema: 'studio-egress/snapshot/v1',
      takenAt,
      target,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per name, each of its own type
      sections: Object.fromEntries(sections) as unknown as Sections,
    };
  } finally {
    limit.end();
    calls.close();
  }
}

/** Some sections alone, as {@link takeSnapshot} reads them, and what they need besides. */
export async function readSections<N extends SectionName>(
  connection: AwsConnection,
  target: Target,
  names: readonly N[],
  { concurrency = 6, budgetMs = REREAD_BUDGET_MS, bounds, signal }: Omit<SnapshotOptions, 'onSection'> = {},
): Promise<Pick<Sections, N>> {
  const limit = timeLimit(budgetMs, signal);
  const calls = openCalls(connection, {
    concurrency,
    signal: limit.signal,
    ...(bounds === undefined ? {} : { bounds }),
  });
  try {
    const sectionOf = sectionsOnce({ calls, target, onSection: undefined });
    const sections = await Promise.all(names.map(async (name) => [name, await sectionOf(name)] as const));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per name, each of its own type
    return Object.fromEntries(sections) as unknown as Pick<Sections, N>;
  } finally {
    limit.end();
    calls.close();
  }
}

const REREAD_BUDGET_MS = 120_000;

interface Taking {
  readonly calls: Calls;
  readonly target: Target;
  readonly onSection: SnapshotOptions['onSection'];
}

type SectionOf = <N extends SectionName>(name: N) => Promise<Section<SectionValues[N]>>;

/** Each section is read once, whoever asks first: the snapshot or a section that needs it. */
function sectionsOnce(taking: Taking): SectionOf {
  const started = new Map<SectionName, Promise<Section<SectionValues[SectionName]>>>();
  const sectionOf: SectionOf = <N extends SectionName>(name: N) => {
    let section = started.get(name);
    if (section === undefined) started.set(name, (section = readSection(taking, name, sectionOf)));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put under this very name
    return section as Promise<Section<SectionValues[N]>>;
  };
  return sectionOf;
}

async function readSection<N extends SectionName>(
  { calls, target, onSection }: Taking,
  name: N,
  sectionOf: SectionOf,
): Promise<Section<SectionValues[N]>> {
  const record: ApiCall[] = [];
  const ended = new AbortController();
  const { ask, pages } = calls.recorded(record, ended.signal);
  const reading: Reading = {
    target,
    ask,
    pages,
    section: async (needed) => {
      const section = await sectionOf(needed);
      if (section.status === 'unread') throw new DependsOnUnread(needed, section);
      return section.value;
    },
    sectionIfRead: async (wanted) => {
      const section = await sectionOf(wanted);
      return section.status === 'unread' ? null : section.value;
    },
  };
  const section = await sectionFrom(name, READERS[name](reading), record);
  // Of a section that is unread, nobody will look at what further calls would say.
  ended.abort();
  onSection?.(name, section);
  return section;
}

async function sectionFrom<N extends SectionName>(
  name: N,
  value: Promise<SectionValues[N]>,
  calls: readonly ApiCall[],
): Promise<Section<SectionValues[N]>> {
  try {
    return { status: 'read', value: await value, readAt: new Date().toISOString(), calls };
  } catch (error) {
    return unread(name, error);
  }
}

function unread(name: SectionName, error: unknown): UnreadSection {
  const at = new Date().toISOString();
  if (error instanceof CallFailed) {
    const { operation, code, message, missingPermission } = error;
    return { status: 'unread', at, operation, error: code, message, missingPermission };
  }
  if (error instanceof DependsOnUnread) {
    const { operation, error: code, missingPermission } = error.unread;
    return { status: 'unread', at, operation, error: code, message: error.message, missingPermission };
  }
  // A defect of a reader: still only this section's, and never taken for an empty one.
  const local = error instanceof Error ? error : new Error(String(error));
  return {
    status: 'unread',
    at,
    operation: `snapshot:${name}`,
    error: local.name,
    message: local.message,
    missingPermission: null,
  };
}
