import * as iam from '@aws-sdk/client-iam';
import { CreateUserProfileCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { buildStudio, startLabAccount, type LabAccount } from '../lab-account.fixture';
import { sectionValue, type Target } from '../snapshot';
import { takeSnapshot } from '../take-snapshot';

const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [] });

let account: LabAccount;
let target: Target;

beforeAll(async () => {
  account = await startLabAccount({ pageSize: 2 });
  target = await buildStudio(account);
});

afterAll(async () => account.server.close());

async function createRole(RoleName: string, PermissionsBoundary?: string): Promise<string> {
  const { Role } = await account.server.api.call('iam', iam.CreateRoleCommand, {
    RoleName,
    AssumeRolePolicyDocument: DOCUMENT,
    PermissionsBoundary,
  });
  return Role?.Arn ?? '';
}

test('the roles of shared spaces, of RStudio and of user profiles are read, each once', async () => {
  const { api } = account.server;
  const DomainId = target.domainId ?? '';
  const [spaces, rStudio, own] = [
    await createRole('spaces'),
    await createRole('rstudio'),
    await createRole('own'),
  ];
  await api.call('sagemaker', UpdateDomainCommand, {
    DomainId,
    DefaultSpaceSettings: { ExecutionRole: spaces },
    DomainSettingsForUpdate: { RStudioServerProDomainSettingsForUpdate: { DomainExecutionRoleArn: rStudio } },
  });
  for (const UserProfileName of ['mary', 'rosa'])
    await api.call('sagemaker', CreateUserProfileCommand, {
      DomainId,
      UserProfileName,
      UserSettings: { ExecutionRole: own },
    });
  const roles = sectionValue(await takeSnapshot(account.connection, target), 'executionRoles');
  expect(roles.map(({ RoleArn }) => RoleArn.slice(RoleArn.lastIndexOf('/') + 1)).sort()).toEqual([
    'own',
    'rstudio',
    'spaces',
    'studio-user',
  ]);
});

test('attached policies and the permissions boundary are read as they are stored', async () => {
  const { api } = account.server;
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'ec2:*', Resource: '*', Condition: { Bool: { 'a b%2F': 'ü' } } }],
  });
  const { Policy } = await api.call('iam', iam.CreatePolicyCommand, {
    PolicyName: 'limit',
    PolicyDocument: document,
  });
  const PolicyArn = Policy?.Arn ?? '';
  const limited = await createRole('limited', PolicyArn);
  await api.call('iam', iam.AttachRolePolicyCommand, { RoleName: 'limited', PolicyArn });
  await api.call('sagemaker', CreateUserProfileCommand, {
    DomainId: target.domainId ?? '',
    UserProfileName: 'vera',
    UserSettings: { ExecutionRole: limited },
  });
  const roles = sectionValue(await takeSnapshot(account.connection, target), 'executionRoles');
  const stored = { source: PolicyArn, name: 'limit', document };
  expect(roles.find(({ RoleArn }) => RoleArn === limited)).toEqual({
    RoleArn: limited,
    policies: [stored],
    permissionsBoundary: stored,
  });
});
