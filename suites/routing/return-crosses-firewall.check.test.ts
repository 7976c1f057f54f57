import { returnMutants } from '../../infra/mutants/mutants-return';
import { symmetryMutants } from '../../infra/mutants/mutants-symmetry';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { changeTable } from '../../infra/mutants/route-changes';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './return-crosses-firewall.check';

testOnMutants(check, returnMutants());

test('where every answer is dropped on its way back, nothing is said to come back through the firewall', () => {
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

test.each(
  symmetryMutants()
    .filter(({ id }) => ['R29', 'R30', 'R33'].includes(id))
    .map((mutant) => [mutant.id, mutant.breaks, mutant] as const),
)('%s is a fault of symmetry alone, for the firewall is crossed: %s', (_id, _breaks, mutant) => {
  const findings = findingsOn(check, mutant.mutate(referenceSnapshot()));
  expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
});
