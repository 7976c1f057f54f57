/** The VPC itself, its subnets, and what is set for it as a whole. */
import {
  DescribeDhcpOptionsCommand,
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { CallFailed, NotReturned } from '../call-failed';
import type { VpcAttributes } from '../snapshot';
import { filterPortions, type Reading, type SectionReaders } from './reading';

/** `MaxResults` that these operations allow (EC2 API reference); without it AWS may refuse very large accounts. */
const MAX_RESULTS = 1000;

const inVpc = ({ target }: Reading) => ({
  Filters: [{ Name: 'vpc-id', Values: [target.vpcId] }],
  MaxResults: MAX_RESULTS,
});

export const vpcReaders = {
  vpc: async ({ pages, target }) => {
    const input = { Filters: [{ Name: 'vpc-id', Values: [target.vpcId] }], MaxResults: MAX_RESULTS };
    const [vpc, ...others] = await pages('ec2', DescribeVpcsCommand, input, (page) => page.Vpcs);
    if (vpc?.VpcId === target.vpcId && others.length === 0) return vpc;
    throw new CallFailed(
      'ec2:DescribeVpcs',
      new NotReturned(`there is no VPC ${target.vpcId} in ${target.region}`),
    );
  },
  vpcAttributes: async (reading) => {
    const [support, hostnames] = await Promise.all([
      vpcAttribute(reading, 'enableDnsSupport'),
      vpcAttribute(reading, 'enableDnsHostnames'),
    ]);
    const attributes: VpcAttributes = {
      VpcId: reading.target.vpcId,
      EnableDnsSupport: support,
      EnableDnsHostnames: hostnames,
    };
    return attributes;
  },
  subnets: (reading) => reading.pages('ec2', DescribeSubnetsCommand, inVpc(reading), (page) => page.Subnets),
  networkAcls: (reading) =>
    reading.pages('ec2', DescribeNetworkAclsCommand, inVpc(reading), (page) => page.NetworkAcls),
  securityGroups: (reading) =>
    reading.pages('ec2', DescribeSecurityGroupsCommand, inVpc(reading), (page) => page.SecurityGroups),
  networkInterfaces: (reading) =>
    reading.pages('ec2', DescribeNetworkInterfacesCommand, inVpc(reading), (page) => page.NetworkInterfaces),
  instances: async (reading) => {
    const reservations = await reading.pages(
      'ec2',
      DescribeInstancesCommand,
      inVpc(reading),
      (page) => page.Reservations,
    );
    return reservations.flatMap(({ Instances, ReservationId }) => {
      if (Instances !== undefined) return Instances;
      throw new CallFailed(
        'ec2:DescribeInstances',
        new NotReturned(`the instances of reservation ${ReservationId}`),
      );
    });
  },
  vpcBlockPublicAccess: async ({ ask, target }) => {
    const { VpcBlockPublicAccessOptions: options } = await ask(
      'ec2',
      DescribeVpcBlockPublicAccessOptionsCommand,
      {},
    );
    if (options !== undefined) return options;
    const missing = new NotReturned(`AWS did not return the block public access options of ${target.region}`);
    throw new CallFailed('ec2:DescribeVpcBlockPublicAccessOptions', missing);
  },
  vpcBlockPublicAccessExclusions: ({ pages }) =>
    pages(
      'ec2',
      DescribeVpcBlockPublicAccessExclusionsCommand,
      { MaxResults: MAX_RESULTS },
      (page) => page.VpcBlockPublicAccessExclusions,
    ),
  flowLogs: async (reading) => {
    const subnets = await reading.section('subnets');
    const resources = [reading.target.vpcId, ...subnets.map(({ SubnetId }) => subnetIdOf(SubnetId))];
    const portions = filterPortions(resources).map((Values) =>
      reading.pages(
        'ec2',
        DescribeFlowLogsCommand,
        { Filter: [{ Name: 'resource-id', Values }], MaxResults: MAX_RESULTS },
        (page) => page.FlowLogs,
      ),
    );
    return (await Promise.all(portions)).flat();
  },
  dhcpOptions: async (reading) => {
    const { DhcpOptionsId } = await reading.section('vpc');
    if (DhcpOptionsId === undefined)
      throw new CallFailed(
        'ec2:DescribeVpcs',
        new NotReturned('AWS did not return DhcpOptionsId of the VPC'),
      );
    // "default if the VPC is not associated with any set" (EC2 API reference, Vpc): there is nothing to describe.
    if (DhcpOptionsId === 'default') return [];
    return reading.pages(
      'ec2',
      DescribeDhcpOptionsCommand,
      { Filters: [{ Name: 'dhcp-options-id', Values: [DhcpOptionsId] }], MaxResults: MAX_RESULTS },
      (page) => page.DhcpOptions,
    );
  },
} satisfies Partial<SectionReaders>;

function subnetIdOf(SubnetId: string | undefined): string {
  if (SubnetId !== undefined) return SubnetId;
  throw new CallFailed('ec2:DescribeSubnets', new NotReturned('AWS did not return SubnetId'));
}

async function vpcAttribute(
  { ask, target }: Reading,
  attribute: 'enableDnsSupport' | 'enableDnsHostnames',
): Promise<boolean> {
  const answer = await ask('ec2', DescribeVpcAttributeCommand, { VpcId: target.vpcId, Attribute: attribute });
  const { Value } =
    (attribute === 'enableDnsSupport' ? answer.EnableDnsSupport : answer.EnableDnsHostnames) ?? {};
  if (Value !== undefined) return Value;
  throw new CallFailed('ec2:DescribeVpcAttribute', new NotReturned(`AWS did not return ${attribute}`));
}
