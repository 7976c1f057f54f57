/** Which rule groups of the DNS Firewall a VPC has, and what its resolver does when the firewall does not answer. */
import {
  AssociateFirewallRuleGroupCommand,
  DisassociateFirewallRuleGroupCommand,
  GetFirewallConfigCommand,
  GetFirewallRuleGroupAssociationCommand,
  ListFirewallConfigsCommand,
  ListFirewallRuleGroupAssociationsCommand,
  UpdateFirewallConfigCommand,
  UpdateFirewallRuleGroupAssociationCommand,
  type FirewallConfig,
  type FirewallRuleGroupAssociation,
} from '@aws-sdk/client-route53resolver';
import { newId, type LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  checkEnum,
  checkName,
  conflict,
  invalid,
  listPage,
  notFound,
  required,
  resolverArn,
} from './answers';
import { findRuleGroup } from './rule-group';

/** "The allowed values for Priority are between 100 and 9900", both excluded (AssociateFirewallRuleGroup). */
const PRIORITY = { above: 100, below: 9900 };

export function associationHandlers(context: LabContext): Handler[] {
  return [...associations(context), ...configs(context)];
}

function associations(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('route53resolver', AssociateFirewallRuleGroupCommand, (input) => {
      const association = newAssociation(context, input);
      state.firewallRuleGroupAssociations.set(association.Id, association);
      return { FirewallRuleGroupAssociation: association };
    }),
    on('route53resolver', GetFirewallRuleGroupAssociationCommand, ({ FirewallRuleGroupAssociationId }) => ({
      FirewallRuleGroupAssociation: findAssociation(state, FirewallRuleGroupAssociationId),
    })),
    on('route53resolver', ListFirewallRuleGroupAssociationsCommand, (input) => {
      const wanted = [...state.firewallRuleGroupAssociations.values()].filter(
        ({ FirewallRuleGroupId, VpcId, Priority, Status }) =>
          (input.FirewallRuleGroupId ?? FirewallRuleGroupId) === FirewallRuleGroupId &&
          (input.VpcId ?? VpcId) === VpcId &&
          (input.Priority ?? Priority) === Priority &&
          (input.Status ?? Status) === Status,
      );
      const { items, NextToken } = listPage(context, input, wanted);
      return { FirewallRuleGroupAssociations: items, NextToken };
    }),
    on('route53resolver', UpdateFirewallRuleGroupAssociationCommand, (input) => {
      const old = findAssociation(state, input.FirewallRuleGroupAssociationId);
      const association: FirewallRuleGroupAssociation = {
        ...old,
        Priority: input.Priority ?? old.Priority,
        MutationProtection: input.MutationProtection ?? old.MutationProtection,
        Name: input.Name ?? old.Name,
        ModificationTime: now().toISOString(),
      };
      checkAssociation(state, association);
      state.firewallRuleGroupAssociations.set(association.Id ?? '', association);
      return { FirewallRuleGroupAssociation: association };
    }),
    on('route53resolver', DisassociateFirewallRuleGroupCommand, ({ FirewallRuleGroupAssociationId }) => {
      const association = findAssociation(state, FirewallRuleGroupAssociationId);
      if (association.MutationProtection === 'ENABLED')
        throw conflict(`The association ${FirewallRuleGroupAssociationId} has mutation protection enabled`);
      state.firewallRuleGroupAssociations.delete(association.Id ?? '');
      return { FirewallRuleGroupAssociation: { ...association, Status: 'DELETING' as const } };
    }),
  ];
}

