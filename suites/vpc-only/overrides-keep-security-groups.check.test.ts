import { change } from '../../infra/mutants/mutant';
import { overridesMutants } from '../../infra/mutants/mutants-overrides';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { derivedIntent } from '../derived-intent';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './overrides-keep-security-groups.check';

testOnMutants(check, overridesMutants());

const profileWith = (SecurityGroups: string[]) =>
  change(referenceSnapshot(), 'userProfiles', (list) =>
    list.map((one) => ({ ...one, UserSettings: { SecurityGroups } })),
  );

test('without a declared intent the groups of the default settings are approved', () => {
  const { approvedSecurityGroups } = derivedIntent(referenceSnapshot());
  const outcomesWith = (groups: string[]) =>
    findingsOn(check, profileWith(groups), { approvedSecurityGroups }).map(({ outcome }) => outcome);
  expect(approvedSecurityGroups).toEqual(['sg-studio']);
  expect(outcomesWith(['sg-studio'])).toEqual(['pass', 'pass']);
  expect(outcomesWith(['sg-studio', 'sg-endpoints'])).toEqual(['pass', 'fail']);
});

test('a fail names the profile, the group and the call that changes it', () => {
  const [finding] = findingsOn(check, profileWith(['sg-default'])).filter(
    ({ outcome }) => outcome === 'fail',
  );
  expect(finding?.subject).toBe('arn:aws:sagemaker:us-east-1:111122223333:user-profile/d-studio/user');
  expect(finding?.because).toContain(
    'aws sagemaker update-user-profile --domain-id d-studio --user-profile-name user',
  );
});

test('a user profile of a domain of another VPC is not in question', () => {
  const elsewhere = change(profileWith(['sg-default']), 'userProfiles', (list) =>
    list.map((one) => ({ ...one, DomainId: 'd-elsewhere' })),
  );
  expect(findingsOn(check, elsewhere).map(({ outcome }) => outcome)).toEqual(['pass']);
});
