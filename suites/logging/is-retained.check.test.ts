import { centralInspection } from '../../infra/mutants/central-inspection';
import { change, unread } from '../../infra/mutants/mutant';
import { loggingMutants } from '../../infra/mutants/mutants-logging';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './is-retained.check';

testOnMutants(check, loggingMutants());

test('where the VPCs behind the transit gateway could not be read, nor their firewall, its records are not known', () => {
  const central = centralInspection(referenceSnapshot());
  const outcomes = (snapshot: typeof central) =>
    findingsOn(check, snapshot).map(({ outcome, because }) => [outcome, because]);
  expect(outcomes(central).map(([outcome]) => outcome)).not.toContain('unknown');
  const firewalls = change(unread(central, 'attachedVpcs'), 'firewalls', () => []);
  const blind = change(firewalls, 'loggingConfigurations', () => []);
  expect(outcomes(blind)).toContainEqual([
    'unknown',
    expect.stringMatching(
      /where the records of one elsewhere go is not known: .*attachedVpcs could not be read/,
    ),
  ]);
});
