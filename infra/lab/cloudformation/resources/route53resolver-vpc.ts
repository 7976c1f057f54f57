/** AWS::Route53Resolver: what of DNS Firewall a VPC has. */
import {
  AssociateFirewallRuleGroupCommand,
  DisassociateFirewallRuleGroupCommand,
  UpdateFirewallConfigCommand,
  UpdateFirewallRuleGroupAssociationCommand,
} from '@aws-sdk/client-route53resolver';
import { newId } from '../../state';
import { integer, oneOf, required, text } from '../property-shape';
import { generatedName, provider, type Provider, resourceTags, returned, tagList } from './provider';

const ruleGroupAssociation = provider({
  type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  properties: {
    FirewallRuleGroupId: required(text),
    VpcId: required(text),
    Priority: required(integer),
    MutationProtection: oneOf('ENABLED', 'DISABLED'),
    Name: text,
    Tags: tagList,
  },
  attributes: [
    'Arn',
    'CreationTime',
    'CreatorRequestId',
    'Id',
    'ManagedOwnerName',
    'ModificationTime',
    'Status',
    'StatusMessage',
  ],
  mutable: ['MutationProtection', 'Name', 'Priority'],
  frozen: ['Tags'],
  create: async ({ Name, Tags, ...properties }, context) => {
    const CreatorRequestId = newId(context.state, 'request');
    const { FirewallRuleGroupAssociation } = await context.api.call(
      'route53resolver',
      AssociateFirewallRuleGroupCommand,
      {
        ...properties,
        CreatorRequestId,
        Name: Name ?? generatedName(context, 64),
        Tags: resourceTags(context, Tags),
      },
    );
    const made = returned(FirewallRuleGroupAssociation, 'FirewallRuleGroupAssociation');
    const id = returned(made.Id, 'Id');
    const attributes = {
      Id: id,
      Arn: returned(made.Arn, 'Arn'),
      CreationTime: made.CreationTime ?? '',
      CreatorRequestId,
      ManagedOwnerName: made.ManagedOwnerName ?? '',
      ModificationTime: made.ModificationTime ?? '',
      Status: made.Status ?? '',
      StatusMessage: made.StatusMessage ?? '',
    };
    return { physicalId: id, attributes };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('route53resolver', UpdateFirewallRuleGroupAssociationCommand, {
      FirewallRuleGroupAssociationId: current.physicalId,
      MutationProtection: after.MutationProtection ?? 'DISABLED',
      Name: after.Name,
      Priority: after.Priority,
    });
    return current;
  },
  remove: async ({ physicalId }, { api }, { rollback }) => {
    const FirewallRuleGroupAssociationId = physicalId;
    if (rollback)
      await api.call('route53resolver', UpdateFirewallRuleGroupAssociationCommand, {
        FirewallRuleGroupAssociationId,
        MutationProtection: 'DISABLED',
      });
    await api.call('route53resolver', DisassociateFirewallRuleGroupCommand, {
      FirewallRuleGroupAssociationId,
    });
  },
});

/** Every VPC has a configuration; the resource sets it, and its deletion sets AWS's default again. */
const firewallConfig = provider({
  type: 'AWS::Route53Resolver::FirewallConfig',
  properties: {
    FirewallFailOpen: required(oneOf('ENABLED', 'DISABLED', 'USE_LOCAL_RESOURCE_SETTING')),
    ResourceId: required(text),
  },
  attributes: ['Id', 'OwnerId'],
  mutable: ['FirewallFailOpen'],
  create: async (properties, { api }) => {
    const { FirewallConfig } = await api.call('route53resolver', UpdateFirewallConfigCommand, properties);
    const id = returned(FirewallConfig?.Id, 'Id');
    return { physicalId: id, attributes: { Id: id, OwnerId: returned(FirewallConfig?.OwnerId, 'OwnerId') } };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('route53resolver', UpdateFirewallConfigCommand, after);
    return current;
  },
  remove: async ({ properties: { ResourceId } }, { api }) => {
    await api.call('route53resolver', UpdateFirewallConfigCommand, {
      ResourceId,
      FirewallFailOpen: 'DISABLED',
    });
  },
});

export const route53resolverVpcProviders: readonly Provider[] = [ruleGroupAssociation, firewallConfig];
