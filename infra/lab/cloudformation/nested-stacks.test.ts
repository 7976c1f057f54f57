import {
  createStack,
  deleteStack,
  holdings,
  openLabAccount,
  outputsOf,
  updateStack,
} from './lab-account.fixture';

const ROOT = `
Parameters: { Cidr: { Type: String, Default: 10.0.0.0/16 } }
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: nested/network.yaml, Parameters: { Cidr: !Ref Cidr } }
  Table:
    Type: AWS::EC2::RouteTable
    Properties: { VpcId: !GetAtt Network.Outputs.VpcId }
Outputs:
  SubnetId: { Value: !GetAtt [Network, Outputs.SubnetId] }
`;

const NETWORK = `
Parameters: { Cidr: { Type: String } }
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: !Ref Cidr } }
  Subnets: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ./parts/subnets.yaml, Parameters: { VpcId: !Ref Vpc } } }
Outputs:
  VpcId: { Value: !Ref Vpc }
  SubnetId: { Value: !GetAtt Subnets.Outputs.Id }
`;

const SUBNETS = `
Parameters: { VpcId: { Type: AWS::EC2::VPC::Id } }
Resources:
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref VpcId, CidrBlock: 10.0.3.0/24 } }
Outputs:
  Id: { Value: !Ref Subnet }
`;

const templates = { 'nested/network.yaml': NETWORK, 'nested/parts/subnets.yaml': SUBNETS };

test('stacks in stacks are found beside their parent, and hand up their outputs', async () => {
  const account = await openLabAccount({ templates });
  const stack = await createStack(account, 'root', { template: ROOT });
  expect(stack.StackStatusReason).toBeUndefined();
  expect(outputsOf(stack)).toEqual({ SubnetId: [...account.state.subnets.keys()][0] });
  const all = [...account.state.stacks.values()].map((stored) => stored.stack);
  expect(all.map(({ StackName }) => StackName)).toEqual([
    'root',
    expect.stringMatching(/^root-Network-[0-9A-F]{12}$/),
    expect.stringMatching(/^root-Network-[0-9A-F]{12}-Subnets-[0-9A-F]{12}$/),
  ]);
  expect(all[2]).toMatchObject({ ParentId: all[1]?.StackId, RootId: all[0]?.StackId });
  expect((await deleteStack(account, stack)).StackStatus).toBe('DELETE_COMPLETE');
  expect(all.map(({ StackStatus }) => StackStatus)).toEqual([
    'DELETE_COMPLETE',
    'DELETE_COMPLETE',
    'DELETE_COMPLETE',
  ]);
  expect(account.state.vpcs.size).toBe(0);
  await account.close();
});

test('what fails inside takes the outside back, and the reason names file, resource and line', async () => {
  const account = await openLabAccount({ templates });
  const before = holdings(account.state);
  const stack = await createStack(account, 'root', { template: ROOT, parameters: { Cidr: '10.1.0.0/16' } });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(stack.StackStatusReason).toMatch(
    /\[Network\].*\[Subnets\].*\[Subnet\].*Resources\.Subnet\.Properties\.CidrBlock \(line 4\)/,
  );
  expect(holdings(account.state)).toEqual(before);
  await account.close();
});

test('a change inside a nested stack reaches it', async () => {
  const mutable = { ...templates };
  const account = await openLabAccount({ templates: mutable });
  await createStack(account, 'root', { template: ROOT });
  const [subnet] = [...account.state.subnets.values()];
  expect(subnet?.MapPublicIpOnLaunch).toBe(false);
  mutable['nested/parts/subnets.yaml'] = SUBNETS.replace(
    'CidrBlock: 10.0.3.0/24',
    'CidrBlock: 10.0.3.0/24, MapPublicIpOnLaunch: true',
  );
  mutable['nested/network.yaml'] = `${NETWORK}# changed\n`;
  const stack = await updateStack(account, 'root', { template: ROOT });
  expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
  expect([...account.state.subnets.values()]).toEqual([
    expect.objectContaining({ SubnetId: subnet?.SubnetId, MapPublicIpOnLaunch: true }),
  ]);
  await account.close();
});

test.each([
  [
    'https://bucket.s3.amazonaws.com/network.yaml',
    /fetches no templates: TemplateURL https:\/\/bucket\.s3\.amazonaws\.com\/network\.yaml must be a file beside the template/,
  ],
  ['nested/gone.yaml', /There is no file nested\/gone\.yaml/],
  [
    'nested/broken.yaml',
    /in nested\/broken\.yaml: Resources\.Vpc\.Properties\.Cidr \(line 1\): Encountered unsupported property Cidr/,
  ],
  ['nested/itself.yaml', /nested more than 10 deep/],
])('a nested template at %s is refused', async (url, reason) => {
  const broken = 'Resources: { Vpc: { Type: AWS::EC2::VPC, Properties: { Cidr: 10.0.0.0/16 } } }';
  const itself =
    'Resources: { Me: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: itself.yaml } } }';
  const account = await openLabAccount({
    templates: { 'nested/broken.yaml': broken, 'nested/itself.yaml': itself },
  });
  const before = holdings(account.state);
  const template = `Resources: { N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: '${url}' } } }`;
  const stack = await createStack(account, 'root', { template });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(stack.StackStatusReason).toMatch(reason);
  expect(holdings(account.state)).toEqual(before);
  await account.close();
});
