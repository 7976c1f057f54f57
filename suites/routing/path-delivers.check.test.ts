import { centralInspection } from '../../infra/mutants/central-inspection';
import { deadEnds } from '../../infra/mutants/dead-ends';
import { change, unread } from '../../infra/mutants/mutant';
import { deliveryMutants } from '../../infra/mutants/mutants-delivery';
import { route } from '../../infra/mutants/reference-network';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { addRoutes, removeRoute } from '../../infra/mutants/route-changes';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { derivedIntent } from '../derived-intent';
import type { IntendedDestination } from '../intent';
import { judge } from '../judge';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './path-delivers.check';

testOnMutants(check, deliveryMutants());

const wanted = (...expected: IntendedDestination['expect'][]) =>
  expected.map((expect) => ({ probe: 'wget', expect, because: 'the list' }));

function verdicts(snapshot: Snapshot, destinations: readonly IntendedDestination[]) {
  const intent = {
    source: 'declared' as const,
    file: null,
    sha256: null,
    derivedSections: [],
    destinations,
    requiredEndpoints: [],
    logRetentionDays: 365,
    approvedExits: [],
    acceptedInspection: [],
    approvedSecurityGroups: [],
    acceptedRisks: [],
    listener: null,
  };
  const live = { status: 'not-run' as const, because: 'no probes in this test' };
  return judge(check, { snapshot, intent, live }).map(({ outcome, because }) => [outcome, because]);
}

const unrouted = () => removeRoute(referenceSnapshot(), 'rtb-studio', '0.0.0.0/0');

test('R28: no route to the internet is a fault only where the intent wants it', () => {
  expect(verdicts(unrouted(), wanted('denied', 'allowed'))).toEqual([
    ['fail', expect.stringMatching(/^No internet destination is delivered from subnet-studio.*Fix: /)],
  ]);
  expect(verdicts(unrouted(), [])).toEqual([
    ['not-applicable', expect.stringContaining('the intent names none')],
  ]);
});

test('H06: where the intent allows nothing on the internet, a dead way is no fault', () => {
  for (const { mutate } of deadEnds())
    expect(verdicts(mutate(referenceSnapshot()), wanted('denied'))).toEqual([
      ['not-applicable', expect.stringContaining('allows no destination')],
    ]);
});

test('what is wanted is not known where an intent is derived from what could not be read', () => {
  for (const name of ['attachedVpcs', 'firewalls', 'firewallPolicies', 'ruleGroups'] as const) {
    const snapshot = unread(unrouted(), name);
    const intent = { ...derivedIntent(snapshot), destinations: wanted('denied') };
    const live = { status: 'not-run' as const, because: 'no probes in this test' };
    expect(judge(check, { snapshot, intent, live }).map(({ outcome }) => outcome)).toEqual(['unknown']);
  }
});

test('every dead end of the catalogue is a fault where the intent wants the internet', () => {
  for (const { mutate } of deadEnds())
    expect(verdicts(mutate(referenceSnapshot()), wanted('allowed'))).toEqual([
      ['fail', expect.stringContaining('Fix: ')],
    ]);
});

test('a network that routes only what it wants is not told to route the rest', () => {
  const few = addRoutes(unrouted(), 'rtb-studio', route('151.101.0.0/16', { NatGatewayId: 'nat-a' }));
  expect(verdicts(few, wanted('allowed'))).toEqual([
    ['pass', expect.stringContaining('less than 0.1 % of IPv4 is delivered')],
  ]);
});

test('a small part that is dropped is named, and what is dropped by many small routes adds up', () => {
  const gone = { VpcPeeringConnectionId: 'pcx-gone', State: 'blackhole' as const };
  const dropping = (count: number) =>
    addRoutes(
      referenceSnapshot(),
      'rtb-nat',
      ...Array.from({ length: count }, (_, index) => route(`52.${index}.0.0/16`, gone)),
    );
  expect(verdicts(dropping(1), wanted('allowed'))).toEqual([
    [
      'pass',
      expect.stringContaining('Not delivered: 65536 addresses of IPv4 from 52.0.0.0 on, for the route'),
    ],
  ]);
  expect(verdicts(dropping(200), wanted('allowed'))).toEqual([
    ['pass', expect.stringContaining('Not delivered: 13107200 addresses of IPv4 from 52.0.0.0 on')],
  ]);
  expect(verdicts(dropping(240), wanted('allowed'))).toEqual([
    ['fail', expect.stringContaining('0.4 % of IPv4 is routed into nothing: to 52.0.0.0')],
  ]);
});

test('the finding shows a packet, its hops and the route that decides', () => {
  const mutant = deliveryMutants().find(({ id }) => id === 'R60');
  const [finding] = findingsOn(check, mutant?.mutate(referenceSnapshot()) ?? referenceSnapshot());
  expect(finding?.because).toContain(
    'replace-route --route-table-id rtb-nat --destination-cidr-block 128.0.0.0/1',
  );
  expect(finding?.proof).toMatchObject({
    witness: { source: '10.2.3.4', destination: '128.0.0.0' },
    hops: [{ at: 'subnet-studio' }, { at: 'nat-a', route: '128.0.0.0/1', target: 'pcx-gone' }],
  });
});

test('a small part that is not decided is named in the pass', () => {
  const part = addRoutes(referenceSnapshot(), 'rtb-nat', route('52.0.0.0/24', { LocalGatewayId: 'lgw-a' }));
  expect(verdicts(part, wanted('allowed'))).toEqual([
    ['pass', expect.stringMatching(/Not decided for a small part: 52\.0\.0\.0 .*lgw-a/)],
  ]);
});

test('where a transit gateway has no route back, the fix is one of its own table', () => {
  const noWayBack = change(centralInspection(referenceSnapshot()), 'transitGatewayTables', (list) =>
    list.map((table) =>
      table.TransitGatewayRouteTable.TransitGatewayRouteTableId === 'tgw-rtb-inspection'
        ? { ...table, Routes: [] }
        : table,
    ),
  );
  expect(verdicts(noWayBack, wanted('allowed'))).toEqual([
    [
      'fail',
      expect.stringContaining(
        'create-transit-gateway-route --transit-gateway-route-table-id tgw-rtb-inspection',
      ),
    ],
  ]);
});
