/** The EC2 calls on network ACLs. */
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  type DescribeNetworkAclsRequest,
  type NetworkAcl,
  type NetworkAclEntry,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described, flag } from './filters';
import { chosen, dependencyViolation, existing, given, stored } from './ids';
import { networkAclEntry, newNetworkAcl } from './network-acl-entry';
import { specifiedTags } from './tags';

type EntryKey = Pick<NetworkAclEntry, 'RuleNumber' | 'Egress'>;

function entryAt(acl: NetworkAcl, { RuleNumber, Egress }: EntryKey): NetworkAclEntry | undefined {
  return (acl.Entries ?? []).find((entry) => entry.RuleNumber === RuleNumber && entry.Egress === Egress);
}

function existingEntry(acl: NetworkAcl, key: EntryKey): NetworkAclEntry {
  const entry = entryAt(acl, key);
  const closing = (key.RuleNumber ?? 0) > 32_766;
  if (entry === undefined || closing) {
    const direction = key.Egress === true ? 'egress' : 'ingress';
    throw new ApiError(
      'InvalidNetworkAclEntry.NotFound',
      `The specified ${direction} rule with number ${key.RuleNumber} does not exist in ${acl.NetworkAclId}`,
    );
  }
  return entry;
}

function reassociate(state: LabState, associationId: string, to: NetworkAcl): string {
  for (const from of state.networkAcls.values()) {
    const association = from.Associations?.find(
      (candidate) => candidate.NetworkAclAssociationId === associationId,
    );
    if (association === undefined) continue;
    if (from.VpcId !== to.VpcId) {
      throw new ApiError(
        'InvalidParameterValue',
        `network ACL ${to.NetworkAclId} and subnet ${association.SubnetId} belong to different networks`,
      );
    }
    from.Associations = from.Associations?.filter((other) => other !== association);
    const id = newId(state, 'aclassoc');
    to.Associations = [
      ...(to.Associations ?? []),
      { ...association, NetworkAclAssociationId: id, NetworkAclId: to.NetworkAclId },
    ];
    return id;
  }
  throw new ApiError('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
}

const ofEntries = (field: 'CidrBlock' | 'Ipv6CidrBlock' | 'Protocol' | 'RuleAction') => (acl: NetworkAcl) =>
  (acl.Entries ?? []).map((entry) => entry[field]);

function describe(context: LabContext, request: DescribeNetworkAclsRequest) {
  const { records, NextToken } = described(
    chosen(context.state.networkAcls, 'networkAcl', request.NetworkAclIds),
    {
      context,
      request,
      filters: request.Filters,
      fields: {
        'association.association-id': (acl) =>
          (acl.Associations ?? []).map((association) => association.NetworkAclAssociationId),
        'association.network-acl-id': (acl) =>
          (acl.Associations ?? []).map((association) => association.NetworkAclId),
        'association.subnet-id': (acl) => (acl.Associations ?? []).map((association) => association.SubnetId),
        default: (acl) => [flag(acl.IsDefault)],
        'entry.cidr': ofEntries('CidrBlock'),
        'entry.egress': (acl) => (acl.Entries ?? []).map((entry) => flag(entry.Egress)),
        'entry.ipv6-cidr': ofEntries('Ipv6CidrBlock'),
        'entry.protocol': ofEntries('Protocol'),
        'entry.rule-action': ofEntries('RuleAction'),
        'entry.rule-number': (acl) => (acl.Entries ?? []).map((entry) => String(entry.RuleNumber)),
        'network-acl-id': (acl) => [acl.NetworkAclId],
        'owner-id': (acl) => [acl.OwnerId],
        'vpc-id': (acl) => [acl.VpcId],
      },
      tags: (acl) => acl.Tags,
    },
  );
  return { NetworkAcls: records, NextToken };
}

/** Create-, Delete-, DescribeNetworkAcl(s); Create-, Replace-, DeleteNetworkAclEntry; ReplaceNetworkAclAssociation. */
export function networkAclHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const aclOf = (id: string | undefined) => existing(state.networkAcls, 'networkAcl', id, 'networkAclId');
  return [
    on('ec2', CreateNetworkAclCommand, ({ VpcId, TagSpecifications }) => {
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      const tags = specifiedTags(TagSpecifications, 'network-acl');
      return { NetworkAcl: newNetworkAcl(state, { vpc, isDefault: false, tags }) };
    }),
    on('ec2', DeleteNetworkAclCommand, ({ NetworkAclId }) => {
      const acl = aclOf(NetworkAclId);
      const id = stored(acl.NetworkAclId, 'NetworkAclId');
      if (acl.IsDefault === true)
        throw new ApiError('InvalidParameterValue', `cannot delete default network ACL ${id}`);
      if ((acl.Associations ?? []).length > 0) throw dependencyViolation('networkAcl', id);
      state.networkAcls.delete(id);
      return {};
    }),
    on('ec2', DescribeNetworkAclsCommand, (request) => describe(context, request)),
    on('ec2', CreateNetworkAclEntryCommand, (request) => {
      const acl = aclOf(request.NetworkAclId);
      const entry = networkAclEntry(request);
      if (entryAt(acl, entry) !== undefined) {
        throw new ApiError(
          'NetworkAclEntryAlreadyExists',
          `The network acl entry identified by ${entry.RuleNumber} already exists.`,
        );
      }
      acl.Entries = [...(acl.Entries ?? []), entry];
      return {};
    }),
    on('ec2', ReplaceNetworkAclEntryCommand, (request) => {
      const acl = aclOf(request.NetworkAclId);
      const entry = networkAclEntry(request);
      const old = existingEntry(acl, entry);
      acl.Entries = acl.Entries?.map((other) => (other === old ? entry : other));
      return {};
    }),
    on('ec2', DeleteNetworkAclEntryCommand, ({ NetworkAclId, RuleNumber, Egress }) => {
      const acl = aclOf(NetworkAclId);
      const old = existingEntry(acl, { RuleNumber, Egress: given(Egress, 'egress') });
      acl.Entries = acl.Entries?.filter((other) => other !== old);
      return {};
    }),
    on('ec2', ReplaceNetworkAclAssociationCommand, ({ AssociationId, NetworkAclId }) => ({
      NewAssociationId: reassociate(state, given(AssociationId, 'associationId'), aclOf(NetworkAclId)),
    })),
  ];
}
