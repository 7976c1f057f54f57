import {
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  EC2ServiceException,
  CreateVpcCommand,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import {
  AssociateFirewallRuleGroupCommand,
  ListFirewallConfigsCommand,
  ResourceNotFoundException as ResolverNotFound,
  Route53ResolverClient,
} from '@aws-sdk/client-route53resolver';
import { DescribeDomainCommand, ResourceNotFound, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetRoleCommand, IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import { newLabState } from '../state';
import { ApiError, type Handler, type LabContext, on } from './handler';
import { paginate } from './paging';
import { type ApiServer, type ApiServerOptions, startApiServer } from './server';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const clientOptions = (server: ApiServer) => ({
  endpoint: server.endpoint,
  region: 'us-east-1',
  credentials,
});

function context(): LabContext {
  return { state: newLabState(), hosts: () => null, now: () => new Date(0), pageSize: 3 };
}

let server: ApiServer | null = null;
async function start(
  handlers: ApiServerOptions['handlers'],
  options: Partial<ApiServerOptions> = {},
): Promise<ApiServer> {
  server = await startApiServer({ context: context(), handlers, ...options });
  return server;
}
afterEach(async () => {
  await server?.close();
  server = null;
});

const subnets = Array.from({ length: 7 }, (_, index) => ({
  SubnetId: `subnet-${index}`,
  CidrBlock: `10.2.${index}.0/24`,
}));

const describeSubnets: Handler = on('ec2', DescribeSubnetsCommand, ({ NextToken, MaxResults }) => {
  const page = paginate(subnets, {
    token: NextToken,
    limit: MaxResults,
    pageSize: 3,
    invalidToken: (message) => new ApiError('InvalidNextToken', message),
  });
  return { Subnets: page.items, NextToken: page.nextToken };
});

describe('answers', () => {
  test('come in pages that the SDK walks to the end', async () => {
    const { endpoint } = await start([describeSubnets]);
    const client = new EC2Client({ endpoint, region: 'us-east-1', credentials });
    const pages: string[][] = [];
    for await (const page of paginateDescribeSubnets({ client }, {}))
      pages.push((page.Subnets ?? []).map((subnet) => subnet.SubnetId ?? ''));
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(subnets.map((subnet) => subnet.SubnetId));
  });

  test('refuse a page token that was not given out, with the error of the service', async () => {
    const client = new EC2Client(clientOptions(await start([describeSubnets])));
    for (const NextToken of ['7', 'x', Buffer.from('page:8').toString('base64url')]) {
      await expect(client.send(new DescribeSubnetsCommand({ NextToken }))).rejects.toMatchObject({
        name: 'InvalidNextToken',
      });
    }
  });

  test('carry EC2 errors as EC2ServiceException with code, status and request id', async () => {
    const client = new EC2Client(
      clientOptions(
        await start([
          on('ec2', DescribeVpcsCommand, () => {
            throw new ApiError('InvalidVpcID.NotFound', "The vpc ID 'vpc-0' does not exist <&>");
          }),
        ]),
      ),
    );
    const error: unknown = await client.send(new DescribeVpcsCommand({})).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EC2ServiceException);
    expect(error).toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: "The vpc ID 'vpc-0' does not exist <&>",
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  test('carry modelled exceptions as instances of their class, in JSON, awsQuery and the resolver', async () => {
    const options = clientOptions(
      await start([
        on('sagemaker', DescribeDomainCommand, () => {
          throw new ResourceNotFound({ message: 'no domain', $metadata: {} });
        }),
        on('iam', GetRoleCommand, () => {
          throw new NoSuchEntityException({ message: 'no role', $metadata: {} });
        }),
        on('route53resolver', ListFirewallConfigsCommand, () => {
          throw new ResolverNotFound({ message: 'no config', $metadata: {} });
        }),
      ]),
    );
    await expect(
      new SageMakerClient(options).send(new DescribeDomainCommand({ DomainId: 'd-1' })),
    ).rejects.toThrow(ResourceNotFound);
    const role: unknown = await new IAMClient(options)
      .send(new GetRoleCommand({ RoleName: 'r' }))
      .catch((thrown: unknown) => thrown);
    expect(role).toBeInstanceOf(NoSuchEntityException);
    expect(role).toMatchObject({ message: 'no role', $metadata: { httpStatusCode: 404 } });
    await expect(new Route53ResolverClient(options).send(new ListFirewallConfigsCommand({}))).rejects.toThrow(
      ResolverNotFound,
    );
  });

  test('of the resolver pass members through that its old client does not know', async () => {
    const options = clientOptions(
      await start([
        on('route53resolver', AssociateFirewallRuleGroupCommand, (input) => ({
          FirewallRuleGroupAssociation: Object.assign({ Name: input.Name }, { ConfidenceThreshold: 'HIGH' }),
        })),
      ]),
    );
    const { FirewallRuleGroupAssociation: association } = await new Route53ResolverClient(options).send(
      new AssociateFirewallRuleGroupCommand({
        FirewallRuleGroupId: 'g',
        VpcId: 'vpc-1',
        Priority: 101,
        Name: 'n',
      }),
    );
    expect(association).toEqual({ Name: 'n', ConfidenceThreshold: 'HIGH' });
  });
});

describe('requests that the lab cannot answer', () => {
  test('are refused with an error that names the operation, and are not retried', async () => {
    const started = await start([]);
    await expect(
      new EC2Client(clientOptions(started)).send(new DescribeVpcsCommand({})),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'the lab has no handler for ec2:DescribeVpcs',
      $metadata: { httpStatusCode: 501, attempts: 1 },
    });
    await expect(
      new SageMakerClient(clientOptions(started)).send(new DescribeDomainCommand({ DomainId: 'd' })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'the lab has no handler for sagemaker:DescribeDomain',
    });
  });

  test('say so when they are unsigned, of an unknown service or of an unknown operation', async () => {
    const { endpoint } = await start([]);
    const scope = (service: string) => ({
      authorization: `AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    });
    const unsigned = await fetch(endpoint, { method: 'POST', body: 'Action=DescribeVpcs' });
    expect(unsigned.status).toBe(403);
    expect(await unsigned.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    const unknownService = await fetch(`${endpoint}/queue`, { headers: scope('sqs') });
    expect(unknownService.status).toBe(501);
    expect(await unknownService.text()).toContain('the lab has no service sqs');
    const prototype = await fetch(endpoint, { method: 'POST', headers: scope('constructor') });
    expect(prototype.status).toBe(501);
    const unknownOperation = await fetch(endpoint, {
      method: 'POST',
      headers: { ...scope('sagemaker'), 'x-amz-target': 'SageMaker.Nonsense' },
    });
    expect(await unknownOperation.json()).toMatchObject({
      message: 'Nonsense is not an operation of sagemaker',
    });
    const noObject = await fetch(endpoint, {
      method: 'POST',
      body: '[1]',
      headers: { ...scope('sagemaker'), 'x-amz-target': 'SageMaker.DescribeDomain' },
    });
    expect(noObject.status).toBe(400);
    expect(await noObject.json()).toMatchObject({ message: 'The request body is not a JSON object' });
  });

  test('are refused when a required member is missing or a parameter unknown, before the handler runs', async () => {
    let ran = 0;
    const started = await start((api) => {
      expect(typeof api.call).toBe('function');
      return [
        on('sagemaker', DescribeDomainCommand, () => ({ DomainId: String((ran += 1)) })),
        on('iam', GetRoleCommand, () => ({ Role: undefined, ran: (ran += 1) })),
        on('ec2', DescribeVpcsCommand, () => ({ Vpcs: [], ran: (ran += 1) })),
      ];
    });
    const options = clientOptions(started);
    await expect(
      new SageMakerClient(options).send(new DescribeDomainCommand({ DomainId: undefined })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'domainId' failed to satisfy constraint: Member must not be null",
    });
    await expect(
      new IAMClient(options).send(new GetRoleCommand({ RoleName: undefined })),
    ).rejects.toMatchObject({ name: 'ValidationError' });
    const scope = {
      authorization: 'AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/ec2/aws4_request, Signature=0',
    };
    const form = (body: string) =>
      fetch(options.endpoint, { method: 'POST', headers: scope, body }).then((answer) => answer.text());
    expect(await form('Action=DescribeVpcs&VpcIdd.1=vpc-1')).toContain(
      '<Code>UnknownParameter</Code><Message>The parameter VpcIdd is not recognized',
    );
    expect(await form('Action=DescribeVpcs&MaxResults=many')).toContain(
      'Value (many) for parameter MaxResults is invalid',
    );
    expect(ran).toBe(0);
    await expect(
      started.api.call('sagemaker', DescribeDomainCommand, { DomainId: undefined }),
    ).rejects.toThrow('Member must not be null');
  });
});

describe('changes', () => {
  test('are met by the network before the caller hears of them; reading calls and failed ones are none', async () => {
    const order: string[] = [];
    const started = await start(
      [
        describeSubnets,
        on('ec2', CreateVpcCommand, ({ CidrBlock }) => {
          if (CidrBlock === 'bad') throw new ApiError('InvalidParameterValue', 'bad');
          order.push(`create ${CidrBlock}`);
          return { Vpc: { VpcId: 'vpc-1' } };
        }),
      ],
      {
        afterChange: async () => {
          order.push('begin');
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push('met');
        },
      },
    );
    const client = new EC2Client(clientOptions(started));
    await client.send(new DescribeSubnetsCommand({}));
    await expect(client.send(new CreateVpcCommand({ CidrBlock: 'bad' }))).rejects.toThrow('bad');
    expect(order).toEqual([]);
    await client.send(new CreateVpcCommand({ CidrBlock: 'a' }));
    expect(order).toEqual(['create a', 'begin', 'met']);
    order.length = 0;
    await Promise.all([
      client.send(new CreateVpcCommand({ CidrBlock: 'b' })),
      client.send(new CreateVpcCommand({ CidrBlock: 'c' })),
    ]);
    expect(order.filter((step) => !step.startsWith('create'))).toEqual(['begin', 'met', 'begin', 'met']);
  });

  test('that the network cannot carry out fail the call', async () => {
    const started = await start([on('ec2', CreateVpcCommand, () => ({ Vpc: {} }))], {
      afterChange: () => Promise.reject(new Error('the kernel refused')),
    });
    await expect(new EC2Client(clientOptions(started)).send(new CreateVpcCommand({}))).rejects.toMatchObject({
      name: 'NetworkNotChanged',
      message: "The call was carried out, but the lab's network could not follow: the kernel refused",
    });
  });

  test('asked for as a dry run are not carried out', async () => {
    const started = await start([on('ec2', CreateVpcCommand, () => ({ Vpc: { VpcId: 'vpc-1' } }))]);
    const dryRun = new EC2Client(clientOptions(started)).send(new CreateVpcCommand({ DryRun: true }));
    await expect(dryRun).rejects.toMatchObject({
      name: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
  });

  test('in process run the same handlers on copies', async () => {
    const started = await start([on('ec2', CreateVpcCommand, ({ CidrBlock }) => ({ Vpc: { CidrBlock } }))]);
    expect(await started.api.call('ec2', CreateVpcCommand, { CidrBlock: '10.0.0.0/16' })).toEqual({
      Vpc: { CidrBlock: '10.0.0.0/16' },
    });
    await expect(started.api.call('ec2', DescribeVpcsCommand, {})).rejects.toThrow(
      'no handler for ec2:DescribeVpcs',
    );
    expect(started.calls).toEqual([]);
  });
});

test('two handlers for one operation, or one for an operation that does not exist, are refused at the start', async () => {
  await expect(start([describeSubnets, describeSubnets])).rejects.toThrow(
    'ec2:DescribeSubnets has two handlers',
  );
  await expect(
    start([{ service: 'ec2', operation: 'Nonsense', run: () => Promise.resolve({}) }]),
  ).rejects.toThrow('ec2:Nonsense is not an operation');
  await expect(
    start([{ service: 'sqs', operation: 'SendMessage', run: () => Promise.resolve({}) }]),
  ).rejects.toThrow('does not speak to a service sqs');
});
