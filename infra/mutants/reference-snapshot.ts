/**
 * The network that every check is tried on: one zone, the recommended stack, everything read. Mutants are small
 * changes of it. Addresses and names are those of the blog's stack; ids say what they are.
 */
import type {
  ApiCall,
  ReadSection,
  SectionName,
  Sections,
  SectionValues,
  Snapshot,
} from '../snapshot/snapshot';
import { referenceFirewall } from './reference-firewall';
import { referenceNetwork } from './reference-network';
import { referenceStudio } from './reference-studio';

/** When the reference was read. */
export const READ_AT = '2026-01-15T09:00:00.000Z';

/** A compliant snapshot, new at every call. */
export function referenceSnapshot(): Snapshot {
  const values: SectionValues = { ...referenceNetwork(), ...referenceFirewall(), ...referenceStudio() };
  return {
    schema: 'studio-egress/snapshot/v1',
    takenAt: READ_AT,
    target: {
      kind: 'snapshot',
      account: '111122223333',
      region: 'us-east-1',
      stack: 'reference',
      vpcId: 'vpc-studio',
      domainId: 'd-studio',
    },
    sections: readSections(values),
  };
}

/** Every section as read. Written out, so that the compiler asks for a new one here. */
function readSections(values: SectionValues): Sections {
  const read = <N extends SectionName>(name: N): ReadSection<SectionValues[N]> => {
    const calls: ApiCall[] = [{ operation: `aws:Read${name}`, parameters: {}, pages: 1 }];
    return { status: 'read', readAt: READ_AT, calls, value: structuredClone(values[name]) };
  };
  return {
    callerIdentity: read('callerIdentity'),
    vpc: read('vpc'),
    vpcAttributes: read('vpcAttributes'),
    subnets: read('subnets'),
    routeTables: read('routeTables'),
    networkAcls: read('networkAcls'),
    securityGroups: read('securityGroups'),
    networkInterfaces: read('networkInterfaces'),
    internetGateways: read('internetGateways'),
    egressOnlyInternetGateways: read('egressOnlyInternetGateways'),
    natGateways: read('natGateways'),
    vpcEndpoints: read('vpcEndpoints'),
    managedPrefixLists: read('managedPrefixLists'),
    vpcPeeringConnections: read('vpcPeeringConnections'),
    transitGatewayVpcAttachments: read('transitGatewayVpcAttachments'),
    transitGatewayTables: read('transitGatewayTables'),
    attachedVpcs: read('attachedVpcs'),
    vpcBlockPublicAccess: read('vpcBlockPublicAccess'),
    vpcBlockPublicAccessExclusions: read('vpcBlockPublicAccessExclusions'),
    flowLogs: read('flowLogs'),
    dhcpOptions: read('dhcpOptions'),
    instances: read('instances'),
    firewalls: read('firewalls'),
    firewallPolicies: read('firewallPolicies'),
    ruleGroups: read('ruleGroups'),
    loggingConfigurations: read('loggingConfigurations'),
    vpcEndpointAssociations: read('vpcEndpointAssociations'),
    domains: read('domains'),
    userProfiles: read('userProfiles'),
    spaces: read('spaces'),
    apps: read('apps'),
    notebookInstances: read('notebookInstances'),
    executionRoles: read('executionRoles'),
    logGroups: read('logGroups'),
    logBuckets: read('logBuckets'),
    resolverFirewall: read('resolverFirewall'),
    managedInstances: read('managedInstances'),
  };
}
