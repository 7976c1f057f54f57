/** Changes of a firewall: its policy, its subnets, its protections. Each gives it a new update token. */
import {
  AssociateFirewallPolicyCommand,
  AssociateSubnetsCommand,
  DisassociateSubnetsCommand,
  type Firewall,
  UpdateFirewallDeleteProtectionCommand,
  UpdateFirewallDescriptionCommand,
  UpdateFirewallPolicyChangeProtectionCommand,
  UpdateSubnetChangeProtectionCommand,
} from '@aws-sdk/client-network-firewall';
import type { StoredFirewall } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { attachEndpoints, checkMappings } from './firewall';
import { removeFirewallEndpoint } from './firewall-endpoint';
import { checkToken, findFirewall, invalidOperation, invalidRequest, newUuid } from './stored';
import { markInSync } from './sync-state';

interface ChangeRequest {
  readonly FirewallName?: string | undefined;
  readonly FirewallArn?: string | undefined;
  readonly UpdateToken?: string | undefined;
}

export function firewallChangeHandlers({ state, now }: LabContext): Handler[] {
  const find = (input: ChangeRequest): StoredFirewall => {
    const { stored } = findFirewall(state, { name: input.FirewallName, arn: input.FirewallArn });
    checkToken(input.UpdateToken, stored.UpdateToken);
    return stored;
  };
  const changed = (stored: StoredFirewall) => {
    stored.UpdateToken = newUuid(state);
    const { FirewallArn, FirewallName } = stored.Firewall;
    return { FirewallArn, FirewallName, UpdateToken: stored.UpdateToken };
  };
  return [
    on('network-firewall', AssociateFirewallPolicyCommand, (input) => {
      const stored = find(input);
      const { FirewallPolicyArn: policyArn = '' } = input;
      if (stored.Firewall.FirewallPolicyChangeProtection === true)
        throw invalidOperation('The firewall has policy change protection enabled');
      if (!state.firewallPolicies.has(policyArn))
        throw invalidRequest(`The firewall policy ${policyArn} does not exist`);
      stored.Firewall.FirewallPolicyArn = policyArn;
      markInSync(state);
      return { ...changed(stored), FirewallPolicyArn: policyArn };
    }),
    on('network-firewall', AssociateSubnetsCommand, (input) => {
      const stored = find(input);
      const { Firewall: firewall, FirewallStatus: status } = stored;
      const { SubnetMappings: mappings = [] } = input;
      checkSubnetChange(firewall);
      checkMappings(state, {
        vpcId: firewall.VpcId ?? '',
        mappings,
        existingZones: Object.keys(status.SyncStates ?? {}),
      });
      attachEndpoints(state, { firewall, status, mappings, now: now() });
      const added = mappings.map(({ SubnetId, IPAddressType = 'IPV4' }) => ({ SubnetId, IPAddressType }));
      firewall.SubnetMappings = [...(firewall.SubnetMappings ?? []), ...added];
      return { ...changed(stored), SubnetMappings: firewall.SubnetMappings };
    }),
    on('network-firewall', DisassociateSubnetsCommand, (input) => {
      const stored = find(input);
      const { Firewall: firewall, FirewallStatus: status } = stored;
      const { SubnetIds: subnetIds = [] } = input;
      checkSubnetChange(firewall);
      const mappings = firewall.SubnetMappings ?? [];
      const unknown = subnetIds.find((id) => !mappings.some((mapping) => mapping.SubnetId === id));
      if (unknown !== undefined)
        throw invalidRequest(`The subnet ${unknown} is not associated with the firewall`);
      const kept = mappings.filter(({ SubnetId = '' }) => !subnetIds.includes(SubnetId));
      if (kept.length === 0) throw invalidRequest('A firewall needs at least one subnet');
      for (const [zone, { Attachment }] of Object.entries(status.SyncStates ?? {})) {
        if (!subnetIds.includes(Attachment?.SubnetId ?? '')) continue;
        removeFirewallEndpoint(state, Attachment?.EndpointId);
        delete status.SyncStates?.[zone];
      }
      firewall.SubnetMappings = kept;
      return { ...changed(stored), SubnetMappings: kept };
    }),
    on('network-firewall', UpdateFirewallDeleteProtectionCommand, (input) => {
      const stored = find(input);
      stored.Firewall.DeleteProtection = input.DeleteProtection;
      return { ...changed(stored), DeleteProtection: input.DeleteProtection };
    }),
    on('network-firewall', UpdateSubnetChangeProtectionCommand, (input) => {
      const stored = find(input);
      stored.Firewall.SubnetChangeProtection = input.SubnetChangeProtection;
      return { ...changed(stored), SubnetChangeProtection: input.SubnetChangeProtection };
    }),
    on('network-firewall', UpdateFirewallPolicyChangeProtectionCommand, (input) => {
      const stored = find(input);
      stored.Firewall.FirewallPolicyChangeProtection = input.FirewallPolicyChangeProtection;
      return { ...changed(stored), FirewallPolicyChangeProtection: input.FirewallPolicyChangeProtection };
    }),
    on('network-firewall', UpdateFirewallDescriptionCommand, (input) => {
      const stored = find(input);
      stored.Firewall.Description = input.Description;
      return { ...changed(stored), Description: input.Description };
    }),
  ];
}

function checkSubnetChange(firewall: Firewall): void {
  if (firewall.SubnetChangeProtection === true)
    throw invalidOperation('The firewall has subnet change protection enabled');
}
