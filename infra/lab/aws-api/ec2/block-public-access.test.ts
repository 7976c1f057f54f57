import {
  CreateVpcBlockPublicAccessExclusionCommand,
  DeleteVpcBlockPublicAccessExclusionCommand,
  DescribeSubnetsCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcsCommand,
  type InternetGatewayBlockMode,
  ModifyVpcBlockPublicAccessExclusionCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
} from '@aws-sdk/client-ec2';
import { codeOf, createSubnet, createVpc, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const setMode = (InternetGatewayBlockMode: InternetGatewayBlockMode) =>
  account.ec2.send(new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode }));

async function modes() {
  const { Vpcs } = await account.ec2.send(new DescribeVpcsCommand({}));
  const { Subnets } = await account.ec2.send(new DescribeSubnetsCommand({}));
  return [...(Vpcs ?? []), ...(Subnets ?? [])].map(
    ({ BlockPublicAccessStates }) => BlockPublicAccessStates?.InternetGatewayBlockMode,
  );
}

test('an excluded subnet says so, whatever mode the account is set to, until the exclusion is deleted', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
  await createSubnet(account, VpcId, '10.0.2.0/24');
  await setMode('block-bidirectional');
  expect(await modes()).toEqual(['block-bidirectional', 'block-bidirectional', 'block-bidirectional']);
  const { VpcBlockPublicAccessExclusion: made } = await ec2.send(
    new CreateVpcBlockPublicAccessExclusionCommand({
      SubnetId,
      InternetGatewayExclusionMode: 'allow-egress',
    }),
  );
  expect(made).toMatchObject({
    ResourceArn: `arn:aws:ec2:us-east-1:123456789012:subnet/${SubnetId}`,
    State: 'create-complete',
  });
  expect(await modes()).toEqual(['block-bidirectional', 'block-ingress', 'block-bidirectional']);
  await ec2.send(
    new ModifyVpcBlockPublicAccessExclusionCommand({
      ExclusionId: made?.ExclusionId,
      InternetGatewayExclusionMode: 'allow-bidirectional',
    }),
  );
  expect(await modes()).toEqual(['block-bidirectional', 'off', 'block-bidirectional']);
  await setMode('off');
  expect(await modes()).toEqual(['off', 'off', 'off']);
  await setMode('block-ingress');
  await ec2.send(new DeleteVpcBlockPublicAccessExclusionCommand({ ExclusionId: made?.ExclusionId }));
  expect(await modes()).toEqual(['block-ingress', 'block-ingress', 'block-ingress']);
  const { VpcBlockPublicAccessExclusions } = await ec2.send(
    new DescribeVpcBlockPublicAccessExclusionsCommand({}),
  );
  expect(VpcBlockPublicAccessExclusions).toMatchObject([{ State: 'delete-complete' }]);
});

test('an excluded VPC speaks for its subnets', async () => {
  const VpcId = await createVpc(account);
  await createSubnet(account, VpcId, '10.0.1.0/24');
  await setMode('block-bidirectional');
  await account.ec2.send(
    new CreateVpcBlockPublicAccessExclusionCommand({
      VpcId,
      InternetGatewayExclusionMode: 'allow-bidirectional',
    }),
  );
  expect(await modes()).toEqual(['off', 'off']);
});

test('an exclusion names one thing that exists, and a mode that exists', async () => {
  const VpcId = await createVpc(account);
  const create = (input: object) =>
    codeOf(
      account.ec2.send(
        new CreateVpcBlockPublicAccessExclusionCommand({
          InternetGatewayExclusionMode: 'allow-egress',
          ...input,
        }),
      ),
    );
  expect(await create({})).toBe('InvalidParameterCombination');
  expect(await create({ VpcId: 'vpc-0123456789abcdef0' })).toBe('InvalidVpcID.NotFound');
  expect(await create({ VpcId, InternetGatewayExclusionMode: 'allow-all' })).toBe('InvalidParameterValue');
});
