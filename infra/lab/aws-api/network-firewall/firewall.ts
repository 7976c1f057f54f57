/** Firewalls: creating, describing, listing and deleting them. Changes of a firewall are in firewall-changes.ts. */
import {
  CreateFirewallCommand,
  type CreateFirewallRequest,
  DeleteFirewallCommand,
  DescribeFirewallCommand,
  type Firewall,
  type FirewallStatus,
  ListFirewallsCommand,
  type SubnetMapping,
} from '@aws-sdk/client-network-firewall';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { paginate } from '../paging';
import { newFirewallEndpoint, removeFirewallEndpoint, zoneOfSubnet } from './firewall-endpoint';
import { arnOf, checkedName, findFirewall, invalidOperation, invalidRequest, newUuid } from './stored';
import { configOf } from './sync-state';

export function firewallHandlers({ state, now, pageSize }: LabContext): Handler[] {
  return [
    on('network-firewall', CreateFirewallCommand, (input) => {
      const firewall = newFirewall(state, input);
      const { FirewallArn: arn = '', SubnetMappings: mappings = [] } = firewall;
      const status: FirewallStatus = {
        Status: 'READY',
        ConfigurationSyncStateSummary: 'IN_SYNC',
        SyncStates: {},
      };
      state.firewalls.set(arn, { Firewall: firewall, FirewallStatus: status, UpdateToken: newUuid(state) });
      attachEndpoints(state, { firewall, status, mappings: mappings ?? [], now: now() });
      return { Firewall: described(state, arn, firewall), FirewallStatus: status };
    }),
    on('network-firewall', DescribeFirewallCommand, (input) => {
      const { arn, stored } = findFirewall(state, { name: input.FirewallName, arn: input.FirewallArn });
      return {
        UpdateToken: stored.UpdateToken,
        Firewall: described(state, arn, stored.Firewall),
        FirewallStatus: stored.FirewallStatus,
      };
    }),
    on('network-firewall', ListFirewallsCommand, ({ VpcIds, NextToken, MaxResults }) => {
      const firewalls = [...state.firewalls.values()].filter(
        ({ Firewall: firewall }) =>
          VpcIds === undefined || VpcIds.length === 0 || VpcIds.includes(firewall.VpcId ?? ''),
      );
      const page = paginate(firewalls, {
        token: NextToken,
        limit: MaxResults,
        pageSize,
        invalidToken: invalidRequest,
      });
      return {
        Firewalls: page.items.map(({ Firewall: { FirewallName, FirewallArn } }) => ({
          FirewallName,
          FirewallArn,
        })),
        NextToken: page.nextToken,
      };
    }),
    on('network-firewall', DeleteFirewallCommand, (input) => {
      const { arn, stored } = findFirewall(state, { name: input.FirewallName, arn: input.FirewallArn });
      const { Firewall: firewall, FirewallStatus: status } = stored;
      if (firewall.DeleteProtection === true)
        throw invalidOperation(`The firewall ${arn} has delete protection enabled`);
      if ((state.loggingConfigurations.get(arn)?.LogDestinationConfigs ?? []).length > 0)
        throw invalidOperation(
          `The firewall ${arn} has a logging configuration: remove it before the firewall`,
        );
      if (associationsOf(state, arn) > 0)
        throw invalidOperation(
          `The firewall ${arn} has VPC endpoint associations: delete them before the firewall`,
        );
      for (const { Attachment } of Object.values(status.SyncStates ?? {}))
        removeFirewallEndpoint(state, Attachment?.EndpointId);
      state.firewalls.delete(arn);
      state.loggingConfigurations.delete(arn);
      return { Firewall: firewall, FirewallStatus: { ...status, Status: 'DELETING' as const } };
    }),
  ];
}

