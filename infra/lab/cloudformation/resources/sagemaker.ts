/** AWS::SageMaker: domains, their user profiles, spaces and apps, and notebook instances. */
import {
  AppInstanceType,
  CreateAppCommand,
  CreateDomainCommand,
  CreateSpaceCommand,
  CreateUserProfileCommand,
  DeleteAppCommand,
  DeleteDomainCommand,
  DeleteSpaceCommand,
  DeleteUserProfileCommand,
  DescribeDomainCommand,
  type SpaceSettings,
  type SpaceSharingSettings,
  UpdateDomainCommand,
  UpdateSpaceCommand,
  UpdateUserProfileCommand,
} from '@aws-sdk/client-sagemaker';
import { carried, list, object, oneOf, required, text } from '../property-shape';
import { provider, type Provider, resourceTags, returned, tagList } from './provider';
import {
  defaultSpaceSettings,
  defaultUserSettings,
  domainSettings,
  userSettings,
} from './sagemaker-settings';

const domain = provider({
  type: 'AWS::SageMaker::Domain',
  properties: {
    DomainName: required(text),
    AuthMode: required(oneOf('IAM', 'SSO')),
    DefaultUserSettings: required(defaultUserSettings),
    DefaultSpaceSettings: defaultSpaceSettings,
    DomainSettings: domainSettings,
    VpcId: text,
    SubnetIds: list(text),
    AppNetworkAccessType: oneOf('PublicInternetOnly', 'VpcOnly'),
    AppSecurityGroupManagement: oneOf('Service', 'Customer'),
    KmsKeyId: text,
    TagPropagation: oneOf('ENABLED', 'DISABLED'),
    Tags: tagList,
  },
  attributes: [
    'DomainArn',
    'DomainId',
    'HomeEfsFileSystemId',
    'SecurityGroupIdForDomainBoundary',
    'SingleSignOnApplicationArn',
    'SingleSignOnManagedApplicationInstanceId',
    'Url',
  ],
  mutable: [
    'AppNetworkAccessType',
    'AppSecurityGroupManagement',
    'DefaultSpaceSettings',
    'DefaultUserSettings',
    'DomainSettings',
    'SubnetIds',
    'TagPropagation',
  ],
  frozen: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { DomainId } = await context.api.call('sagemaker', CreateDomainCommand, {
      ...properties,
      Tags: resourceTags(context, Tags),
    });
    const id = returned(DomainId, 'DomainId');
    const made = await context.api.call('sagemaker', DescribeDomainCommand, { DomainId: id });
    return {
      physicalId: id,
      attributes: {
        DomainId: id,
        DomainArn: returned(made.DomainArn, 'DomainArn'),
        HomeEfsFileSystemId: made.HomeEfsFileSystemId ?? '',
        SecurityGroupIdForDomainBoundary: made.SecurityGroupIdForDomainBoundary ?? '',
        SingleSignOnApplicationArn: made.SingleSignOnApplicationArn ?? '',
        SingleSignOnManagedApplicationInstanceId: made.SingleSignOnManagedApplicationInstanceId ?? '',
        Url: made.Url ?? '',
      },
    };
  },
  update: async ({ current, after }, { api }) => {
    const {
      DefaultUserSettings,
      DefaultSpaceSettings,
      SubnetIds,
      AppNetworkAccessType,
      AppSecurityGroupManagement,
      TagPropagation,
    } = after;
    const { RStudioServerProDomainSettings: _licence, ...settings } = after.DomainSettings ?? {};
    await api.call('sagemaker', UpdateDomainCommand, {
      DomainId: current.physicalId,
      DefaultUserSettings,
      DefaultSpaceSettings,
      SubnetIds,
      // What the template no longer says is AWS's default again (SageMaker API reference, CreateDomain).
      AppNetworkAccessType: AppNetworkAccessType ?? 'PublicInternetOnly',
      AppSecurityGroupManagement,
      TagPropagation: TagPropagation ?? 'DISABLED',
      ...(after.DomainSettings === undefined ? {} : { DomainSettingsForUpdate: settings }),
    });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('sagemaker', DeleteDomainCommand, { DomainId: physicalId });
  },
});

/**
 * Types with several identifying properties have them all in Ref, joined by a bar (MEMORY: the order is that of
 * primaryIdentifier in the type's schema).
 */
function compoundId(...parts: readonly string[]): string {
  return parts.join('|');
}

