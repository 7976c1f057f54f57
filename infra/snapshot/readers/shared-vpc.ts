/**
 * A VPC that another account shares: this account sees its own things in it, and of the owner's only a part. What AWS leaves
 * out of an answer is then not absent, so what a participant cannot see is unread, in this one place.
 */
import { CallFailed, NotReturned } from '../call-failed';
import type { SectionName } from '../snapshot';
import type { Reading, SectionReaders } from './reading';

/**
 * What an account does not see, or not all of, in a VPC that is not its own.
 *
 * Facts: VPC user guide, "Responsibilities and permissions for owners and participants" (vpc-share-limitations): participants
 * cannot describe NAT gateways, egress-only internet gateways, and the flow logs of shared subnets; they can describe
 * internet gateways, route tables, network ACLs, subnets, the VPC with its attributes and DHCP options; peering connections,
 * endpoints, Resolver endpoints and transit gateway attachments are the owner's. REPORT (amazon-ecs-exec-checker, pull
 * request 29): DescribeVpcEndpoints answers a participant with an empty list. DERIVED: firewalls and DNS Firewall
 * associations are made by the owner in its account; interfaces and security groups of others are not listed; blocking
 * public access is set in the account that owns the internet gateway.
 */
const UNSEEN: Readonly<Partial<Record<SectionName, string>>> = {
  natGateways: 'NAT gateways',
  egressOnlyInternetGateways: 'egress-only internet gateways',
  flowLogs: 'flow logs of the VPC and of its subnets',
  vpcEndpoints: 'VPC endpoints',
  networkInterfaces: 'network interfaces of other accounts',
  securityGroups: 'security groups of other accounts',
  vpcPeeringConnections: 'peering connections',
  transitGatewayVpcAttachments: 'transit gateway attachments',
  vpcBlockPublicAccess: "owner's block public access",
  vpcBlockPublicAccessExclusions: "owner's exclusions from block public access",
  firewalls: 'firewalls',
  vpcEndpointAssociations: 'firewall endpoints',
  resolverFirewall: 'DNS Firewall associations',
};

/** The readers, of which those of what a participant does not see refuse in a VPC that is not known to be the account's. */
export function ofOwnVpc(readers: SectionReaders): SectionReaders {
  const guarded = Object.entries(UNSEEN).map(([name, what]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key of the table
    const read: (reading: Reading) => Promise<unknown> = readers[name as SectionName];
    return [name, (reading: Reading) => ownVpc(reading, what).then(() => read(reading))] as const;
  });
  return { ...readers, ...Object.fromEntries(guarded) };
}

/** Throws when the VPC is another account's, and when it is not known whose it is. */
async function ownVpc(reading: Reading, what: string): Promise<void> {
  const { vpcId, account } = reading.target;
  const owner = await ownerOf(reading);
  if (account === null)
    refuse(
      'sts:GetCallerIdentity',
      `who asks is not known, so it cannot be told whether ${vpcId} is its own`,
    );
  if (owner !== account)
    refuse(
      'ec2:DescribeVpcs',
      `${vpcId} belongs to the account ${owner}, which shares it with ${account}: AWS does not show its ${what} here; read them in the account ${owner}`,
    );
}

/** By the VPC itself, or where that was not read by its subnets, which are always the same account's. */
async function ownerOf({ target, section, sectionIfRead }: Reading): Promise<string> {
  const vpc = await sectionIfRead('vpc');
  if (vpc?.OwnerId !== undefined) return vpc.OwnerId;
  const owners = new Set((await sectionIfRead('subnets'))?.map(({ OwnerId }) => OwnerId));
  const [owner, ...others] = owners;
  if (owner !== undefined && others.length === 0) return owner;
  await section('vpc'); // says what was denied
  return refuse('ec2:DescribeVpcs', `AWS did not return who owns ${target.vpcId}`);
}

function refuse(operation: string, message: string): never {
  throw new CallFailed(operation, new NotReturned(message));
}