function newFirewall(state: LabState, input: CreateFirewallRequest): Firewall {
  const name = checkedName(input.FirewallName, 'FirewallName');
  const { FirewallPolicyArn: policyArn = '', VpcId: vpcId, SubnetMappings: mappings = [] } = input;
  if (input.TransitGatewayId !== undefined)
    throw new ApiError('NotImplemented', 'the lab has no firewalls attached to a transit gateway', {
      status: 501,
    });
  if (vpcId === undefined || !state.vpcs.has(vpcId)) throw invalidRequest(`The VPC ${vpcId} does not exist`);
  if (!state.firewallPolicies.has(policyArn))
    throw invalidRequest(`The firewall policy ${policyArn} does not exist`);
  const arn = arnOf(state, 'firewall', name);
  if (state.firewalls.has(arn)) throw invalidRequest(`A firewall with the name ${name} exists already`);
  if (mappings.length === 0)
    throw invalidRequest('SubnetMappings is empty: a firewall needs at least one subnet');
  checkMappings(state, { vpcId, mappings, existingZones: [] });
  return {
    FirewallName: name,
    FirewallArn: arn,
    FirewallId: newUuid(state),
    FirewallPolicyArn: policyArn,
    VpcId: vpcId,
    SubnetMappings: mappings.map(({ SubnetId, IPAddressType = 'IPV4' }) => ({ SubnetId, IPAddressType })),
    // The API reference's own example shows false where the flags were not given.
    DeleteProtection: input.DeleteProtection ?? false,
    SubnetChangeProtection: input.SubnetChangeProtection ?? false,
    FirewallPolicyChangeProtection: input.FirewallPolicyChangeProtection ?? false,
    EncryptionConfiguration: input.EncryptionConfiguration ?? {
      KeyId: 'AWS_OWNED_KMS_KEY',
      Type: 'AWS_OWNED_KMS_KEY',
    },
    Tags: input.Tags ?? [],
    ...(input.Description === undefined ? {} : { Description: input.Description }),
    ...(input.EnabledAnalysisTypes === undefined ? {} : { EnabledAnalysisTypes: input.EnabledAnalysisTypes }),
  };
}

export interface NewMappings {
  readonly vpcId: string;
  readonly mappings: readonly SubnetMapping[];
  /** Zones in which the firewall has an endpoint already. */
  readonly existingZones: readonly string[];
}

/** Subnets of the firewall's VPC, one in each availability zone at most (CreateFirewall, SubnetMappings). */
export function checkMappings(state: LabState, { vpcId, mappings, existingZones }: NewMappings): void {
  const zones = new Set(existingZones);
  for (const { SubnetId: subnetId = '', IPAddressType: type = 'IPV4' } of mappings) {
    if (type !== 'IPV4')
      throw new ApiError('NotImplemented', `the lab has no firewall endpoints of the address type ${type}`, {
        status: 501,
      });
    const zone = zoneOfSubnet(state, { vpcId, subnetId });
    if (zones.has(zone))
      throw invalidRequest(
        `The subnet ${subnetId} is in ${zone}, where the firewall has a subnet already: one per availability zone`,
      );
    zones.add(zone);
  }
}

export interface Attaching {
  readonly firewall: Firewall;
  readonly status: FirewallStatus;
  readonly mappings: readonly SubnetMapping[];
  readonly now: Date;
}

/** Makes an endpoint in each subnet and enters it in the firewall's sync states. */
export function attachEndpoints(state: LabState, { firewall, status, mappings, now }: Attaching): void {
  const { FirewallArn: firewallArn = '', VpcId: vpcId = '', FirewallPolicyArn: policyArn = '' } = firewall;
  for (const { SubnetId: subnetId = '' } of mappings) {
    const { endpointId, availabilityZone } = newFirewallEndpoint(state, {
      vpcId,
      subnetId,
      firewallArn,
      now,
    });
    status.SyncStates = {
      ...status.SyncStates,
      [availabilityZone]: {
        Attachment: { SubnetId: subnetId, EndpointId: endpointId, Status: 'READY' },
        Config: configOf(state, policyArn),
      },
    };
  }
}

function associationsOf(state: LabState, firewallArn: string): number {
  return [...state.vpcEndpointAssociations.values()].filter(
    ({ VpcEndpointAssociation: association }) => association?.FirewallArn === firewallArn,
  ).length;
}

function described(state: LabState, arn: string, firewall: Firewall): Firewall {
  return { ...firewall, NumberOfAssociations: associationsOf(state, arn) };
}
