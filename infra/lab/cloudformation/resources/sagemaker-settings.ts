/**
 * What AWS::SageMaker domains and user profiles say about apps. What reaches the network (role, security groups,
 * Docker, who else's accounts) is checked member by member; how apps look and what they start with is carried as it is.
 */
import type { DefaultSpaceSettings, DomainSettings, UserSettings } from '@aws-sdk/client-sagemaker';
import { carried, list, object, oneOf, text } from '../property-shape';

function userSetting<N extends keyof UserSettings>(_name: N) {
  return carried<NonNullable<UserSettings[N]>>();
}

const userSettingMembers = {
  ExecutionRole: text,
  SecurityGroups: list(text),
  AutoMountHomeEFS: oneOf('Enabled', 'Disabled', 'DefaultAsDomain'),
  CodeEditorAppSettings: userSetting('CodeEditorAppSettings'),
  CustomFileSystemConfigs: userSetting('CustomFileSystemConfigs'),
  CustomPosixUserConfig: userSetting('CustomPosixUserConfig'),
  DefaultLandingUri: text,
  JupyterLabAppSettings: userSetting('JupyterLabAppSettings'),
  JupyterServerAppSettings: userSetting('JupyterServerAppSettings'),
  KernelGatewayAppSettings: userSetting('KernelGatewayAppSettings'),
  RStudioServerProAppSettings: userSetting('RStudioServerProAppSettings'),
  SharingSettings: userSetting('SharingSettings'),
  SpaceStorageSettings: userSetting('SpaceStorageSettings'),
  StudioWebPortal: oneOf('ENABLED', 'DISABLED'),
  StudioWebPortalSettings: userSetting('StudioWebPortalSettings'),
};

/** UserSettings of a user profile. */
export const userSettings = object(userSettingMembers);

/** DefaultUserSettings of a domain. */
export const defaultUserSettings = object({
  ...userSettingMembers,
  RSessionAppSettings: userSetting('RSessionAppSettings'),
});

function spaceSetting<N extends keyof DefaultSpaceSettings>(_name: N) {
  return carried<NonNullable<DefaultSpaceSettings[N]>>();
}

export const defaultSpaceSettings = object({
  ExecutionRole: text,
  SecurityGroups: list(text),
  CustomFileSystemConfigs: spaceSetting('CustomFileSystemConfigs'),
  CustomPosixUserConfig: spaceSetting('CustomPosixUserConfig'),
  JupyterLabAppSettings: spaceSetting('JupyterLabAppSettings'),
  JupyterServerAppSettings: spaceSetting('JupyterServerAppSettings'),
  KernelGatewayAppSettings: spaceSetting('KernelGatewayAppSettings'),
  SpaceStorageSettings: spaceSetting('SpaceStorageSettings'),
});

const enabling = oneOf('ENABLED', 'DISABLED');

function domainSetting<N extends keyof DomainSettings>(_name: N) {
  return carried<NonNullable<DomainSettings[N]>>();
}

export const domainSettings = object({
  SecurityGroupIds: list(text),
  DockerSettings: object({
    EnableDockerAccess: enabling,
    VpcOnlyTrustedAccounts: list(text),
  }),
  ExecutionRoleIdentityConfig: oneOf('USER_PROFILE_NAME', 'DISABLED'),
  IpAddressType: oneOf('ipv4', 'dualstack'),
  RStudioServerProDomainSettings: domainSetting('RStudioServerProDomainSettings'),
  UnifiedStudioSettings: domainSetting('UnifiedStudioSettings'),
});
