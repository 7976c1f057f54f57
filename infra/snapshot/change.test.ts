import { CreateRouteCommand, DeleteRouteCommand } from '@aws-sdk/client-ec2';
import * as fc from 'fast-check';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { changesOf, changesSince } from './change';
import { buildStudio, startLabAccount, type LabAccount } from './lab-account.fixture';
import type { Section, Snapshot } from './snapshot';
import { takeSnapshot } from './take-snapshot';

const read = (value: unknown): Section<unknown> => ({ status: 'read', readAt: 't', calls: [], value });
const differences = (before: unknown, after: unknown): readonly string[] =>
  changesOf('routeTables', read(before), read(after)).map(({ because }) => because);

test('what is different, new or gone is named with its members', () => {
  const table = {
    RouteTableId: 'rtb-1',
    Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' }],
  };
  expect(differences([table], [{ ...table, Routes: [] }])).toEqual(['rtb-1 is different: Routes.']);
  expect(differences([table], [])).toEqual(['rtb-1 is gone.']);
  expect(differences([], [table])).toEqual(['rtb-1 is new.']);
  expect(differences({ VpcId: 'vpc-1', a: 1 }, { VpcId: 'vpc-1', a: 2 })).toEqual(['vpc-1 is different: a.']);
});

test('usage and the order of lists are no change', () => {
  const subnet = { SubnetId: 's', AvailableIpAddressCount: 7, Tags: [{ Key: 'a' }, { Key: 'b' }] };
  const later = { Tags: [{ Key: 'b' }, { Key: 'a' }], AvailableIpAddressCount: 3, SubnetId: 's' };
  expect(differences([subnet, { SubnetId: 't' }], [{ SubnetId: 't' }, later])).toEqual([]);
});

test('what cannot be read again may have changed; what was never read is not compared', () => {
  const unread: Section<unknown> = {
    status: 'unread',
    at: 't',
    operation: 'ec2:DescribeRouteTables',
    error: 'Throttling',
    message: 'm',
    missingPermission: null,
  };
  expect(changesOf('routeTables', read([]), unread)).toEqual([
    {
      section: 'routeTables',
      because: 'Whether it changed is not known: ec2:DescribeRouteTables answered Throttling.',
    },
  ]);
  expect(changesOf('routeTables', unread, read([]))).toEqual([]);
});

test('many differences are counted', () => {
  const ids = Array.from({ length: 25 }, (_, index) => ({ RouteTableId: `rtb-${index}` }));
  expect(differences(ids, [])).toHaveLength(11);
  expect(differences(ids, []).at(-1)).toBe('And 15 more.');
});

test('whatever the sections hold: the same is no change, and one edited member is one', () => {
  const { sections } = referenceSnapshot();
  for (const section of Object.values(sections)) {
    const copy: Section<unknown> = JSON.parse(JSON.stringify(section));
    expect(changesOf('vpc', section, copy)).toEqual([]);
  }
  const item = fc.record({ RouteTableId: fc.constantFrom('a', 'b', 'c', 'd'), x: fc.jsonValue() });
  fc.assert(
    fc.property(fc.uniqueArray(item, { selector: (one) => one.RouteTableId, minLength: 1 }), (items) => {
      expect(differences(items, [...items].reverse())).toEqual([]);
      const [first, ...others] = items;
      expect(differences(items, [...others, { ...first, edited: 1 }])).toEqual([
        `${first?.RouteTableId} is different: edited.`,
      ]);
    }),
  );
});

describe('over the wire', () => {
  let account: LabAccount;
  let snapshot: Snapshot;
  beforeAll(async () => {
    account = await startLabAccount();
    snapshot = await takeSnapshot(account.connection, await buildStudio(account));
  });
  afterAll(async () => account.server.close());

  test('a network that nobody touched has not changed, and the re-reading only reads', async () => {
    const before = account.server.calls.length;
    expect(await changesSince(account.connection, snapshot)).toEqual([]);
    const operations = account.server.calls.slice(before).map(({ operation }) => operation);
    expect(operations.length).toBeGreaterThan(10);
    expect(operations.filter((name) => !/^(Describe|List|Get)/.test(name))).toEqual([]);
  });

  test('a route that was added meanwhile is seen, and is no change once it is gone', async () => {
    const { routeTables, internetGateways } = snapshot.sections;
    if (routeTables.status !== 'read' || internetGateways.status !== 'read') throw new Error('not read');
    const RouteTableId = routeTables.value[0]?.RouteTableId;
    const GatewayId = internetGateways.value[0]?.InternetGatewayId;
    const DestinationCidrBlock = '9.9.9.0/24';
    const { api } = account.server;
    await api.call('ec2', CreateRouteCommand, { RouteTableId, DestinationCidrBlock, GatewayId });
    expect(await changesSince(account.connection, snapshot)).toEqual([
      { section: 'routeTables', because: `${RouteTableId} is different: Routes.` },
    ]);
    await api.call('ec2', DeleteRouteCommand, { RouteTableId, DestinationCidrBlock });
    expect(await changesSince(account.connection, snapshot)).toEqual([]);
  });

  test('a domain of another VPC that is changed meanwhile is no change, one of this VPC is', async () => {
    const { domains } = account.state;
    const [domain] = domains.values();
    const other = { ...domain, DomainId: 'd-other', VpcId: 'vpc-0123456789abcdef0' };
    domains.set('d-other', other);
    const target = { ...snapshot, ...(await takeSnapshot(account.connection, snapshot.target)) };
    domains.set('d-other', { ...other, DomainName: 'renamed' });
    expect(await changesSince(account.connection, target)).toEqual([]);
    domains.set('d-other', { ...other, VpcId: target.target.vpcId });
    expect(await changesSince(account.connection, target)).toContainEqual({
      section: 'domains',
      because: 'd-other is new.',
    });
    domains.delete('d-other');
  });

  test('a re-reading that is denied leaves it open', async () => {
    account.server.faults.add({ kind: 'access-denied', on: 'ec2:DescribeRouteTables' });
    const changes = await changesSince(account.connection, snapshot);
    account.server.faults.clear();
    expect(changes.map(({ section }) => section)).toContain('routeTables');
  });
});
