import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { newLabState } from '../state';
import type { LabContext } from './handler';
import { startApiServer } from './server';
import { allHandlers } from './services';
import { SIGNING_NAMES } from './wire';

function newContext(): LabContext {
  return { state: newLabState(), hosts: () => null, now: () => new Date('2026-01-02T03:04:05.678Z') };
}

test('every service has handlers, and all of them are operations of the SDK, each once', async () => {
  const context = newContext();
  // The server refuses unknown operations and two handlers for one.
  const server = await startApiServer({
    context,
    handlers: (api) => {
      const handlers = allHandlers(context, api);
      expect(new Set(handlers.map((handler) => handler.service))).toEqual(new Set(SIGNING_NAMES));
      return handlers;
    },
  });
  await server.close();
});

test('a stack deployed over the wire is met by the network once, when all of it is there', async () => {
  const context = newContext();
  const met: number[] = [];
  const server = await startApiServer({
    context,
    handlers: (api) => allHandlers(context, api),
    afterChange: async () => {
      met.push(context.state.vpcs.size);
    },
  });
  const options = {
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    maxAttempts: 1,
  };
  const cloudformation = new CloudFormationClient(options);
  const vpc = (CidrBlock: string) => ({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock } });
  const TemplateBody = JSON.stringify({ Resources: { A: vpc('10.0.0.0/16'), B: vpc('10.1.0.0/16') } });
  await cloudformation.send(new CreateStackCommand({ StackName: 'two', TemplateBody }));
  expect(
    (await cloudformation.send(new DescribeStacksCommand({ StackName: 'two' }))).Stacks?.[0]?.StackStatus,
  ).toBe('CREATE_COMPLETE');
  expect((await new EC2Client(options).send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(2);
  expect(met).toEqual([2]);
  await server.close();
});
