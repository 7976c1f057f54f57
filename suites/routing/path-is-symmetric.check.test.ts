import { symmetryMutants } from '../../infra/mutants/mutants-symmetry';
import { deadEnds } from '../../infra/mutants/dead-ends';
import { route } from '../../infra/mutants/reference-network';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { associate, changeTable, replaceRoute } from '../../infra/mutants/route-changes';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './path-is-symmetric.check';

testOnMutants(check, symmetryMutants());

test.each(deadEnds().map(({ id, mutate }) => [id, mutate] as const))(
  '%s: nothing leaves, so nothing can come back another way',
  (_id, mutate) => {
    expect(findingsOn(check, mutate(referenceSnapshot())).map(({ outcome }) => outcome)).toEqual([
      'not-applicable',
    ]);
  },
);

test('where neither way crosses the firewall, symmetry is not said to hold', () => {
  const roundIt = associate(
    replaceRoute(referenceSnapshot(), 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' })),
    'rtb-edge',
    'none',
  );
  expect(findingsOn(check, roundIt).map(({ outcome, because }) => [outcome, because])).toEqual([
    ['not-applicable', expect.stringContaining('No way out of subnet-studio crosses the firewall')],
  ]);
});

test('where every answer is dropped on its way back, there is no way back to compare', () => {
  const noWayBack = changeTable(referenceSnapshot(), 'rtb-edge', (table) => ({
    ...table,
    Routes: (table.Routes ?? []).map((one) =>
      one.DestinationCidrBlock === '10.2.2.0/24' ? { ...one, State: 'blackhole' as const } : one,
    ),
  }));
  expect(findingsOn(check, noWayBack).map(({ outcome, because }) => [outcome, because])).toEqual([
    ['not-applicable', expect.stringContaining('no way back')],
  ]);
});
