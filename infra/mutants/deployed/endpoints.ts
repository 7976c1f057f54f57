/** Entries of the VPC endpoints. */
import {
  DeleteVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointRequest,
} from '@aws-sdk/client-ec2';
import type { Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { NAT, SM } from './route-calls';
import { newGroup } from './vpc-only';

const API = 'SageMakerAPIEndpoint';
const S3 = 'S3Endpoint';

async function modify(
  { ec2, id }: Deployed,
  endpoint: string,
  changes: Omit<ModifyVpcEndpointRequest, 'VpcEndpointId'>,
): Promise<void> {
  await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id(endpoint), ...changes }));
}

const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }],
});

export function endpointEntries(): readonly DeployedEntry[] {
  return [...presence(), ...policies()];
}

function presence(): readonly DeployedEntry[] {
  return [
    {
      id: 'E01',
      what: 'There is no endpoint of the SageMaker API.',
      expect: fails('endpoints/required-exist'),
      api: async ({ ec2, id }) => {
        await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id(API)] }));
      },
    },
    {
      id: 'E02',
      what: 'The endpoint has a security group that lets nobody in.',
      expect: fails('endpoints/reachable'),
      api: async (at) =>
        modify(at, API, {
          AddSecurityGroupIds: [await newGroup(at, 'closed')],
          RemoveSecurityGroupIds: [at.id('VPCEndpointSecurityGroup')],
        }),
    },
    {
      id: 'E03',
      what: 'The endpoint has no private DNS.',
      expect: fails('endpoints/private-dns'),
      api: (at) => modify(at, API, { PrivateDnsEnabled: false }),
    },
    {
      id: 'E07',
      what: 'The S3 gateway endpoint is in no table of the Studio subnet.',
      expect: fails('endpoints/required-exist'),
      api: (at) => modify(at, S3, { RemoveRouteTableIds: [at.id(SM)] }),
    },
    {
      id: 'E09',
      what: "The S3 gateway endpoint is in the NAT subnet's table only.",
      expect: fails('endpoints/required-exist'),
      api: (at) => modify(at, S3, { AddRouteTableIds: [at.id(NAT)], RemoveRouteTableIds: [at.id(SM)] }),
    },
  ];
}

function policies(): readonly DeployedEntry[] {
  return [
    {
      id: 'E06',
      what: 'The endpoint has the default policy, which allows everything.',
      expect: fails('endpoints/policies-are-scoped'),
      api: (at) => modify(at, API, { ResetPolicy: true }),
    },
    {
      id: 'E08',
      what: 'The S3 gateway endpoint lets every bucket be written to.',
      expect: fails('endpoints/policies-are-scoped'),
      api: (at) => modify(at, S3, { PolicyDocument: everything }),
    },
  ];
}
