/** What the tests of this folder share: an account of the lab behind the wire, and the parts of a network in it. */
import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { type LabState, newLabState } from '../../state';
import type { LabContext } from '../handler';
import { startApiServer } from '../server';
import { ec2Handlers } from './ec2';
import { stored } from './ids';

export interface TestAccount {
  readonly ec2: EC2Client;
  readonly state: LabState;
  close(): Promise<void>;
}

export const testTime = new Date('2026-03-04T05:06:07.000Z');

/** Opens an empty account; pages are large unless the test asks for small ones. */
export async function openAccount({
  pageSize = 1000,
}: { readonly pageSize?: number } = {}): Promise<TestAccount> {
  const state = newLabState();
  const context: LabContext = { state, hosts: () => null, now: () => testTime, pageSize };
  const server = await startApiServer({ context, handlers: ec2Handlers(context) });
  const ec2 = new EC2Client({
    region: state.region,
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  return {
    ec2,
    state,
    close: async () => {
      ec2.destroy();
      await server.close();
    },
  };
}

/** The error's code, or `no error`: what the tests of refusals compare. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

export async function createVpc({ ec2 }: TestAccount, CidrBlock = '10.0.0.0/16'): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock }));
  return stored(Vpc?.VpcId, 'VpcId');
}

export async function createSubnet({ ec2 }: TestAccount, VpcId: string, CidrBlock: string): Promise<string> {
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }));
  return stored(Subnet?.SubnetId, 'SubnetId');
}

export async function createRouteTable({ ec2 }: TestAccount, VpcId: string): Promise<string> {
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  return stored(RouteTable?.RouteTableId, 'RouteTableId');
}

export async function createInternetGateway({ ec2 }: TestAccount, VpcId: string): Promise<string> {
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = stored(InternetGateway?.InternetGatewayId, 'InternetGatewayId');
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
}

export async function createNatGateway(
  { ec2 }: TestAccount,
  SubnetId: string,
): Promise<{ natGatewayId: string; allocationId: string }> {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  return {
    natGatewayId: stored(NatGateway?.NatGatewayId, 'NatGatewayId'),
    allocationId: stored(AllocationId, 'AllocationId'),
  };
}

/** An endpoint like those that Network Firewall makes, here of some third party's service. */
export async function createGwlbEndpoint(
  { ec2 }: TestAccount,
  VpcId: string,
  subnetId: string,
): Promise<string> {
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      VpcEndpointType: 'GatewayLoadBalancer',
      ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0',
      SubnetIds: [subnetId],
    }),
  );
  return stored(VpcEndpoint?.VpcEndpointId, 'VpcEndpointId');
}
