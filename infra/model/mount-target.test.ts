import { withMountTarget, withNfsGroups } from '../mutants/studio-traffic';
import { change } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { NetworkInterface, Snapshot } from '../snapshot/snapshot';
import { homeFileSystems, studioMountTargets } from './mount-target';

const editHome = (snapshot: Snapshot, members: Partial<NetworkInterface>): Snapshot =>
  change(snapshot, 'networkInterfaces', (list) =>
    list.map((one) => (one.NetworkInterfaceId === 'eni-home' ? { ...one, ...members } : one)),
  );
const withHome = withMountTarget(referenceSnapshot(), ['sg-studio']);

test('a mount target is told by its description, and belongs to a domain by its file system', () => {
  expect(studioMountTargets(referenceSnapshot())).toEqual([]);
  expect(studioMountTargets(withHome)).toMatchObject([
    { networkInterfaceId: 'eni-home', subnetId: 'subnet-studio', groupIds: ['sg-studio'] },
  ]);
  const other = editHome(withHome, { Description: 'EFS mount target for fs-0000000000000000f (fsmt-1)' });
  expect(studioMountTargets(other)).toEqual([]);
  expect(studioMountTargets(editHome(withHome, { Description: 'not an EFS mount target for fs-1' }))).toEqual(
    [],
  );
});

test('an interface of the type efs is one even where its description says nothing', () => {
  const members: Partial<NetworkInterface> = JSON.parse('{"InterfaceType":"efs","Description":""}');
  const unnamed = change(editHome(withHome, members), 'domains', (list) =>
    list.map((domain) => ({ ...domain, HomeEfsFileSystemId: undefined })),
  );
  expect(() => studioMountTargets(unnamed)).toThrow('HomeEfsFileSystemId of the domain d-studio');
});

test('what serves the home directories: the mount targets, else the group that SageMaker makes for them', () => {
  const made = withNfsGroups(referenceSnapshot());
  expect(homeFileSystems(referenceSnapshot())).toMatchObject([
    { exists: true, outboundGroupId: null, servers: [] },
  ]);
  expect(homeFileSystems(made)).toMatchObject([
    { outboundGroupId: 'sg-nfs-out', servers: [{ groupIds: ['sg-nfs-in'] }] },
  ]);
  expect(homeFileSystems(withMountTarget(made, ['sg-home']))).toMatchObject([
    { outboundGroupId: 'sg-nfs-out', servers: [{ groupIds: ['sg-home'] }] },
  ]);
});

test('a domain without a home file system has no mount targets, whatever else is in the VPC', () => {
  const without = change(withHome, 'domains', (list) =>
    list.map((domain) => ({ ...domain, HomeEfsFileSystemCreation: 'Disabled' })),
  );
  expect(homeFileSystems(without)).toMatchObject([{ exists: false, servers: [] }]);
});

test('two groups of the name that SageMaker gives are not known apart', () => {
  const twice = change(withNfsGroups(referenceSnapshot()), 'securityGroups', (list) =>
    list.flatMap((group) =>
      group.GroupId === 'sg-nfs-in' ? [group, { ...group, GroupId: 'sg-copy' }] : [group],
    ),
  );
  expect(() => homeFileSystems(twice)).toThrow('2 security groups with the name');
});
