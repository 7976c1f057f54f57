/** The battery over SSM's own wire. Only the hosts are not real: what they see is told here. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newLabState } from '../../infra/lab/state';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { ssmHandlers } from '../../infra/lab/aws-api/ssm/ssm';
import type { HostCommand, HostCommandResult } from '../../infra/lab/vantage';
import { TECHNIQUES } from '../evasions/techniques';
import type { Arrival, Observation } from '../probe';
import type { Technique } from '../technique';
import { localTransport } from '../transports/local';
import { ssmTransport } from '../transports/ssm';
import type { Transport } from '../transports/transport';
import { plannedBattery, runBattery, withArrivals, type PlannedBattery } from './battery';
import {
  ADDRESS,
  answer,
  ANSWERED,
  namesIn,
  technique,
  techniquesIn,
  type ToldHost,
} from './battery-host.fixture';
import { CONTROL, STUDIO } from './probed-snapshot.fixture';

const CONTEXT = {
  allowedName: 'kaggle.com',
  deniedName: 'example.com',
  listener: 'listener.example',
  ipv6: false,
  neighbours: ['10.2.1.5'],
  region: 'us-east-1',
};
const TIMEOUT_MS = 1000;

let server: ApiServer;
let scripts: { readonly host: string; readonly script: string }[];
let told: { studio: ToldHost; control: ToldHost };
let open: Transport[];

beforeEach(async () => {
  [scripts, told, open] = [[], { studio: {}, control: {} }, []];
  const state = newLabState();
  for (const InstanceId of [STUDIO, CONTROL])
    state.managedInstances.set(InstanceId, { information: { InstanceId }, tags: new Map() });
  const hosts = () => ({ reachable: () => [STUDIO, CONTROL], run });
  const context = { state, hosts, now: () => new Date() };
  server = await startApiServer({ context, handlers: ssmHandlers(context) });
});
afterEach(async () => {
  await Promise.all(open.map((transport) => transport.close()));
  await server.close();
});

async function run(host: string, { script }: HostCommand): Promise<HostCommandResult> {
  scripts.push({ host, script });
  return answer(script, host === STUDIO ? told.studio : told.control);
}

async function ssm(instanceId: string): Promise<Transport> {
  const credentials = { accessKeyId: 'AK', secretAccessKey: 'SK' };
  const connection = { region: 'us-east-1', endpoint: server.endpoint, credentials };
  const transport = await ssmTransport({ connection, instanceId });
  open.push(transport);
  return transport;
}

const planned = (techniques: readonly Technique[]): PlannedBattery =>
  plannedBattery({ techniques, context: CONTEXT, timeoutMs: TIMEOUT_MS });

async function sent(battery: PlannedBattery) {
  const [studio, control] = [await ssm(STUDIO), await ssm(CONTROL)];
  return runBattery(battery, { studio, control, timeoutMs: TIMEOUT_MS });
}

const inShort = ({ probe, vantage, result }: Observation): string => `${probe} ${vantage} ${result.kind}`;
const many = (count: number): readonly Technique[] =>
  Array.from({ length: count }, (_, index) => technique(`t-${index}`));

test('each vantage point has nonces of its own, and what does not apply is said once', () => {
  const { inside, outside, notSent } = planned(TECHNIQUES);
  const items = [...inside.flat(), ...outside.flat()];
  expect(new Set(items.map(({ nonce }) => nonce)).size).toBe(items.length);
  expect(notSent.map(({ technique: id }) => id)).toEqual(['established-flow', 'ipv6-direct']);
  expect(inside.flat()).toHaveLength(TECHNIQUES.length - 2);
});

test('a neighbour in the VPC is asked from inside alone: outside, its address is somebody else’s', () => {
  const ids = (side: PlannedBattery['inside']) => side.flat().map(({ technique: { id } }) => id);
  const { inside, outside } = planned(TECHNIQUES);
  expect(ids(inside).filter((id) => !ids(outside).includes(id))).toEqual(['east-west']);
});

test('a battery of none sends nothing, one of two hundred is sent whole', async () => {
  expect(await sent(planned([]))).toEqual({ inside: [], outside: [], notSent: [] });
  expect(scripts).toEqual([]);
  const { inside, outside } = await sent(planned(many(200)));
  expect(inside.map(inShort)).toEqual(many(200).map(({ id }) => `${id} studio timed-out`));
  expect(outside).toHaveLength(200);
  for (const { script } of scripts) expect(script.length).toBeLessThan(64_000);
}, 30_000);

test('names are looked up outside first, and the answers go along to both sides', async () => {
  told = { studio: { addresses: { 'listener.example': null } }, control: { reports: { one: ANSWERED } } };
  const { inside, outside } = await sent(planned([technique('one')]));
  const asked = scripts.map(({ host, script }) => [host, ...techniquesIn(script), namesIn(script)[0]?.[1]]);
  expect(asked[0]).toEqual([CONTROL, '']);
  expect(new Set(asked.slice(1))).toEqual(
    new Set([
      [STUDIO, 'one', ADDRESS],
      [CONTROL, 'one', ADDRESS],
    ]),
  );
  expect(inside[0]).toMatchObject({
    result: { kind: 'timed-out', detail: expect.stringContaining('no public address here') },
    flows: [{ address: ADDRESS }],
    names: [],
    command: 'the technique one',
  });
  expect(outside[0]?.result.kind).toBe('succeeded');
});

test('a lookup that fails costs the addresses, and nothing else', async () => {
  server.faults.add({ kind: 'access-denied', on: 'ssm:SendCommand', times: 1 });
  const { inside, outside } = await sent(planned([technique('one')]));
  expect([...inside, ...outside].map(inShort)).toEqual(['one studio timed-out', 'one control timed-out']);
  expect(scripts.flatMap(({ script }) => namesIn(script).map(([, given]) => given))).toEqual(['', '']);
});

test('a command that is lost takes all of its techniques, and none else; where they may have gone stays known', async () => {
  const battery = planned([...many(40), technique('literal', { to: '192.0.2.9' })]);
  expect(battery.inside.length).toBeGreaterThan(1);
  const last = battery.inside.at(-1) ?? [];
  const isLast = (input: unknown): boolean =>
    JSON.stringify(input).includes('technique literal') && JSON.stringify(input).includes(STUDIO);
  server.faults.add({ kind: 'access-denied', on: 'ssm:SendCommand', when: isLast });
  const { inside, outside } = await sent(battery);
  expect(inside).toHaveLength(41);
  const lost = inside.filter(({ result }) => result.kind === 'inconclusive');
  expect(lost.map(({ probe }) => probe)).toEqual(last.map(({ technique: { id } }) => id));
  expect(new Set(lost.map(({ flows }) => flows[0]?.address))).toEqual(new Set([ADDRESS, '192.0.2.9']));
  expect(
    lost.every(({ deliveryAttempts, output }) => deliveryAttempts === 0 && output.exitCode === null),
  ).toBe(true);
  expect(outside.map(({ result }) => result.kind)).not.toContain('inconclusive');
});

test('a report that is cut has results for what it has whole', async () => {
  const battery = planned(many(3));
  told = {
    studio: { reports: { 't-0': ANSWERED, 't-1': ANSWERED, 't-2': ANSWERED }, cutAt: 480 },
    control: {},
  };
  const { inside, outside } = await sent(battery);
  expect(inside.map(inShort)).toEqual([
    't-0 studio succeeded',
    't-1 studio succeeded',
    't-2 studio inconclusive',
  ]);
  expect(outside.map(inShort)).not.toContain('t-2 control inconclusive');
  // Cut before the addresses, nothing of it counts.
  told = { studio: { reports: { 't-0': ANSWERED }, cutAt: 60 }, control: {} };
  expect(new Set((await sent(planned(many(3)))).inside.map(({ result }) => result.kind))).toEqual(
    new Set(['inconclusive']),
  );
});

test('a host whose clock is off has the times of the verifier as well', async () => {
  const before = Date.now();
  const off = { studio: { clockMs: -30_000 }, control: { clockMs: 30_000 } };
  told = off;
  const { inside, outside } = await sent(planned([technique('one')]));
  const [early, late] = [inside[0], outside[0]];
  const at = (time: string | undefined): number => Date.parse(time ?? '') - before;
  expect(at(early?.startedAt)).toBeLessThan(-20_000);
  expect(at(early?.finishedAt)).toBeGreaterThanOrEqual(0);
  expect(at(late?.startedAt)).toBeLessThan(10_000);
  expect(at(late?.finishedAt)).toBeGreaterThan(20_000);
  told = { studio: { clockMs: -2000 }, control: {} };
  const near = (await sent(planned([technique('one')]))).inside[0];
  expect(near?.startedAt).toBe(near?.finishedAt);
});

test('a run that ends in the middle of a battery leaves nothing on a host of its own, and starts nothing more', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'battery-end-'));
  const local = localTransport();
  /** Process and folder of each script that hangs. */
  const started = () =>
    existsSync(join(dir, 'started'))
      ? readFileSync(join(dir, 'started'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
      : [];
  try {
    const one = technique('one', { to: '192.0.2.9' });
    const battery = planned([one]);
    const hang = `echo "$$ $HOME" >>${dir}/started; exec sleep 40`;
    const hung = (side: PlannedBattery['inside']) =>
      side.map((items) => items.map((item) => ({ ...item, plan: { ...item.plan, script: hang } })));
    const running = runBattery(
      { ...battery, inside: hung(battery.inside), outside: hung(battery.outside) },
      { studio: local, control: local, timeoutMs: 20_000 },
    );
    while (started().length < 2) await sleep(20);
    const hosts = started();
    await local.close();
    const { inside, outside } = await running;
    expect([...inside, ...outside].map(inShort)).toEqual([
      'one studio inconclusive',
      'one control inconclusive',
    ]);
    for (const [pid = '', folder = ''] of hosts)
      expect([existsSync(`/proc/${pid}`), existsSync(folder)]).toEqual([false, false]);
    const late = await runBattery(battery, { studio: local, control: local, timeoutMs: TIMEOUT_MS });
    expect(late.inside[0]?.result).toEqual({
      kind: 'inconclusive',
      detail: expect.stringContaining('the run ended'),
    });
  } finally {
    await local.close();
    rmSync(dir, { recursive: true, force: true });
  }
}, 20_000);

describe('what a server saw arrive', () => {
  const arrival = (nonce: string): Arrival => ({
    at: '2026-11-27T15:00:00.000Z',
    nonce,
    protocol: 'tcp',
    remote: '198.51.100.10:4000',
    local: `${ADDRESS}:443`,
    bytes: 40,
  });

  test('is told apart by nonce; nothing is nothing only where nothing was dropped', async () => {
    const { inside } = await sent(planned([technique('one'), technique('two')]));
    const records = [arrival(inside[0]?.nonce ?? ''), arrival('0000000000000000')];
    const of = (arrivals: Parameters<typeof withArrivals>[1]) =>
      withArrivals(inside, arrivals).map((seen) => seen.arrivals?.length ?? null);
    expect(of({ records, dropped: 0 })).toEqual([1, 0]);
    expect(of({ records, dropped: 3 })).toEqual([1, null]);
    expect(of({ records: [], dropped: 0 })).toEqual([0, 0]);
    expect(of(null)).toEqual([null, null]);
  });
});
