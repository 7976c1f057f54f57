import { deadEnds } from '../../infra/mutants/dead-ends';
import { acrossZones, zoneMutants } from '../../infra/mutants/mutants-zones';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './endpoint-is-local.check';
import returnCheck from './return-crosses-firewall.check';
import symmetryCheck from './path-is-symmetric.check';

testOnMutants(check, zoneMutants());

test('only the subnet that crosses zones is a finding, and inspection both ways is not touched by it', () => {
  const snapshot = acrossZones(referenceSnapshot());
  expect(findingsOn(check, snapshot).map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['subnet-studio', 'pass'],
    ['subnet-studio-b', 'fail'],
  ]);
  for (const security of [returnCheck, symmetryCheck])
    expect(findingsOn(security, snapshot).map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
});

test.each(deadEnds().map(({ id, mutate }) => [id, mutate] as const))(
  '%s: nothing leaves, so no zone is crossed',
  (_id, mutate) => {
    expect(findingsOn(check, mutate(referenceSnapshot())).map(({ outcome }) => outcome)).toEqual([
      'not-applicable',
    ]);
  },
);

test("another zone's NAT gateway is what to change, not the endpoint behind it", () => {
  const mutant = zoneMutants().find(({ id }) => id === 'A02');
  const findings = findingsOn(check, mutant?.mutate(referenceSnapshot()) ?? referenceSnapshot());
  expect(findings.find(({ outcome }) => outcome === 'fail')?.because).toContain(
    'Fix: lead its default route to a NAT gateway in us-east-1b',
  );
});
