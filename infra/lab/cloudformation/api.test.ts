import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  paginateListStackResources,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { type LabAccount, openLabAccount } from './lab-account.fixture';

let account: LabAccount;
let client: CloudFormationClient;
beforeEach(async () => {
  account = await openLabAccount();
  client = new CloudFormationClient({
    region: 'us-east-1',
    endpoint: account.endpoint,
    credentials: { accessKeyId: 'LAB', secretAccessKey: 'lab' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await account.close();
});

const TEMPLATE = `
Description: a network
Parameters:
  Cidr: { Type: String, Default: 10.0.0.0/16, Description: of the VPC }
  Secret: { Type: String, Default: hush, NoEcho: true }
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: !Ref Cidr } }
  A: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  B: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  C: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  D: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  E: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Role:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } }
Outputs:
  VpcId: { Value: !Ref Vpc, Export: { Name: vpc } }
`;

test('a stack over the wire: created, described, paged, exported, updated, deleted', async () => {
  const { StackId } = await client.send(
    new CreateStackCommand({
      StackName: 'net',
      TemplateBody: TEMPLATE,
      Capabilities: ['CAPABILITY_IAM'],
      Tags: [{ Key: 'team', Value: 'x' }],
    }),
  );
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'net' }));
  const [vpcId] = [...account.state.vpcs.keys()];
  expect(Stacks).toEqual([
    expect.objectContaining({
      StackId,
      StackStatus: 'CREATE_COMPLETE',
      Description: 'a network',
      Parameters: [
        { ParameterKey: 'Cidr', ParameterValue: '10.0.0.0/16' },
        { ParameterKey: 'Secret', ParameterValue: '****' },
      ],
      Outputs: [{ OutputKey: 'VpcId', OutputValue: vpcId, ExportName: 'vpc' }],
      Tags: [{ Key: 'team', Value: 'x' }],
    }),
  ]);
  const pages = [];
  for await (const page of paginateListStackResources({ client }, { StackName: 'net' }))
    pages.push(page.StackResourceSummaries ?? []);
  expect(pages.length).toBeGreaterThan(1);
  const listed = new Set(pages.flat().map(({ LogicalResourceId }) => LogicalResourceId));
  expect(listed).toEqual(new Set(['A', 'B', 'C', 'D', 'E', 'Role', 'Vpc']));
  const { StackResources } = await client.send(
    new DescribeStackResourcesCommand({ PhysicalResourceId: vpcId }),
  );
  expect(StackResources).toHaveLength(7);
  const { StackResourceDetail } = await client.send(
    new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId: 'Vpc' }),
  );
  expect(StackResourceDetail).toMatchObject({ PhysicalResourceId: vpcId, ResourceStatus: 'CREATE_COMPLETE' });
  expect((await client.send(new ListExportsCommand({}))).Exports).toEqual([
    { Name: 'vpc', Value: vpcId, ExportingStackId: StackId },
  ]);
  expect((await client.send(new GetTemplateCommand({ StackName: 'net' }))).TemplateBody).toBe(TEMPLATE);

  await client
    .send(
      new UpdateStackCommand({
        StackName: 'net',
        UsePreviousTemplate: true,
        Parameters: [
          { ParameterKey: 'Cidr', UsePreviousValue: true },
          { ParameterKey: 'Secret', ParameterValue: 'other' },
        ],
        Capabilities: ['CAPABILITY_IAM'],
      }),
    )
    .then(
      () => expect('an update').toBe('refused'),
      (error: Error) => expect(error.message).toBe('No updates are to be performed.'),
    );

  await client.send(new DeleteStackCommand({ StackName: 'net' }));
  await expect(client.send(new DescribeStacksCommand({ StackName: 'net' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id net does not exist',
  });
  const deleted = await client.send(new DescribeStacksCommand({ StackName: StackId }));
  expect(deleted.Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE');
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: StackId }));
  expect(StackEvents?.[0]).toMatchObject({
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: 'DELETE_COMPLETE',
  });
  await client.send(new DeleteStackCommand({ StackName: 'net' }));
});

