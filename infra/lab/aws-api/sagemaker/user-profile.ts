/** User profiles of a Studio domain. */
import {
  CreateUserProfileCommand,
  DeleteUserProfileCommand,
  DescribeUserProfileCommand,
  ListUserProfilesCommand,
  UpdateUserProfileCommand,
  type DescribeUserProfileResponse,
} from '@aws-sdk/client-sagemaker';
import type { LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  checkPattern,
  inUse,
  listPage,
  NAME_PATTERN,
  notFound,
  sagemakerArn,
  validationError,
} from './answers';
import { checkUserSettings, findDomain, stated } from './domain';

export function userProfileHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('sagemaker', CreateUserProfileCommand, (input) => {
      const { DomainId, UserProfileName, UserSettings } = input;
      checkPattern('userProfileName', UserProfileName, NAME_PATTERN);
      const domain = findDomain(state, DomainId);
      const key = `${DomainId}/${UserProfileName}`;
      if (state.userProfiles.has(key))
        throw inUse(`UserProfile ${UserProfileName} already exists in ${DomainId}`);
      // "Required when AppNetworkAccessType is VpcOnly, unless specified as part of the DefaultUserSettings"
      // (UserSettings, SageMaker API reference; aws.md 4.4). The message is the lab's own.
      const groups = [UserSettings, domain.DefaultUserSettings].flatMap(
        (settings) => settings?.SecurityGroups ?? [],
      );
      if (domain.AppNetworkAccessType === 'VpcOnly' && groups.length === 0)
        throw validationError(
          'SecurityGroups are required for a user profile of a VpcOnly domain without defaults',
        );
      checkUserSettings(state, UserSettings);
      const UserProfileArn = sagemakerArn(state, `user-profile/${DomainId}/${UserProfileName}`);
      state.userProfiles.set(key, {
        DomainId,
        UserProfileArn,
        UserProfileName,
        Status: 'InService',
        CreationTime: now(),
        LastModifiedTime: now(),
        SingleSignOnUserIdentifier: input.SingleSignOnUserIdentifier,
        SingleSignOnUserValue: input.SingleSignOnUserValue,
        UserSettings,
      });
      return { UserProfileArn };
    }),
    on('sagemaker', DescribeUserProfileCommand, (input) => findUserProfile(state, input)),
    on('sagemaker', ListUserProfilesCommand, (input) => {
      const wanted = [...state.userProfiles.values()].filter(
        ({ DomainId, UserProfileName }) =>
          (input.DomainIdEquals ?? DomainId) === DomainId &&
          (UserProfileName ?? '').includes(input.UserProfileNameContains ?? ''),
      );
      const { items, nextToken } = listPage(context, input, wanted);
      return {
        UserProfiles: items.map(({ DomainId, UserProfileName, Status, CreationTime, LastModifiedTime }) => ({
          DomainId,
          UserProfileName,
          Status,
          CreationTime,
          LastModifiedTime,
        })),
        NextToken: nextToken,
      };
    }),
    on('sagemaker', UpdateUserProfileCommand, (input) => {
      const old = findUserProfile(state, input);
      const UserSettings = { ...old.UserSettings, ...stated(input.UserSettings ?? {}) };
      checkUserSettings(state, UserSettings);
      state.userProfiles.set(keyOf(input), { ...old, UserSettings, LastModifiedTime: now() });
      return { UserProfileArn: old.UserProfileArn };
    }),
    on('sagemaker', DeleteUserProfileCommand, (input) => {
      findUserProfile(state, input);
      const apps = [...state.apps.values()].filter(
        (app) =>
          app.DomainId === input.DomainId &&
          app.UserProfileName === input.UserProfileName &&
          app.Status !== 'Deleted',
      );
      if (apps.length > 0)
        throw inUse(`Unable to delete UserProfile ${keyOf(input)} because App(s) are associated with it`);
      state.userProfiles.delete(keyOf(input));
      return {};
    }),
  ];
}

interface UserProfileKey {
  readonly DomainId: string | undefined;
  readonly UserProfileName: string | undefined;
}

function keyOf({ DomainId, UserProfileName }: UserProfileKey): string {
  return `${DomainId}/${UserProfileName}`;
}

/** The profile, or ResourceNotFound, also when its domain is not there. */
export function findUserProfile(state: LabState, key: UserProfileKey): DescribeUserProfileResponse {
  findDomain(state, key.DomainId);
  const profile = state.userProfiles.get(keyOf(key));
  if (profile === undefined)
    throw notFound(`UserProfile ${key.UserProfileName} does not exist in ${key.DomainId}`);
  return profile;
}
