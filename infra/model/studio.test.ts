import { change } from '../mutants/mutant';
import { domain } from '../mutants/reference-studio';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Domain } from '../snapshot/snapshot';
import { studioDomains, studioSecurityGroups, studioSubnetIds } from './studio';

const withDomains = (...domains: readonly Domain[]) =>
  change(referenceSnapshot(), 'domains', () => [...domains]);

test('every domain of the VPC counts, none of another VPC', () => {
  const snapshot = withDomains(
    domain('d-studio'),
    { ...domain('d-b'), SubnetIds: ['subnet-x', 'subnet-studio'] },
    { ...domain('d-c'), VpcId: 'vpc-other', SubnetIds: ['subnet-y'] },
  );
  expect(studioDomains(snapshot).map(({ DomainId }) => DomainId)).toEqual(['d-studio', 'd-b']);
  expect(studioSubnetIds(snapshot)).toEqual(['subnet-studio', 'subnet-x']);
});

test.each<[string, readonly Domain[]]>([
  ['the domain that the run is about is not there', [domain('d-b')]],
  ['there is no domain', []],
  ['the VPC of a domain was not returned', [domain('d-studio'), { ...domain('d-b'), VpcId: undefined }]],
])('when %s, nothing is known', (_what, domains) => {
  expect(() => studioSubnetIds(withDomains(...domains))).toThrow(
    expect.objectContaining({ name: 'NotKnown' }),
  );
});

test('a domain of Unified Studio without a VPC is in none of ours', () => {
  const unified = { ...domain('d-u'), VpcId: undefined, AppNetworkAccessType: 'PublicInternetOnly' as const };
  expect(studioDomains(withDomains(domain('d-studio'), unified)).map(({ DomainId }) => DomainId)).toEqual([
    'd-studio',
  ]);
});

test('a user profile of an unknown domain may be one of ours', () => {
  const snapshot = change(withDomains(domain('d-studio')), 'userProfiles', () => [
    { UserProfileName: 'lost', UserSettings: { SecurityGroups: ['sg-wide'] } },
  ]);
  expect(() => studioSecurityGroups(snapshot)).toThrow('DomainId of the user profile lost');
});

test('a domain without subnets is not known', () => {
  expect(() => studioSubnetIds(withDomains({ ...domain('d-studio'), SubnetIds: [] }))).toThrow('no subnet');
});

test('groups come from every setting that can bring them, each combination once', () => {
  const one = {
    ...domain('d-studio'),
    DefaultSpaceSettings: { SecurityGroups: ['sg-space'] },
    DomainSettings: { SecurityGroupIds: ['sg-rstudio'] },
  };
  const snapshot = change(withDomains(one), 'userProfiles', () => [
    { DomainId: 'd-studio', UserProfileName: 'same', UserSettings: { SecurityGroups: ['sg-studio'] } },
    {
      DomainId: 'd-studio',
      UserProfileName: 'own',
      UserSettings: { SecurityGroups: ['sg-b', 'sg-a', 'sg-b'] },
    },
    { DomainId: 'd-studio', UserProfileName: 'default', UserSettings: {} },
    { DomainId: 'd-other', UserProfileName: 'foreign', UserSettings: { SecurityGroups: ['sg-foreign'] } },
  ]);
  expect(studioSecurityGroups(snapshot)).toEqual([
    { groupIds: ['sg-studio'], usedBy: ['DefaultUserSettings of d-studio', 'user profile same of d-studio'] },
    { groupIds: ['sg-space'], usedBy: ['DefaultSpaceSettings of d-studio'] },
    { groupIds: ['sg-rstudio'], usedBy: ['DomainSettings of d-studio'] },
    { groupIds: ['sg-a', 'sg-b', 'sg-studio'], usedBy: ['user profile own of d-studio'] },
  ]);
});