test('change sets create and update a stack, as aws cloudformation deploy does', async () => {
  const changeSet = (TemplateBody: string, ChangeSetType: 'CREATE' | 'UPDATE') =>
    client.send(
      new CreateChangeSetCommand({
        StackName: 'net',
        ChangeSetName: 'c1',
        ChangeSetType,
        TemplateBody,
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
  await expect(changeSet(TEMPLATE, 'UPDATE')).rejects.toThrow('Stack [net] does not exist');
  const { Id } = await changeSet(TEMPLATE, 'CREATE');
  const review = await client.send(new DescribeStacksCommand({ StackName: 'net' }));
  expect(review.Stacks?.[0]?.StackStatus).toBe('REVIEW_IN_PROGRESS');
  expect(account.state.vpcs.size).toBe(0);
  const described = await client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
  expect(described).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
  expect(described.Changes?.[0]?.ResourceChange).toMatchObject({ Action: 'Add', LogicalResourceId: 'Vpc' });
  await client.send(new ExecuteChangeSetCommand({ ChangeSetName: Id }));
  const created = await client.send(new DescribeStacksCommand({ StackName: 'net' }));
  expect(created.Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');

  await changeSet(TEMPLATE, 'UPDATE');
  const empty = await client.send(new DescribeChangeSetCommand({ ChangeSetName: 'c1', StackName: 'net' }));
  expect(empty.Status).toBe('FAILED');
  expect(empty.StatusReason).toContain("The submitted information didn't contain changes.");
  await expect(
    client.send(new ExecuteChangeSetCommand({ ChangeSetName: 'c1', StackName: 'net' })),
  ).rejects.toMatchObject({
    name: 'InvalidChangeSetStatusException',
  });
  await client.send(new DeleteChangeSetCommand({ ChangeSetName: 'c1', StackName: 'net' }));

  await changeSet(
    TEMPLATE.replace('CidrBlock: !Ref Cidr', 'CidrBlock: !Ref Cidr, EnableDnsHostnames: true').replace(
      / {2}E: .*\n/,
      '',
    ),
    'UPDATE',
  );
  const update = await client.send(new DescribeChangeSetCommand({ ChangeSetName: 'c1', StackName: 'net' }));
  expect(
    update.Changes?.map(({ ResourceChange: change }) => [
      change?.Action,
      change?.LogicalResourceId,
      change?.Replacement,
    ]),
  ).toEqual([
    ['Modify', 'Vpc', 'False'],
    ['Remove', 'E', undefined],
  ]);
  await client.send(new ExecuteChangeSetCommand({ ChangeSetName: 'c1', StackName: 'net' }));
  const updated = await client.send(new DescribeStacksCommand({ StackName: 'net' }));
  expect(updated.Stacks?.[0]?.StackStatus).toBe('UPDATE_COMPLETE');
  expect([...account.state.vpcAttributes.values()][0]?.enableDnsHostnames).toBe(true);
});

test('a template is summed up and validated without being deployed', async () => {
  const summary = await client.send(new GetTemplateSummaryCommand({ TemplateBody: TEMPLATE }));
  expect(summary.Parameters?.[0]).toMatchObject({
    ParameterKey: 'Cidr',
    ParameterType: 'String',
    DefaultValue: '10.0.0.0/16',
  });
  expect(summary.Capabilities).toEqual(['CAPABILITY_IAM']);
  expect(summary.ResourceTypes).toContain('AWS::EC2::RouteTable');
  const valid = await client.send(new ValidateTemplateCommand({ TemplateBody: TEMPLATE }));
  expect(valid.Parameters).toHaveLength(2);
  await expect(
    client.send(new ValidateTemplateCommand({ TemplateBody: 'Resources: { A: {} }' })),
  ).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Resources.A (line 1): Every resource needs a Type; A has none.',
  });
});

test('requests that AWS refuses are refused before anything is made', async () => {
  const create = (input: Partial<CreateStackCommand['input']>) =>
    client.send(
      new CreateStackCommand({
        StackName: 'net',
        TemplateBody: TEMPLATE,
        Capabilities: ['CAPABILITY_IAM'],
        ...input,
      }),
    );
  await expect(create({ Capabilities: [] })).rejects.toMatchObject({
    name: 'InsufficientCapabilitiesException',
    message: 'Requires capabilities : [CAPABILITY_IAM]',
  });
  await expect(create({ StackName: 'no name' })).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(
    create({ TemplateBody: undefined, TemplateURL: 'https://s3.amazonaws.com/b/t.yaml' }),
  ).rejects.toThrow('The lab fetches no templates');
  await expect(create({ Parameters: [{ ParameterKey: 'Nope', ParameterValue: '1' }] })).rejects.toThrow(
    'Parameters: [Nope] do not exist in the template. Known here: Cidr, Secret.',
  );
  expect(account.state.stacks.size).toBe(0);
  await create({});
  await expect(create({})).rejects.toMatchObject({ name: 'AlreadyExistsException' });
});

test('a stack that failed can be left as it is, and must then be deleted', async () => {
  const body =
    'Resources:\n  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }\n  Bad: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 11.0.0.0/24 } }';
  await client.send(
    new CreateStackCommand({ StackName: 'net', TemplateBody: body, OnFailure: 'DO_NOTHING' }),
  );
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'net' }));
  expect(Stacks?.[0]?.StackStatus).toBe('CREATE_FAILED');
  expect(account.state.vpcs.size).toBe(1);
  await expect(client.send(new UpdateStackCommand({ StackName: 'net', TemplateBody: body }))).rejects.toThrow(
    'is in CREATE_FAILED state and can not be updated',
  );
  await client.send(new DeleteStackCommand({ StackName: 'net' }));
  expect(account.state.vpcs.size).toBe(0);
});
