/** AWS::EC2: network ACLs, their entries, and the subnets that they guard. */
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import { flag, integer, object, oneOf, required, text, type TypeOf } from '../property-shape';
import { tagSpecifications, updateTags } from './ec2-tags';
import { provider, type Provider, type ResourceContext, returned, tagList } from './provider';

const networkAcl = provider({
  type: 'AWS::EC2::NetworkAcl',
  properties: { VpcId: required(text), Tags: tagList },
  attributes: ['Id'],
  mutable: ['Tags'],
  create: async ({ VpcId, Tags }, context) => {
    const { NetworkAcl } = await context.api.call('ec2', CreateNetworkAclCommand, {
      VpcId,
      TagSpecifications: tagSpecifications(context, 'network-acl', Tags),
    });
    const id = returned(NetworkAcl?.NetworkAclId, 'NetworkAclId');
    return { physicalId: id, attributes: { Id: id } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteNetworkAclCommand, { NetworkAclId: physicalId });
  },
});

const entryMembers = {
  NetworkAclId: required(text),
  RuleNumber: required(integer),
  Egress: flag,
  Protocol: required(integer),
  RuleAction: required(oneOf('allow', 'deny')),
  CidrBlock: text,
  Ipv6CidrBlock: text,
  Icmp: object({ Code: integer, Type: integer }),
  PortRange: object({ From: integer, To: integer }),
};
const entryShape = object(entryMembers);

function aclEntry({ Icmp, Protocol, Egress = false, ...entry }: TypeOf<typeof entryShape>) {
  return {
    ...entry,
    Egress,
    Protocol: String(Protocol),
    ...(Icmp === undefined ? {} : { IcmpTypeCode: Icmp }),
  };
}

const networkAclEntry = provider({
  type: 'AWS::EC2::NetworkAclEntry',
  properties: entryMembers,
  attributes: ['Id'],
  mutable: ['CidrBlock', 'Icmp', 'Ipv6CidrBlock', 'PortRange', 'Protocol', 'RuleAction'],
  create: async (entry, { api }) => {
    await api.call('ec2', CreateNetworkAclEntryCommand, aclEntry(entry));
    const id = `${entry.NetworkAclId}|${entry.RuleNumber}|${entry.Egress ?? false}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('ec2', ReplaceNetworkAclEntryCommand, aclEntry(after));
    return current;
  },
  remove: async ({ properties: { NetworkAclId, RuleNumber, Egress = false } }, { api }) => {
    await api.call('ec2', DeleteNetworkAclEntryCommand, { NetworkAclId, RuleNumber, Egress });
  },
});

const subnetNetworkAclAssociation = provider({
  type: 'AWS::EC2::SubnetNetworkAclAssociation',
  properties: { NetworkAclId: required(text), SubnetId: required(text) },
  attributes: ['AssociationId'],
  mutable: ['NetworkAclId'],
  create: async ({ NetworkAclId, SubnetId }, context) => {
    const id = await useAcl(context, SubnetId, NetworkAclId);
    return { physicalId: id, attributes: { AssociationId: id } };
  },
  update: async ({ after }, context) => {
    const id = await useAcl(context, after.SubnetId, after.NetworkAclId);
    return { physicalId: id, attributes: { AssociationId: id } };
  },
  // A subnet always has an ACL: without this association it is the VPC's default again.
  remove: async ({ properties: { SubnetId } }, context) => {
    const own = await aclsWith(context, 'association.subnet-id', SubnetId);
    const defaults = await aclsWith(context, 'default', 'true');
    const vpcDefault = defaults.find(({ VpcId }) => VpcId === own[0]?.VpcId)?.NetworkAclId;
    await useAcl(context, SubnetId, returned(vpcDefault, 'the default network ACL'));
  },
});

async function aclsWith({ api }: ResourceContext, Name: string, value: string) {
  const found = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('ec2', DescribeNetworkAclsCommand, {
      Filters: [{ Name, Values: [value] }],
      NextToken,
    });
    found.push(...(page.NetworkAcls ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

async function useAcl(context: ResourceContext, SubnetId: string, NetworkAclId: string): Promise<string> {
  const [current] = await aclsWith(context, 'association.subnet-id', SubnetId);
  const association = current?.Associations?.find((each) => each.SubnetId === SubnetId);
  const { NewAssociationId } = await context.api.call('ec2', ReplaceNetworkAclAssociationCommand, {
    AssociationId: association?.NetworkAclAssociationId,
    NetworkAclId,
  });
  return returned(NewAssociationId, 'NewAssociationId');
}

export const ec2NetworkAclProviders: readonly Provider[] = [
  networkAcl,
  networkAclEntry,
  subnetNetworkAclAssociation,
];
