/** Studio domains. They are InService at once; updating one changes what apps started later meet. */
import {
  CreateDomainCommand,
  DeleteDomainCommand,
  DescribeDomainCommand,
  ListDomainsCommand,
  UpdateDomainCommand,
  type DescribeDomainResponse,
  type DomainSettings,
  type DomainSettingsForUpdate,
  type UpdateDomainRequest,
  type UserSettings,
} from '@aws-sdk/client-sagemaker';
import { newId, type LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  checkEnum,
  checkPattern,
  inUse,
  listPage,
  NAME_PATTERN,
  notFound,
  ROLE_ARN_PATTERN,
  sagemakerArn,
  validationError,
} from './answers';

/** Operations on Domain. Which members an update may change: SageMaker API reference, UpdateDomain (aws.md 4.2). */
export function domainHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('sagemaker', CreateDomainCommand, (input) => {
      checkPattern('domainName', input.DomainName, NAME_PATTERN);
      checkEnum('authMode', input.AuthMode, ['SSO', 'IAM']);
      if (input.VpcId === undefined || input.SubnetIds === undefined || input.SubnetIds.length === 0)
        throw validationError('VpcId and SubnetIds are required');
      if ([...state.domains.values()].some(({ DomainName }) => DomainName === input.DomainName))
        throw inUse(`Domain with name '${input.DomainName}' already exists`);
      const domain = newDomain(context, input);
      checkPlacement(state, domain);
      checkUserSettings(state, domain.DefaultUserSettings);
      state.domains.set(domain.DomainId, domain);
      return { DomainArn: domain.DomainArn, DomainId: domain.DomainId, Url: domain.Url };
    }),
    on('sagemaker', DescribeDomainCommand, ({ DomainId }) => findDomain(state, DomainId)),
    on('sagemaker', ListDomainsCommand, (input) => {
      const { items, nextToken } = listPage(context, input, [...state.domains.values()]);
      return {
        Domains: items.map(
          ({ DomainArn, DomainId, DomainName, Status, CreationTime, LastModifiedTime, Url }) => ({
            DomainArn,
            DomainId,
            DomainName,
            Status,
            CreationTime,
            LastModifiedTime,
            Url,
          }),
        ),
        NextToken: nextToken,
      };
    }),
    on('sagemaker', UpdateDomainCommand, (input) => {
      const domain = updatedDomain(context, input);
      state.domains.set(domain.DomainId, domain);
      return { DomainArn: domain.DomainArn };
    }),
    on('sagemaker', DeleteDomainCommand, ({ DomainId }) => {
      const domain = findDomain(state, DomainId);
      const users = [...state.userProfiles.values()].filter((profile) => profile.DomainId === DomainId);
      const spaces = [...state.spaces.values()].filter((space) => space.DomainId === DomainId);
      if (users.length > 0)
        throw inUse(`Unable to delete Domain ${DomainId} because UserProfile(s) are associated with it`);
      if (spaces.length > 0)
        throw inUse(`Unable to delete Domain ${DomainId} because Space(s) are associated with it`);
      state.domains.delete(domain.DomainId);
      return {};
    }),
  ];
}

export type StoredDomain = DescribeDomainResponse & { readonly DomainId: string };

/** The domain, or ResourceNotFound (ValidationException for text that is no domain id). */
export function findDomain(state: LabState, domainId: string | undefined): StoredDomain {
  checkPattern('domainId', domainId, /^d-(-*[a-z0-9]){1,61}$/);
  const domain = state.domains.get(domainId ?? '');
  if (domain === undefined || domainId === undefined)
    throw notFound(`Domain with id ${domainId} does not exist`);
  return { ...domain, DomainId: domainId };
}

/** Apps that a change of the domain's network would be pulled away from under. */
export function liveApps(state: LabState, domainId: string): string[] {
  return [...state.apps.values()]
    .filter(
      (app) => app.DomainId === domainId && ['InService', 'Pending', 'Deleting'].includes(app.Status ?? ''),
    )
    .map((app) => app.AppName ?? '');
}

/** What is wrong with a user's settings: the role's form and security groups that are not in the account. */
export function checkUserSettings(state: LabState, settings: UserSettings | undefined): void {
  checkPattern('executionRole', settings?.ExecutionRole, ROLE_ARN_PATTERN);
  for (const groupId of settings?.SecurityGroups ?? [])
    if (!state.securityGroups.has(groupId))
      throw validationError(`The security group '${groupId}' does not exist`);
}

