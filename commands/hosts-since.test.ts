import type { Lab } from '../infra/lab/lab';
import { findTarget } from '../infra/snapshot/target';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import type { LiveEvidence } from '../probes/probe';
import { observation } from '../reports/evidence.fixture';
import { hostsSince } from './hosts-since';
import { labForTest } from './lab-run.fixture';

jest.setTimeout(60_000);

let lab: Lab;
let snapshot: Snapshot;
let host: string;
beforeAll(async () => {
  lab = await labForTest({ network: false });
  snapshot = await takeSnapshot(lab.connection, await findTarget(lab.connection, { stack: lab.stackName }));
  const [instance] = snapshot.sections.instances.status === 'read' ? snapshot.sections.instances.value : [];
  host = instance?.InstanceId ?? '';
  expect(host).toMatch(/^i-/);
});
afterEach(() => lab.server.faults.clear());
afterAll(async () => lab.close());

type LiveRun = Extract<LiveEvidence, { status: 'run' }>;

const seenBy = (asked: string): LiveRun => ({
  status: 'run',
  observations: [
    observation({ host: asked, result: { kind: 'succeeded', detail: 'bytes came back' } }),
    observation({ host: asked, result: { kind: 'dns-failed', detail: 'no address' } }),
  ],
  log: { status: 'incomplete', waitedMs: 0, because: 'in this test' },
  flowLog: { status: 'incomplete', waitedMs: 0, because: 'in this test' },
  notSent: [],
});

async function kindsSince(asked = `ssm:${host}`) {
  const { live, changes } = await hostsSince({ connection: lab.connection, snapshot, live: seenBy(asked) });
  return { kinds: live.observations.map(({ result }) => result.kind), changes };
}

/** Breaks the host in the lab for one question, and mends it. */
async function withHost(change: object, ask: () => Promise<void>): Promise<void> {
  const was = lab.state.instances.get(host);
  if (was === undefined) throw new Error('the lab has no probe host');
  lab.state.instances.set(host, { ...was, ...change });
  try {
    await ask();
  } finally {
    lab.state.instances.set(host, was);
  }
}

test('a host that is as it was changes nothing, and one that was not asked is not compared', async () => {
  expect(await kindsSince()).toEqual({ kinds: ['succeeded', 'dns-failed'], changes: [] });
  await withHost({ SubnetId: 'subnet-0' }, async () =>
    expect(await kindsSince('local')).toEqual({ kinds: ['succeeded', 'dns-failed'], changes: [] }),
  );
});

test('of a host that was stopped, what got through got through, and a failure says nothing', async () => {
  await withHost({ State: { Code: 80, Name: 'stopped' } }, async () => {
    const { kinds, changes } = await kindsSince();
    expect(kinds).toEqual(['succeeded', 'inconclusive']);
    expect(changes).toEqual([{ section: 'instances', because: `The probe host ${host} is stopped.` }]);
  });
});

test('of a host with other security groups nothing is said of Studio', async () => {
  await withHost({ SecurityGroups: [{ GroupId: 'sg-0' }] }, async () => {
    const { kinds, changes } = await kindsSince();
    expect(kinds).toEqual(['inconclusive', 'inconclusive']);
    expect(changes).toEqual([
      { section: 'instances', because: expect.stringContaining('other security groups') },
    ]);
  });
});

test('whether it changed is not known where the hosts cannot be read again', async () => {
  lab.server.faults.add({ on: 'ec2:DescribeInstances', kind: 'expired' });
  const { kinds, changes } = await kindsSince();
  expect(kinds).toEqual(['succeeded', 'dns-failed']);
  expect(changes).toEqual([
    {
      section: 'instances',
      because: expect.stringMatching(/not known: ec2:DescribeInstances answered RequestExpired/),
    },
  ]);
});
