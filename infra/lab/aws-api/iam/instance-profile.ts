/** Instance profiles: how an EC2 instance gets its role. */
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  LimitExceededException,
  RemoveRoleFromInstanceProfileCommand,
  type InstanceProfile,
} from '@aws-sdk/client-iam';
import { newId, type LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import { alreadyExists, checkName, checkPath, deleteConflict, iamArn, noSuchEntity } from './answers';
import { findRole } from './role';

export function instanceProfileHandlers({ state, now }: LabContext): Handler[] {
  return [
    on('iam', CreateInstanceProfileCommand, (input) => {
      const name = checkName('instanceProfileName', input.InstanceProfileName, 128);
      const Path = checkPath(input.Path);
      if (state.instanceProfiles.has(name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
      const InstanceProfile: InstanceProfile = {
        Path,
        InstanceProfileName: name,
        InstanceProfileId: newId(state, 'AIPA').replaceAll('-', '').toUpperCase(),
        Arn: iamArn(state, `instance-profile${Path}${name}`),
        CreateDate: now(),
        Roles: [],
        Tags: input.Tags,
      };
      state.instanceProfiles.set(name, InstanceProfile);
      return { InstanceProfile };
    }),
    on('iam', GetInstanceProfileCommand, ({ InstanceProfileName }) => ({
      InstanceProfile: findInstanceProfile(state, InstanceProfileName),
    })),
    on('iam', AddRoleToInstanceProfileCommand, ({ InstanceProfileName, RoleName }) => {
      const profile = findInstanceProfile(state, InstanceProfileName);
      if ((profile.Roles ?? []).length > 0)
        throw new LimitExceededException({
          message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
          $metadata: {},
        });
      profile.Roles = [findRole(state, RoleName).role];
      return {};
    }),
    on('iam', RemoveRoleFromInstanceProfileCommand, ({ InstanceProfileName, RoleName }) => {
      const profile = findInstanceProfile(state, InstanceProfileName);
      findRole(state, RoleName);
      if (profile.Roles?.[0]?.RoleName !== RoleName)
        throw noSuchEntity(`Role ${RoleName} is not in instance profile ${InstanceProfileName}.`);
      profile.Roles = [];
      return {};
    }),
    on('iam', DeleteInstanceProfileCommand, ({ InstanceProfileName }) => {
      const profile = findInstanceProfile(state, InstanceProfileName);
      if ((profile.Roles ?? []).length > 0)
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
      state.instanceProfiles.delete(InstanceProfileName ?? '');
      return {};
    }),
  ];
}

function findInstanceProfile(state: LabState, name: string | undefined): InstanceProfile {
  const profile = state.instanceProfiles.get(name ?? '');
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}