function newDomain({ state, now }: LabContext, input: CreateDomainCommand['input']): StoredDomain {
  const DomainId = newId(state, 'd');
  const createsFileSystem = input.HomeEfsFileSystemCreation !== 'Disabled';
  return {
    DomainArn: sagemakerArn(state, `domain/${DomainId}`),
    DomainId,
    DomainName: input.DomainName,
    // The file system is named, but not made: no network interface, mount target or security group of its own.
    HomeEfsFileSystemId: createsFileSystem ? newId(state, 'fs') : undefined,
    HomeEfsFileSystemCreation: input.HomeEfsFileSystemCreation ?? 'Enabled',
    HomeEfsFileSystemKmsKeyId: input.HomeEfsFileSystemKmsKeyId,
    Status: 'InService',
    CreationTime: now(),
    LastModifiedTime: now(),
    AuthMode: input.AuthMode,
    DefaultUserSettings: input.DefaultUserSettings,
    DefaultSpaceSettings: input.DefaultSpaceSettings,
    DomainSettings: input.DomainSettings,
    // "The default value is PublicInternetOnly" (CreateDomain; aws.md 4.1).
    AppNetworkAccessType: input.AppNetworkAccessType ?? 'PublicInternetOnly',
    AppSecurityGroupManagement: input.AppSecurityGroupManagement,
    SubnetIds: input.SubnetIds,
    VpcId: input.VpcId,
    KmsKeyId: input.KmsKeyId,
    TagPropagation: input.TagPropagation ?? 'DISABLED',
    Url: `https://${DomainId}.studio.${state.region}.sagemaker.aws`,
  };
}

function updatedDomain({ state, now }: LabContext, input: UpdateDomainRequest): StoredDomain {
  const old = findDomain(state, input.DomainId);
  const live = liveApps(state, old.DomainId);
  const removed = (old.SubnetIds ?? []).filter((subnet) => !(input.SubnetIds ?? [subnet]).includes(subnet));
  const movesNetwork =
    (input.AppNetworkAccessType !== undefined && input.AppNetworkAccessType !== old.AppNetworkAccessType) ||
    removed.length > 0;
  if (movesNetwork && live.length > 0)
    throw validationError(
      `AppNetworkAccessType and SubnetIds cannot be changed while there are apps in the InService, Pending, or Deleting state: ${live.join(', ')}`,
    );
  if (input.HomeEfsFileSystemCreation === 'Disabled' && old.HomeEfsFileSystemCreation === 'Enabled')
    throw validationError('HomeEfsFileSystemCreation cannot be changed from Enabled to Disabled');
  const domain: StoredDomain = {
    ...old,
    ...stated({
      AppNetworkAccessType: input.AppNetworkAccessType,
      AppSecurityGroupManagement: input.AppSecurityGroupManagement,
      HomeEfsFileSystemCreation: input.HomeEfsFileSystemCreation,
      SubnetIds: input.SubnetIds,
      VpcId: input.VpcId,
      TagPropagation: input.TagPropagation,
    }),
    HomeEfsFileSystemId:
      old.HomeEfsFileSystemId ??
      (input.HomeEfsFileSystemCreation === 'Enabled' ? newId(state, 'fs') : undefined),
    DefaultUserSettings: { ...old.DefaultUserSettings, ...stated(input.DefaultUserSettings ?? {}) },
    DefaultSpaceSettings: updatedSpaceSettings(old, input),
    DomainSettings: updatedSettings(old.DomainSettings, input.DomainSettingsForUpdate),
    LastModifiedTime: now(),
  };
  checkPlacement(state, domain);
  checkUserSettings(state, domain.DefaultUserSettings);
  return domain;
}

function updatedSpaceSettings(
  old: StoredDomain,
  { DefaultSpaceSettings }: UpdateDomainRequest,
): StoredDomain['DefaultSpaceSettings'] {
  if (DefaultSpaceSettings === undefined) return old.DefaultSpaceSettings;
  return { ...old.DefaultSpaceSettings, ...stated(DefaultSpaceSettings) };
}

function updatedSettings(
  old: DomainSettings | undefined,
  update: DomainSettingsForUpdate | undefined,
): DomainSettings | undefined {
  if (update === undefined) return old;
  const { RStudioServerProDomainSettingsForUpdate: rStudio, ...others } = update;
  const settings: DomainSettings = { ...old, ...stated(others) };
  return rStudio === undefined ? settings : { ...settings, RStudioServerProDomainSettings: rStudio };
}

/** The members that the caller gave; an update leaves the others as they were. */
export function stated<T extends object>(members: T): Partial<T> {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a selection of the members of T
  return Object.fromEntries(given) as Partial<T>;
}

function checkPlacement(state: LabState, domain: StoredDomain): void {
  checkEnum('appNetworkAccessType', domain.AppNetworkAccessType, ['PublicInternetOnly', 'VpcOnly']);
  if (!state.vpcs.has(domain.VpcId ?? ''))
    throw validationError(`The vpc ID '${domain.VpcId}' does not exist`);
  for (const subnetId of domain.SubnetIds ?? []) {
    const subnet = state.subnets.get(subnetId);
    if (subnet === undefined) throw validationError(`The subnet ID '${subnetId}' does not exist`);
    if (subnet.VpcId !== domain.VpcId)
      throw validationError(`The subnet '${subnetId}' is not in the VPC '${domain.VpcId}'`);
  }
}
