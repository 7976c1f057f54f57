/** Hundreds of user profiles and spaces: every one is read, and no more is asked than pages and one description each. */
import { buildStudio, startLabAccount } from './lab-account.fixture';
import { sectionValue } from './snapshot';
import { takeSnapshot } from './take-snapshot';
import { findTarget } from './target';

const COUNT = 300;

test('three hundred profiles and spaces are found and read within the bounds of a reading', async () => {
  const account = await startLabAccount({ pageSize: 100 });
  try {
    const studio = await buildStudio(account);
    const DomainId = studio.domainId ?? '';
    const { userProfiles, spaces } = account.state;
    userProfiles.clear();
    for (let n = 0; n < COUNT; n++) {
      userProfiles.set(`${DomainId}/user-${n}`, {
        DomainId,
        UserProfileName: `user-${n}`,
        Status: 'InService',
      });
      spaces.set(`${DomainId}/space-${n}`, { DomainId, SpaceName: `space-${n}`, Status: 'InService' });
    }
    const before = account.server.calls.length;
    const target = await findTarget(account.connection, { vpcId: studio.vpcId });
    // Finding the target does not look into domains.
    expect(account.server.calls.length - before).toBeLessThanOrEqual(4);
    const snapshot = await takeSnapshot(account.connection, target);
    expect(sectionValue(snapshot, 'userProfiles')).toHaveLength(COUNT);
    expect(sectionValue(snapshot, 'spaces')).toHaveLength(COUNT);
    const count = (name: string) => account.server.calls.filter(({ operation }) => operation === name).length;
    expect(count('ListUserProfiles')).toBe(COUNT / 100);
    expect(count('DescribeUserProfile')).toBe(COUNT);
    expect(count('ListSpaces')).toBe(COUNT / 100);
    expect(count('DescribeSpace')).toBe(COUNT);
  } finally {
    await account.server.close();
  }
}, 60_000);
