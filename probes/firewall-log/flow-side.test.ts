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

const ended = (sourceIp: string, destinationIp: string): FirewallRecord =>
  blockOfName(null, { eventType: 'netflow', sourceIp, destinationIp });
const both = (address: string) => [ended(HOST, address), ended(address, HOST)];

test('every flow of a client is waited for, in both directions', () => {
  const allowed = [pip('succeeded')];
  expect(missingFlows(allowed, [])).toEqual(['the flow to pypi.org', 'the flow to files.pythonhosted.org']);
  expect(missingFlows(allowed, both(INDEX))).toEqual(['the flow to files.pythonhosted.org']);
  expect(missingFlows(allowed, [...both(INDEX), ended(HOST, FILES)])).toEqual([
    'the flow to files.pythonhosted.org',
  ]);
  expect(missingFlows(allowed, [...both(INDEX), ...both(FILES)])).toEqual([]);
});

test('a flow to nobody knows where is missing, and a client that did not get through has none to wait for', () => {
  const records = [...both(INDEX), ...both(FILES)];
  expect(missingFlows([pip('succeeded', null)], records)).toEqual(['the flow to files.pythonhosted.org']);
  expect(missingFlows([pip('timed-out')], [])).toEqual([]);
});
