/** Flow flushes as AWS is asked for them: over the wire, of the recommended stack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../infra/lab/aws-api/faults';
import { raiseLab, type Lab } from '../../infra/lab/lab';
import { change, unread } from '../../infra/mutants/mutant';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { takeSnapshot } from '../../infra/snapshot/take-snapshot';
import { findTarget } from '../../infra/snapshot/target';
import type { FlowFlush } from '../probe';
import { flushFlows } from './flow-flush';
import { plannedFlushes } from './flow-flush-plan';

const TEMPLATE = join(__dirname, '..', '..', 'infra', 'stack', 'studio-firewall.yaml');

let lab: Lab;
let snapshot: Snapshot;
beforeAll(async () => {
  const template = readFileSync(TEMPLATE, 'utf8');
  lab = await raiseLab({ template, templatePath: TEMPLATE, parameters: {}, network: false });
  const target = await findTarget(lab.connection, { stack: lab.stackName });
  snapshot = await takeSnapshot(lab.connection, target);
});
afterEach(() => lab.server.faults.clear());
afterAll(async () => lab.close());

interface Flushed {
  readonly flushes: readonly FlowFlush[];
  readonly said: readonly string[];
}

async function flushed(of: Snapshot = snapshot, signal = new AbortController().signal): Promise<Flushed> {
  const said: string[] = [];
  const flushes = await flushFlows({
    connection: lab.connection,
    snapshot: of,
    timeoutMs: 300,
    pollMs: 20,
    onAnnounce: (text) => said.push(`${text} ${lab.state.flowOperations.size}`),
    onProgress: () => {},
    signal,
  });
  return { flushes, said };
}

test("the flows of Studio's subnet and of the NAT gateway's address are flushed, after it was said", async () => {
  const { flushes, said } = await flushed();
  const [flush] = flushes;
  expect(flushes).toHaveLength(1);
  expect(flush).toMatchObject({ scope: 'us-east-1a', status: 'COMPLETED', because: null });
  const nat = [...lab.state.natGateways.values()].flatMap(
    ({ NatGatewayAddresses = [] }) => NatGatewayAddresses,
  );
  expect(flush?.sources).toContain(`${nat[0]?.PrivateIp}/32`);
  const [domain] = lab.state.domains.values();
  const studio = lab.state.subnets.get(domain?.SubnetIds?.[0] ?? '');
  expect(flush?.sources).toContain(studio?.CidrBlock);
  expect(said).toEqual([expect.stringMatching(/^Flushing the flows of .*may break\. 0$/)]);
  const [operation] = lab.state.flowOperations.values();
  expect(
    operation?.FlowOperation?.FlowFilters?.map(({ SourceAddress }) => SourceAddress?.AddressDefinition),
  ).toEqual(flush?.sources);
});

const FLUSH = 'network-firewall:StartFlowFlush';
const LOOK = 'network-firewall:DescribeFlowOperation';

test.each<[string, Fault, string]>([
  ['who may not flush', { kind: 'access-denied', on: FLUSH }, `grant ${FLUSH} to the caller`],
  ['who may not look', { kind: 'access-denied', on: LOOK }, `grant ${LOOK} to the caller`],
  [
    'an answer without an id',
    { kind: 'without-member', member: 'FlowOperationId', on: FLUSH },
    'FlowOperationId',
  ],
  [
    'an answer without a status',
    { kind: 'without-member', member: 'FlowOperationStatus', on: LOOK },
    'FlowOperationStatus',
  ],
  [
    'a status that nobody knows',
    { kind: 'unknown-value', member: 'FlowOperationStatus', on: LOOK },
    'AWS says something-new',
  ],
  ['an empty answer', { kind: 'empty-answer', on: LOOK }, 'FlowOperationStatus'],
  [
    'a firewall that is gone',
    { kind: 'error', code: 'ResourceNotFoundException', status: 400, on: FLUSH },
    FLUSH,
  ],
])('%s is told that nothing was flushed', async (_what, fault, words) => {
  lab.server.faults.add(fault);
  const { flushes } = await flushed();
  expect(flushes).toHaveLength(1);
  expect(flushes[0]?.status).not.toBe('COMPLETED');
  expect(flushes[0]?.because).toContain(words);
});

test('what only the transport has lost is asked again', async () => {
  lab.server.faults.add({ kind: 'throttled', on: FLUSH, times: 1 });
  lab.server.faults.add({ kind: 'reset', on: LOOK, times: 1 });
  expect((await flushed()).flushes[0]?.status).toBe('COMPLETED');
});

test('a flush that does not end in time is not one, and one that failed says why', async () => {
  const states = lab.state.flowOperations;
  const set = states.set.bind(states);
  const keep = (status: 'IN_PROGRESS' | 'FAILED') => {
    states.set = (id, operation) =>
      set(id, { ...operation, FlowOperationStatus: status, StatusMessage: 'Flow timeout' });
  };
  try {
    keep('IN_PROGRESS');
    expect((await flushed()).flushes[0]).toMatchObject({
      status: 'IN_PROGRESS',
      because: 'it was still IN_PROGRESS after 0 s',
    });
    keep('FAILED');
    expect((await flushed()).flushes[0]).toMatchObject({
      status: 'FAILED',
      because: 'AWS says FAILED: Flow timeout',
    });
  } finally {
    states.set = set;
  }
});

test('where addresses or endpoints are not known, nothing is ordered', async () => {
  const before = lab.state.flowOperations.size;
  for (const section of [
    'firewalls',
    'subnets',
    'natGateways',
    'domains',
    'vpcEndpointAssociations',
  ] as const) {
    const { flushes, said } = await flushed(unread(snapshot, section));
    expect(flushes).toEqual([expect.objectContaining({ status: 'NOT_KNOWN', flowOperationId: null })]);
    expect(said).toEqual([]);
  }
  const words = async (of: Snapshot) => (await flushed(of)).flushes.map(({ because }) => because);
  expect(await words(change(snapshot, 'firewalls', () => []))).toEqual([
    'no firewall of the VPC has an endpoint',
  ]);
  expect(await words(change(snapshot, 'domains', () => []))).toEqual([
    'the subnets of the Studio domain are not known',
  ]);
  expect(await words(change(snapshot, 'subnets', () => []))).toEqual([
    'not every subnet of the Studio domain is described',
  ]);
  expect(lab.state.flowOperations.size).toBe(before);
});

test('more addresses than one operation takes are several operations', () => {
  const many = change(snapshot, 'natGateways', () => [
    { NatGatewayAddresses: Array.from({ length: 40 }, (_, index) => ({ PrivateIp: `10.0.9.${index}` })) },
  ]);
  const planned = plannedFlushes(many);
  expect(planned.map(({ sources }) => sources.length)).toEqual([20, 20, 1]);
  expect(new Set(planned.flatMap(({ sources }) => sources)).size).toBe(41);
});

test('a run that is ended orders nothing more', async () => {
  await expect(flushed(snapshot, AbortSignal.abort(new Error('ended')))).rejects.toThrow('ended');
});
