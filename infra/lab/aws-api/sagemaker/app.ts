/** Studio apps. The lab starts no container for one; it is a record that is InService until it is deleted. */
import {
  CreateAppCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  ListAppsCommand,
  type DescribeAppResponse,
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
import { findSpace } from './space';
import { findUserProfile } from './user-profile';

export function appHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('sagemaker', CreateAppCommand, (input) => {
      checkPattern('appName', input.AppName, NAME_PATTERN);
      checkOwner(state, input);
      if ((state.apps.get(keyOf(input))?.Status ?? 'Deleted') !== 'Deleted')
        throw inUse(`App ${input.AppName} of type ${input.AppType} already exists in ${ownerOf(input)}`);
      const AppArn = sagemakerArn(state, `app/${keyOf(input)}`);
      state.apps.set(keyOf(input), {
        AppArn,
        AppType: input.AppType,
        AppName: input.AppName,
        DomainId: input.DomainId,
        UserProfileName: input.UserProfileName,
        SpaceName: input.SpaceName,
        Status: 'InService',
        CreationTime: now(),
        ResourceSpec: input.ResourceSpec,
        RecoveryMode: input.RecoveryMode,
      });
      return { AppArn };
    }),
    on('sagemaker', DescribeAppCommand, (input) => findApp(state, input)),
    on('sagemaker', ListAppsCommand, (input) => {
      if (input.UserProfileNameEquals !== undefined && input.SpaceNameEquals !== undefined)
        throw validationError('SpaceNameEquals and UserProfileNameEquals cannot both be set');
      const wanted = [...state.apps.values()].filter(
        (app) =>
          (input.DomainIdEquals ?? app.DomainId) === app.DomainId &&
          (input.UserProfileNameEquals ?? app.UserProfileName) === app.UserProfileName &&
          (input.SpaceNameEquals ?? app.SpaceName) === app.SpaceName,
      );
      const { items, nextToken } = listPage(context, input, wanted);
      return {
        Apps: items.map(
          ({
            DomainId,
            UserProfileName,
            SpaceName,
            AppType,
            AppName,
            Status,
            CreationTime,
            ResourceSpec,
          }) => ({
            DomainId,
            UserProfileName,
            SpaceName,
            AppType,
            AppName,
            Status,
            CreationTime,
            ResourceSpec,
          }),
        ),
        NextToken: nextToken,
      };
    }),
    on('sagemaker', DeleteAppCommand, (input) => {
      const app = findApp(state, input);
      // A deleted app stays listed as Deleted, "after 24 hours its metadata is removed" (DeleteApp; aws.md 4.17).
      state.apps.set(keyOf(input), { ...app, Status: 'Deleted' });
      return {};
    }),
  ];
}

interface AppKey {
  readonly DomainId: string | undefined;
  readonly UserProfileName?: string | undefined;
  readonly SpaceName?: string | undefined;
  readonly AppType: string | undefined;
  readonly AppName: string | undefined;
}

function ownerOf({ UserProfileName, SpaceName }: AppKey): string {
  return UserProfileName ?? SpaceName ?? '';
}

function keyOf(key: AppKey): string {
  return `${key.DomainId}/${ownerOf(key)}/${(key.AppType ?? '').toLowerCase()}/${key.AppName}`;
}

function checkOwner(state: LabState, { DomainId, UserProfileName, SpaceName }: AppKey): void {
  if ((UserProfileName === undefined) === (SpaceName === undefined))
    throw validationError('Exactly one of UserProfileName and SpaceName must be set');
  if (UserProfileName !== undefined) findUserProfile(state, { DomainId, UserProfileName });
  else findSpace(state, { DomainId, SpaceName });
}

function findApp(state: LabState, key: AppKey): DescribeAppResponse {
  checkOwner(state, key);
  const app = state.apps.get(keyOf(key));
  if (app === undefined) throw notFound(`App ${key.AppName} does not exist in ${ownerOf(key)}`);
  return app;
}