const userProfile = provider({
  type: 'AWS::SageMaker::UserProfile',
  properties: {
    DomainId: required(text),
    UserProfileName: required(text),
    UserSettings: userSettings,
    SingleSignOnUserIdentifier: text,
    SingleSignOnUserValue: text,
    Tags: tagList,
  },
  attributes: ['UserProfileArn'],
  mutable: ['UserSettings'],
  frozen: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { UserProfileArn } = await context.api.call('sagemaker', CreateUserProfileCommand, {
      ...properties,
      Tags: resourceTags(context, Tags),
    });
    return {
      physicalId: compoundId(properties.UserProfileName, properties.DomainId),
      attributes: { UserProfileArn: returned(UserProfileArn, 'UserProfileArn') },
    };
  },
  update: async ({ current, after: { DomainId, UserProfileName, UserSettings } }, { api }) => {
    await api.call('sagemaker', UpdateUserProfileCommand, { DomainId, UserProfileName, UserSettings });
    return current;
  },
  remove: async ({ properties: { DomainId, UserProfileName } }, { api }) => {
    await api.call('sagemaker', DeleteUserProfileCommand, { DomainId, UserProfileName });
  },
});

const space = provider({
  type: 'AWS::SageMaker::Space',
  properties: {
    DomainId: required(text),
    SpaceName: required(text),
    SpaceDisplayName: text,
    SpaceSettings: carried<SpaceSettings>(),
    OwnershipSettings: object({ OwnerUserProfileName: required(text) }),
    SpaceSharingSettings: carried<SpaceSharingSettings>(),
    Tags: tagList,
  },
  attributes: ['SpaceArn', 'Url'],
  mutable: ['SpaceDisplayName', 'SpaceSettings'],
  frozen: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { SpaceArn } = await context.api.call('sagemaker', CreateSpaceCommand, {
      ...properties,
      Tags: resourceTags(context, Tags),
    });
    return {
      physicalId: compoundId(properties.DomainId, properties.SpaceName),
      attributes: { SpaceArn: returned(SpaceArn, 'SpaceArn'), Url: '' },
    };
  },
  update: async ({ current, after: { DomainId, SpaceName, SpaceSettings, SpaceDisplayName } }, { api }) => {
    await api.call('sagemaker', UpdateSpaceCommand, { DomainId, SpaceName, SpaceSettings, SpaceDisplayName });
    return current;
  },
  remove: async ({ properties: { DomainId, SpaceName } }, { api }) => {
    await api.call('sagemaker', DeleteSpaceCommand, { DomainId, SpaceName });
  },
});

const app = provider({
  type: 'AWS::SageMaker::App',
  properties: {
    AppName: required(text),
    AppType: required(
      oneOf(
        'JupyterServer',
        'KernelGateway',
        'RStudioServerPro',
        'RSessionGateway',
        'Canvas',
        'JupyterLab',
        'CodeEditor',
      ),
    ),
    DomainId: required(text),
    UserProfileName: required(text),
    RecoveryMode: oneOf('true', 'false'),
    ResourceSpec: object({
      InstanceType: oneOf(...Object.values(AppInstanceType)),
      LifecycleConfigArn: text,
      SageMakerImageArn: text,
      SageMakerImageVersionArn: text,
    }),
    Tags: tagList,
  },
  attributes: ['AppArn', 'BuiltInLifecycleConfigArn'],
  frozen: ['RecoveryMode', 'Tags'],
  create: async ({ Tags, RecoveryMode, ...properties }, context) => {
    const { AppArn } = await context.api.call('sagemaker', CreateAppCommand, {
      ...properties,
      ...(RecoveryMode === undefined ? {} : { RecoveryMode: RecoveryMode === 'true' }),
      Tags: resourceTags(context, Tags),
    });
    return {
      physicalId: compoundId(
        properties.AppName,
        properties.AppType,
        properties.DomainId,
        properties.UserProfileName,
      ),
      attributes: { AppArn: returned(AppArn, 'AppArn'), BuiltInLifecycleConfigArn: '' },
    };
  },
  remove: async ({ properties: { AppName, AppType, DomainId, UserProfileName } }, { api }) => {
    await api.call('sagemaker', DeleteAppCommand, { AppName, AppType, DomainId, UserProfileName });
  },
});

export const sagemakerProviders: readonly Provider[] = [domain, userProfile, space, app];
