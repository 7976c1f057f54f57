/**
 * Whether the hosts that were asked are still what they were when the probes have answered. A client whose host is being shut down
 * or moved fails by itself, and says nothing of the network; what it sends from another subnet says nothing of Studio's.
 */
import type { AwsConnection } from '../infra/snapshot/clients';
import type { SectionValues, Snapshot } from '../infra/snapshot/snapshot';
import { readSections } from '../infra/snapshot/take-snapshot';
import type { LiveEvidence, Observation } from '../probes/probe';
import type { RunChange } from '../suites/evidence';

type LiveRun = Extract<LiveEvidence, { status: 'run' }>;
type Instance = SectionValues['instances'][number];

export interface HostsSinceOptions {
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly live: LiveRun;
  readonly signal?: AbortSignal;
}

export interface HostsSince {
  /** As it was, but what a changed host saw is inconclusive. */
  readonly live: LiveRun;
  readonly changes: readonly RunChange[];
}

/** Hosts of EC2 that the snapshot has; what could not be read before is not compared. */
export async function hostsSince({
  connection,
  snapshot,
  live,
  signal,
}: HostsSinceOptions): Promise<HostsSince> {
  const before = snapshot.sections.instances;
  const hosts = new Set(live.observations.map(({ host }) => host.replace(/^ssm:/, '')));
  const asked =
    before.status === 'read' ? before.value.filter(({ InstanceId }) => hosts.has(InstanceId ?? '')) : [];
  if (asked.length === 0) return { live, changes: [] };
  const { instances: after } = await readSections(
    connection,
    snapshot.target,
    ['instances'],
    signal === undefined ? {} : { signal },
  );
  if (after.status === 'unread') {
    const because = `Whether the hosts that were asked are still the same is not known: ${after.operation} answered ${after.error}.`;
    return { live, changes: [{ section: 'instances', because }] };
  }
  const changed = asked.flatMap((host) => hostChange(host, after.value) ?? []);
  return {
    live: { ...live, observations: live.observations.map((seen) => withoutHost(seen, changed)) },
    changes: changed.map(({ id, how }) => ({
      section: 'instances',
      because: `The probe host ${id} ${how}.`,
    })),
  };
}

interface HostChange {
  readonly id: string;
  readonly how: string;
  /** Whether it asked from where it should for as long as it could. */
  readonly onlyEnded: boolean;
}

function hostChange(host: Instance, now: readonly Instance[]): HostChange | null {
  const id = host.InstanceId ?? '';
  const found = now.find(({ InstanceId }) => InstanceId === id);
  if (found === undefined) return { id, how: 'is gone', onlyEnded: true };
  const state = found.State?.Name ?? 'in a state that AWS did not return';
  if (state !== host.State?.Name) return { id, how: `is ${state}`, onlyEnded: true };
  if (placeOf(found) !== placeOf(host))
    return { id, how: 'has another subnet or other security groups', onlyEnded: false };
  return null;
}

const placeOf = ({ SubnetId, SecurityGroups }: Instance): string =>
  JSON.stringify([SubnetId, ...(SecurityGroups ?? []).map(({ GroupId }) => GroupId ?? '').toSorted()]);

/** Bytes that came back had a way through while the host stood where it should, whatever became of it. */
function withoutHost(seen: Observation, changed: readonly HostChange[]): Observation {
  const change = changed.find(({ id }) => seen.host === `ssm:${id}`);
  if (change === undefined || (change.onlyEnded && seen.result.kind === 'succeeded')) return seen;
  const detail = `the probe host ${change.id} ${change.how} since: ${seen.result.kind} (${seen.result.detail})`;
  return { ...seen, result: { kind: 'inconclusive', detail } };
}