function configs(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('route53resolver', GetFirewallConfigCommand, ({ ResourceId }) => ({
      FirewallConfig: configOf(state, ResourceId),
    })),
    on('route53resolver', UpdateFirewallConfigCommand, ({ ResourceId, FirewallFailOpen }) => {
      const failOpen = required('FirewallFailOpen', FirewallFailOpen);
      checkEnum('FirewallFailOpen', failOpen, ['ENABLED', 'DISABLED', 'USE_LOCAL_RESOURCE_SETTING']);
      const config = { ...configOf(state, ResourceId), FirewallFailOpen: failOpen };
      state.resolverFirewallConfigs.set(ResourceId ?? '', config);
      return { FirewallConfig: config };
    }),
    on('route53resolver', ListFirewallConfigsCommand, (input) => {
      const { items, NextToken } = listPage(context, input, [...state.resolverFirewallConfigs.values()]);
      return { FirewallConfigs: items, NextToken };
    }),
  ];
}

/** A VPC has a configuration from the start: "By default, fail open is disabled" (developer guide, DNS Firewall). */
function configOf(state: LabState, vpcId: string | undefined): FirewallConfig {
  const ResourceId = required('ResourceId', vpcId);
  const stored = state.resolverFirewallConfigs.get(ResourceId);
  if (stored !== undefined) return stored;
  if (!state.vpcs.has(ResourceId)) throw notFound(`The VPC ${ResourceId} does not exist`);
  const config: FirewallConfig = {
    Id: newId(state, 'rslvr-fc'),
    ResourceId,
    OwnerId: state.account,
    FirewallFailOpen: 'DISABLED',
  };
  state.resolverFirewallConfigs.set(ResourceId, config);
  return config;
}

function newAssociation(
  { state, now }: LabContext,
  input: AssociateFirewallRuleGroupCommand['input'],
): FirewallRuleGroupAssociation & { readonly Id: string } {
  findRuleGroup(state, input.FirewallRuleGroupId);
  const Id = newId(state, 'rslvr-frgassoc');
  const association = {
    Id,
    Arn: resolverArn(state, `firewall-rule-group-association/${Id}`),
    FirewallRuleGroupId: required('FirewallRuleGroupId', input.FirewallRuleGroupId),
    VpcId: required('VpcId', input.VpcId),
    Name: checkName(input.Name),
    Priority: required('Priority', input.Priority),
    // "When you create the association, the default setting is DISABLED" (AssociateFirewallRuleGroup).
    MutationProtection: input.MutationProtection ?? ('DISABLED' as const),
    Status: 'COMPLETE' as const,
    ...(input.CreatorRequestId === undefined ? {} : { CreatorRequestId: input.CreatorRequestId }),
    CreationTime: now().toISOString(),
    ModificationTime: now().toISOString(),
  };
  checkAssociation(state, association);
  return association;
}

function checkAssociation(state: LabState, association: FirewallRuleGroupAssociation): void {
  const { VpcId, Priority = 0 } = association;
  checkEnum('MutationProtection', association.MutationProtection, ['ENABLED', 'DISABLED']);
  if (!state.vpcs.has(VpcId ?? '')) throw notFound(`The VPC ${VpcId} does not exist`);
  if (Priority <= PRIORITY.above || Priority >= PRIORITY.below)
    throw invalid(`The priority ${Priority} is not between ${PRIORITY.above} and ${PRIORITY.below}`);
  const others = [...state.firewallRuleGroupAssociations.values()].filter(
    (other) => other.VpcId === VpcId && other.Id !== association.Id,
  );
  if (others.some((other) => other.Priority === Priority))
    throw invalid(`The priority ${Priority} is already in use for the VPC ${VpcId}`);
  if (others.some((other) => other.FirewallRuleGroupId === association.FirewallRuleGroupId))
    throw conflict(
      `The rule group ${association.FirewallRuleGroupId} is already associated with the VPC ${VpcId}`,
    );
}

function findAssociation(state: LabState, id: string | undefined): FirewallRuleGroupAssociation {
  const association = state.firewallRuleGroupAssociations.get(required('FirewallRuleGroupAssociationId', id));
  if (association === undefined)
    throw notFound(`[RSLVR-02804] Firewall rule group association with ID ${id} does not exist`);
  return association;
}
