import * as sagemaker from '@aws-sdk/client-sagemaker';
import { newLabState, type LabState } from '../../state';
import { startApiServer, type ApiServer } from '../server';
import { sagemakerHandlers } from './sagemaker';

let state: LabState;
let server: ApiServer;
let client: sagemaker.SageMakerClient;

const ROLE = 'arn:aws:iam::123456789012:role/studio';

beforeEach(async () => {
  state = newLabState();
  state.vpcs.set('vpc-1', { VpcId: 'vpc-1' });
  state.subnets.set('subnet-1', { SubnetId: 'subnet-1', VpcId: 'vpc-1' });
  state.subnets.set('subnet-2', { SubnetId: 'subnet-2', VpcId: 'vpc-1' });
  state.subnets.set('subnet-other', { SubnetId: 'subnet-other', VpcId: 'vpc-2' });
  state.securityGroups.set('sg-1', { GroupId: 'sg-1', VpcId: 'vpc-1' });
  const context = { state, hosts: () => null, now: () => new Date(), pageSize: 2 };
  server = await startApiServer({ context, handlers: sagemakerHandlers(context) });
  client = new sagemaker.SageMakerClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'LAB', secretAccessKey: 'lab' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

async function createDomain(input: Partial<sagemaker.CreateDomainCommandInput> = {}): Promise<string> {
  const { DomainId } = await client.send(
    new sagemaker.CreateDomainCommand({
      DomainName: 'studio',
      AuthMode: 'IAM',
      VpcId: 'vpc-1',
      SubnetIds: ['subnet-1'],
      AppNetworkAccessType: 'VpcOnly',
      DefaultUserSettings: { ExecutionRole: ROLE, SecurityGroups: ['sg-1'] },
      ...input,
    }),
  );
  return DomainId ?? '';
}

const describeDomain = (DomainId: string) => client.send(new sagemaker.DescribeDomainCommand({ DomainId }));

test('a domain is InService with the network it was given, and with its home file system', async () => {
  expect(await describeDomain(await createDomain())).toMatchObject({
    Status: 'InService',
    AppNetworkAccessType: 'VpcOnly',
    VpcId: 'vpc-1',
    SubnetIds: ['subnet-1'],
    DefaultUserSettings: { ExecutionRole: ROLE, SecurityGroups: ['sg-1'] },
    HomeEfsFileSystemId: expect.stringMatching(/^fs-/),
  });
});

test('a domain that says nothing of its network access has the internet, as with AWS', async () => {
  const input = { AppNetworkAccessType: undefined };
  expect((await describeDomain(await createDomain(input))).AppNetworkAccessType).toBe('PublicInternetOnly');
});

test.each<[Partial<sagemaker.CreateDomainCommandInput>, RegExp]>([
  [{ VpcId: 'vpc-none' }, /vpc-none/],
  [{ SubnetIds: ['subnet-none'] }, /subnet-none/],
  [{ SubnetIds: ['subnet-other'] }, /not in the VPC/],
  [{ SubnetIds: [] }, /SubnetIds/],
  [{ DomainName: 'under_score' }, /domainName/],
  [JSON.parse('{"AppNetworkAccessType":"Open"}'), /enum value set/],
  [{ DefaultUserSettings: { SecurityGroups: ['sg-none'] } }, /sg-none/],
  [{ DefaultUserSettings: { ExecutionRole: 'studio' } }, /executionRole/],
])('%j is refused', async (input, message) => {
  const creating = createDomain(input);
  await expect(creating).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(creating).rejects.toThrow(message);
  expect(state.domains.size).toBe(0);
});

test('updating a domain can take it out of VpcOnly, and leaves alone what it does not name', async () => {
  const DomainId = await createDomain();
  await client.send(
    new sagemaker.UpdateDomainCommand({
      DomainId,
      AppNetworkAccessType: 'PublicInternetOnly',
      SubnetIds: ['subnet-2'],
      DefaultUserSettings: { SecurityGroups: [] },
      DomainSettingsForUpdate: { IpAddressType: 'dualstack' },
    }),
  );
  expect(await describeDomain(DomainId)).toMatchObject({
    AppNetworkAccessType: 'PublicInternetOnly',
    SubnetIds: ['subnet-2'],
    VpcId: 'vpc-1',
    DefaultUserSettings: { ExecutionRole: ROLE, SecurityGroups: [] },
    DomainSettings: { IpAddressType: 'dualstack' },
  });
});

test('the network of a domain cannot be moved away from under running apps', async () => {
  const DomainId = await createDomain();
  await client.send(new sagemaker.CreateUserProfileCommand({ DomainId, UserProfileName: 'ada' }));
  const app = { DomainId, UserProfileName: 'ada', AppType: 'JupyterLab', AppName: 'default' } as const;
  await client.send(new sagemaker.CreateAppCommand(app));
  const update = () =>
    client.send(new sagemaker.UpdateDomainCommand({ DomainId, AppNetworkAccessType: 'PublicInternetOnly' }));
  await expect(update()).rejects.toThrow(/InService, Pending, or Deleting/);
  await client.send(new sagemaker.DeleteAppCommand(app));
  await update();
  const { Apps } = await client.send(new sagemaker.ListAppsCommand({ DomainIdEquals: DomainId }));
  expect(Apps?.map(({ Status }) => Status)).toEqual(['Deleted']);
});

test('what is in use is not deleted: a domain with profiles, a profile with an app', async () => {
  const DomainId = await createDomain();
  const profile = { DomainId, UserProfileName: 'ada' };
  await client.send(new sagemaker.CreateUserProfileCommand(profile));
  const app = { ...profile, AppType: 'JupyterLab', AppName: 'default' } as const;
  await client.send(new sagemaker.CreateAppCommand(app));
  const remove = () => client.send(new sagemaker.DeleteDomainCommand({ DomainId }));
  await expect(remove()).rejects.toThrow(sagemaker.ResourceInUse);
  const removeProfile = () => client.send(new sagemaker.DeleteUserProfileCommand(profile));
  await expect(removeProfile()).rejects.toThrow(sagemaker.ResourceInUse);
  await client.send(new sagemaker.DeleteAppCommand(app));
  await removeProfile();
  await remove();
  await expect(describeDomain(DomainId)).rejects.toThrow(sagemaker.ResourceNotFound);
});

test('a profile of a VpcOnly domain without any security group is refused', async () => {
  const DomainId = await createDomain({ DefaultUserSettings: { ExecutionRole: ROLE } });
  const create = (UserSettings: sagemaker.UserSettings) =>
    client.send(new sagemaker.CreateUserProfileCommand({ DomainId, UserProfileName: 'ada', UserSettings }));
  await expect(create({})).rejects.toThrow(/SecurityGroups are required/);
  await create({ SecurityGroups: ['sg-1'] });
});

test('profiles are listed page by page in order of creation, and backwards when asked', async () => {
  const DomainId = await createDomain();
  for (const UserProfileName of ['ada', 'grace', 'joan'])
    await client.send(new sagemaker.CreateUserProfileCommand({ DomainId, UserProfileName }));
  const names = async (SortOrder: sagemaker.SortOrder) => {
    const pages: (string | undefined)[][] = [];
    for await (const page of sagemaker.paginateListUserProfiles(
      { client },
      { DomainIdEquals: DomainId, SortOrder },
    ))
      pages.push((page.UserProfiles ?? []).map(({ UserProfileName }) => UserProfileName));
    return pages;
  };
  expect(await names('Ascending')).toEqual([['ada', 'grace'], ['joan']]);
  expect(await names('Descending')).toEqual([['joan', 'grace'], ['ada']]);
  const listing = client.send(new sagemaker.ListUserProfilesCommand({ NextToken: 'made up' }));
  await expect(listing).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a space belongs to its domain and keeps its settings through an update', async () => {
  const DomainId = await createDomain();
  const key = { DomainId, SpaceName: 'team' };
  await client.send(new sagemaker.CreateSpaceCommand({ ...key, SpaceSettings: { AppType: 'JupyterLab' } }));
  await client.send(new sagemaker.UpdateSpaceCommand({ ...key, SpaceSettings: { RemoteAccess: 'ENABLED' } }));
  expect((await client.send(new sagemaker.DescribeSpaceCommand(key))).SpaceSettings).toEqual({
    AppType: 'JupyterLab',
    RemoteAccess: 'ENABLED',
  });
  await expect(client.send(new sagemaker.DeleteDomainCommand({ DomainId }))).rejects.toThrow(
    sagemaker.ResourceInUse,
  );
});

test('a notebook instance has the internet unless told otherwise, and is deleted only when stopped', async () => {
  const NotebookInstanceName = 'old';
  const create = (input: Partial<sagemaker.CreateNotebookInstanceCommandInput>) =>
    client.send(
      new sagemaker.CreateNotebookInstanceCommand({
        NotebookInstanceName,
        InstanceType: 'ml.t3.medium',
        RoleArn: ROLE,
        ...input,
      }),
    );
  await expect(create({ DirectInternetAccess: 'Disabled' })).rejects.toThrow(/without a SubnetId/);
  await create({ SubnetId: 'subnet-1', SecurityGroupIds: ['sg-1'] });
  const describe = () => client.send(new sagemaker.DescribeNotebookInstanceCommand({ NotebookInstanceName }));
  expect(await describe()).toMatchObject({ DirectInternetAccess: 'Enabled', SubnetId: 'subnet-1' });
  const remove = () => client.send(new sagemaker.DeleteNotebookInstanceCommand({ NotebookInstanceName }));
  await expect(remove()).rejects.toThrow(/Status \(InService\) not in/);
  await client.send(new sagemaker.StopNotebookInstanceCommand({ NotebookInstanceName }));
  await remove();
  await expect(describe()).rejects.toThrow('RecordNotFound');
});
