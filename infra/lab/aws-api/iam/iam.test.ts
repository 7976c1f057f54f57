import * as iam from '@aws-sdk/client-iam';
import * as fc from 'fast-check';
import { newLabState } from '../../state';
import { startApiServer, type ApiServer } from '../server';
import { encodedDocument } from './answers';
import { iamHandlers } from './iam';

let server: ApiServer;
let client: iam.IAMClient;

const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: "it's (a) *!", Effect: 'Allow' }],
});
const CORE = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

beforeEach(async () => {
  const context = { state: newLabState(), hosts: () => null, now: () => new Date(), pageSize: 2 };
  server = await startApiServer({ context, handlers: iamHandlers(context) });
  client = new iam.IAMClient({
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

const createRole = (input: Partial<iam.CreateRoleCommandInput> = {}) =>
  client.send(
    new iam.CreateRoleCommand({ RoleName: 'studio', AssumeRolePolicyDocument: DOCUMENT, ...input }),
  );

test('policy documents travel URL-encoded, and decode to what was put', async () => {
  const { Role } = await createRole({ Path: '/studio/' });
  expect(Role?.Arn).toBe('arn:aws:iam::123456789012:role/studio/studio');
  expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B/);
  await client.send(
    new iam.PutRolePolicyCommand({ RoleName: 'studio', PolicyName: 'p', PolicyDocument: DOCUMENT }),
  );
  const { PolicyDocument = '' } = await client.send(
    new iam.GetRolePolicyCommand({ RoleName: 'studio', PolicyName: 'p' }),
  );
  expect(PolicyDocument).toMatch(/^[A-Za-z0-9%._~-]+$/);
  expect(decodeURIComponent(PolicyDocument)).toBe(DOCUMENT);
});

test('any text is encoded to unreserved characters and decodes to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = encodedDocument(text);
      expect(encoded).toMatch(/^[A-Za-z0-9%._~-]*$/);
      expect(decodeURIComponent(encoded)).toBe(text);
    }),
  );
});

test.each(['', 'not JSON', '[]', '{"Version":"2012-10-17"}', 'null'])(
  '%j is no policy document',
  async (document) => {
    await createRole();
    const putting = client.send(
      new iam.PutRolePolicyCommand({ RoleName: 'studio', PolicyName: 'p', PolicyDocument: document }),
    );
    await expect(putting).rejects.toThrow(iam.MalformedPolicyDocumentException);
  },
);

test('inline policies are listed page by page', async () => {
  await createRole();
  for (const PolicyName of ['a', 'b', 'c'])
    await client.send(
      new iam.PutRolePolicyCommand({ RoleName: 'studio', PolicyName, PolicyDocument: DOCUMENT }),
    );
  const pages: string[][] = [];
  for await (const page of iam.paginateListRolePolicies({ client }, { RoleName: 'studio' }))
    pages.push(page.PolicyNames ?? []);
  expect(pages).toEqual([['a', 'b'], ['c']]);
});

test("a policy that AWS manages resolves to the lab's short form, which says that it is one", async () => {
  await createRole();
  await client.send(new iam.AttachRolePolicyCommand({ RoleName: 'studio', PolicyArn: CORE }));
  const { AttachedPolicies } = await client.send(
    new iam.ListAttachedRolePoliciesCommand({ RoleName: 'studio' }),
  );
  expect(AttachedPolicies).toEqual([{ PolicyArn: CORE, PolicyName: 'AmazonSSMManagedInstanceCore' }]);
  const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn: CORE }));
  const { PolicyVersion } = await client.send(
    new iam.GetPolicyVersionCommand({ PolicyArn: CORE, VersionId: Policy?.DefaultVersionId ?? '' }),
  );
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('"Sid":"ShortFormOfTheLab"');
});

test.each([
  'arn:aws:iam::aws:policy/AmazonNoSuchPolicy',
  'arn:aws:iam::aws:policy/service-role/AmazonSSMManagedInstanceCore',
  'arn:aws:iam::aws:policy/toString',
  'arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore',
  'arn:aws:iam::123456789012:policy/none',
])('%s is no policy', async (PolicyArn) => {
  await createRole();
  const attaching = client.send(new iam.AttachRolePolicyCommand({ RoleName: 'studio', PolicyArn }));
  await expect(attaching).rejects.toThrow(iam.NoSuchEntityException);
});

test('a permissions boundary comes back with the role', async () => {
  const { Policy } = await client.send(
    new iam.CreatePolicyCommand({ PolicyName: 'edge', PolicyDocument: DOCUMENT }),
  );
  await createRole({ PermissionsBoundary: Policy?.Arn });
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'studio' }));
  expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(Policy?.Arn);
});

test('a role in use is not deleted, and its instance profile carries it', async () => {
  await createRole();
  const profile = { InstanceProfileName: 'probe' };
  await client.send(new iam.CreateInstanceProfileCommand(profile));
  await client.send(new iam.AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'studio' }));
  const { InstanceProfile } = await client.send(new iam.GetInstanceProfileCommand(profile));
  expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(['studio']);
  const remove = () => client.send(new iam.DeleteRoleCommand({ RoleName: 'studio' }));
  await expect(remove()).rejects.toThrow(iam.DeleteConflictException);
  await client.send(new iam.RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: 'studio' }));
  await client.send(
    new iam.PutRolePolicyCommand({ RoleName: 'studio', PolicyName: 'p', PolicyDocument: DOCUMENT }),
  );
  await expect(remove()).rejects.toThrow(iam.DeleteConflictException);
  await client.send(new iam.DeleteRolePolicyCommand({ RoleName: 'studio', PolicyName: 'p' }));
  await remove();
  await expect(client.send(new iam.GetRoleCommand({ RoleName: 'studio' }))).rejects.toThrow(
    iam.NoSuchEntityException,
  );
});

test('names are unique', async () => {
  await createRole();
  await expect(createRole()).rejects.toThrow(iam.EntityAlreadyExistsException);
  await expect(createRole({ RoleName: 'a b' })).rejects.toMatchObject({ name: 'ValidationError' });
});
