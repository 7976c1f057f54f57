import { flowShape } from '../../infra/model/flow-shape';
import type { ClientResult, FirewallRecord, Observation } from '../probe';
import { missingFlows } from './flow-side';
import { blockOfName } from './record.fixture';

const [INDEX, FILES, HOST] = ['203.0.113.30', '203.0.113.31', '10.2.2.10'];

const flowTo = (name: string, address: string | null) => ({
  shape: flowShape({ transport: 'tcp', port: 443, application: 'tls', name }),
  address,
});

/** A client that needs two names, as pip does. */
const pip = (kind: ClientResult['kind'], filesAddress: string | null = FILES): Observation => ({
  probe: 'pip-install-pypi',
  title: 'pip',
  names: ['pypi.org', 'files.pythonhosted.org'],
  command: 'pip',
  vantage: 'studio',
  host: 'ssm:i-1',
  nonce: '0',
  startedAt: '2026-11-23T15:00:00.000Z',
  finishedAt: '2026-11-23T15:00:01.000Z',
  result: { kind, detail: '', stage: 'tls' },
  deliveryAttempts: 1,
  output: { exitCode: 0, stdout: '', stderr: '' },
  firewallRecords: [],
  flows: [flowTo('pypi.org', INDEX), flowTo('files.pythonhosted.org', filesAddress)],
  arrivals: null,
});

const DURING = '2026-11-23T15:00:00.500Z';
const LONG_AFTER = '2026-11-23T15:00:30.000Z';

/** The two flow records of one connection: out and back. */
const out = (address: string, flowStartedAt = DURING, port = 443): FirewallRecord =>
  blockOfName(null, {
    eventType: 'netflow',
    sourceIp: HOST,
    destinationIp: address,
    destinationPort: port,
    flowStartedAt,
  });
const back = (address: string, flowStartedAt = DURING, port = 443): FirewallRecord =>
  blockOfName(null, {
    eventType: 'netflow',
    sourceIp: address,
    sourcePort: port,
    destinationIp: HOST,
    destinationPort: 40512,
    flowStartedAt,
  });
const both = (address: string, flowStartedAt = DURING) => [
  out(address, flowStartedAt),
  back(address, flowStartedAt),
];

const [INDEX_FLOW, FILES_FLOW] = ['the flow to pypi.org', 'the flow to files.pythonhosted.org'];
const missing = (client: Observation, records: readonly FirewallRecord[]) =>
  missingFlows({ seen: [client], techniques: [], allowed: new Set([client]) }, records);

test('every flow of a client is waited for, in both directions', () => {
  const client = pip('succeeded');
  expect(missing(client, [])).toEqual([INDEX_FLOW, FILES_FLOW]);
  expect(missing(client, both(INDEX))).toEqual([FILES_FLOW]);
  expect(missing(client, [...both(INDEX), out(FILES)])).toEqual([FILES_FLOW]);
  expect(missing(client, [...both(INDEX), back(FILES)])).toEqual([FILES_FLOW]);
  expect(missing(client, [...both(INDEX), ...both(FILES)])).toEqual([]);
});

test("the sentinel goes to the same addresses, and its records are not the client's", () => {
  const sentinels = [...both(INDEX, LONG_AFTER), ...both(FILES, LONG_AFTER)];
  expect(missing(pip('succeeded'), sentinels)).toEqual([INDEX_FLOW, FILES_FLOW]);
  expect(missing(pip('succeeded'), [...sentinels, ...both(INDEX)])).toEqual([FILES_FLOW]);
});

test('a record of another port of the same address is of another flow', () => {
  const others = [out(FILES, DURING, 80), back(FILES, DURING, 80)];
  expect(missing(pip('succeeded'), [...both(INDEX), ...others])).toEqual([FILES_FLOW]);
});

test('two clients of one address are waited for twice', () => {
  const [one, other] = [pip('succeeded'), { ...pip('succeeded'), probe: 'pip-again', nonce: '1' }];
  const options = { seen: [one, other], techniques: [], allowed: new Set([one, other]) };
  const once = [...both(INDEX), ...both(FILES)];
  expect(missingFlows(options, once)).toEqual([INDEX_FLOW, FILES_FLOW]);
  const twice = once.map((record) => ({ ...record, raw: `${record.raw} again` }));
  expect(missingFlows(options, [...once, ...twice])).toEqual([]);
});

test('a flow to nobody knows where is missing', () => {
  const records = [...both(INDEX), ...both(FILES)];
  expect(missing(pip('succeeded', null), records)).toEqual([FILES_FLOW]);
});

test('a client that reached its target is waited for as well where that turned it away', () => {
  expect(missing(pip('rejected-by-target'), both(INDEX))).toEqual([FILES_FLOW]);
});

test('a client that did not get through has no flow to wait for, nor has one that should not', () => {
  expect(missing(pip('reset'), [])).toEqual([]);
  expect(
    missingFlows({ seen: [pip('succeeded')], techniques: [pip('succeeded')], allowed: new Set() }, []),
  ).toEqual([]);
});
