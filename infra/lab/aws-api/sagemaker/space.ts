/** Spaces of a Studio domain: private ones belong to a user profile, shared ones to the domain. */
import {
  CreateSpaceCommand,
  DeleteSpaceCommand,
  DescribeSpaceCommand,
  ListSpacesCommand,
  UpdateSpaceCommand,
  type DescribeSpaceResponse,
} from '@aws-sdk/client-sagemaker';
import type { LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import { checkPattern, inUse, listPage, NAME_PATTERN, notFound, sagemakerArn } from './answers';
import { findDomain, stated } from './domain';
import { findUserProfile } from './user-profile';

export function spaceHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('sagemaker', CreateSpaceCommand, (input) => {
      const { DomainId, SpaceName, OwnershipSettings } = input;
      checkPattern('spaceName', SpaceName, NAME_PATTERN);
      findDomain(state, DomainId);
      if (OwnershipSettings?.OwnerUserProfileName !== undefined)
        findUserProfile(state, { DomainId, UserProfileName: OwnershipSettings.OwnerUserProfileName });
      if (state.spaces.has(keyOf(input))) throw inUse(`Space ${SpaceName} already exists in ${DomainId}`);
      const SpaceArn = sagemakerArn(state, `space/${DomainId}/${SpaceName}`);
      state.spaces.set(keyOf(input), {
        DomainId,
        SpaceArn,
        SpaceName,
        Status: 'InService',
        CreationTime: now(),
        LastModifiedTime: now(),
        SpaceSettings: input.SpaceSettings,
        OwnershipSettings,
        SpaceSharingSettings: input.SpaceSharingSettings,
        SpaceDisplayName: input.SpaceDisplayName,
      });
      return { SpaceArn };
    }),
    on('sagemaker', DescribeSpaceCommand, (input) => findSpace(state, input)),
    on('sagemaker', ListSpacesCommand, (input) => {
      const wanted = [...state.spaces.values()].filter(
        ({ DomainId, SpaceName }) =>
          (input.DomainIdEquals ?? DomainId) === DomainId &&
          (SpaceName ?? '').includes(input.SpaceNameContains ?? ''),
      );
      const { items, nextToken } = listPage(context, input, wanted);
      return { Spaces: items.map(summaryOf), NextToken: nextToken };
    }),
    on('sagemaker', UpdateSpaceCommand, (input) => {
      const old = findSpace(state, input);
      state.spaces.set(keyOf(input), {
        ...old,
        SpaceSettings: { ...old.SpaceSettings, ...stated(input.SpaceSettings ?? {}) },
        SpaceDisplayName: input.SpaceDisplayName ?? old.SpaceDisplayName,
        LastModifiedTime: now(),
      });
      return { SpaceArn: old.SpaceArn };
    }),
    on('sagemaker', DeleteSpaceCommand, (input) => {
      findSpace(state, input);
      const apps = [...state.apps.values()].filter(
        (app) =>
          app.DomainId === input.DomainId && app.SpaceName === input.SpaceName && app.Status !== 'Deleted',
      );
      if (apps.length > 0)
        throw inUse(`Unable to delete Space ${keyOf(input)} because App(s) are associated with it`);
      state.spaces.delete(keyOf(input));
      return {};
    }),
  ];
}

interface SpaceKey {
  readonly DomainId: string | undefined;
  readonly SpaceName: string | undefined;
}

function keyOf({ DomainId, SpaceName }: SpaceKey): string {
  return `${DomainId}/${SpaceName}`;
}

/** The space, or ResourceNotFound, also when its domain is not there. */
export function findSpace(state: LabState, key: SpaceKey): DescribeSpaceResponse {
  findDomain(state, key.DomainId);
  const space = state.spaces.get(keyOf(key));
  if (space === undefined) throw notFound(`Space ${key.SpaceName} does not exist in ${key.DomainId}`);
  return space;
}

function summaryOf(space: DescribeSpaceResponse) {
  const { DomainId, SpaceName, Status, CreationTime, LastModifiedTime, SpaceDisplayName } = space;
  return {
    DomainId,
    SpaceName,
    Status,
    CreationTime,
    LastModifiedTime,
    SpaceDisplayName,
    OwnershipSettingsSummary: space.OwnershipSettings,
    SpaceSharingSettingsSummary: space.SpaceSharingSettings,
    SpaceSettingsSummary: {
      AppType: space.SpaceSettings?.AppType,
      RemoteAccess: space.SpaceSettings?.RemoteAccess,
    },
  };
}
