import { change } from '../../infra/mutants/mutant';
import { appMutants } from '../../infra/mutants/mutants-apps';
import { domain } from '../../infra/mutants/reference-studio';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { group } from '../../infra/mutants/studio-traffic';
import type { IpPermission } from '../../infra/snapshot/snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './apps-can-talk.check';

testOnMutants(check, appMutants());

test('groups for domain-level apps alone are asked for nothing', () => {
  const rstudio = change(
    change(referenceSnapshot(), 'securityGroups', (list) => [...list, group('sg-rstudio', 'rstudio', {})]),
    'domains',
    (list) => list.map((one) => ({ ...one, DomainSettings: { SecurityGroupIds: ['sg-rstudio'] } })),
  );
  expect(findingsOn(check, rstudio).map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['sg-studio', 'pass'],
  ]);
});

test('each group needs NFS for the home directories of its own domain, and only where it has any', () => {
  const among = (id: string): IpPermission => ({
    IpProtocol: 'tcp',
    FromPort: 8192,
    ToPort: 65_535,
    UserIdGroupPairs: [{ GroupId: id }],
  });
  const talking = (id: string) =>
    group(id, id, { IpPermissions: [among(id)], IpPermissionsEgress: [among(id)] });
  const second = change(
    change(referenceSnapshot(), 'securityGroups', (list) => [...list, talking('sg-second')]),
    'domains',
    (list) => [
      ...list,
      {
        ...domain('d-second'),
        HomeEfsFileSystemCreation: 'Disabled' as const,
        DefaultUserSettings: { SecurityGroups: ['sg-second'] },
      },
    ],
  );
  const outcomes = findingsOn(check, second).map(({ subject, outcome }) => [subject, outcome]);
  expect(outcomes).toEqual([
    ['sg-studio', 'pass'],
    ['sg-second', 'pass'],
  ]);
  const withHomes = change(second, 'domains', (list) =>
    list.map((one) => ({ ...one, HomeEfsFileSystemCreation: undefined })),
  );
  expect(findingsOn(check, withHomes).map(({ outcome }) => outcome)).toEqual(['pass', 'fail']);
});
