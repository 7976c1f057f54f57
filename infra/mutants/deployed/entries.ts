/** Every entry of the mutation catalogue: the faults, then the harmless variations. */
import { aclEntries } from './acls';
import { deliveryEntries } from './delivery';
import { dnsEntries } from './dns';
import { endpointEntries } from './endpoints';
import type { DeployedEntry } from './entry';
import { exitEntries } from './exits';
import { firewallEntries } from './firewall';
import { footholdEntries } from './foothold';
import { furtherEntries } from './further';
import { harmlessRoutes } from './harmless-routes';
import { harmlessStacks } from './harmless-stacks';
import { ipv6Entries } from './ipv6';
import { loggingEntries } from './logging';
import { routingEntries } from './routing';
import { securityGroupEntries } from './security-groups';
import { vpcOnlyEntries } from './vpc-only';
import { zoneEntries } from './zones';

export function deployedEntries(): readonly DeployedEntry[] {
  return [
    ...routingEntries(),
    ...exitEntries(),
    ...deliveryEntries(),
    ...zoneEntries(),
    ...footholdEntries(),
    ...ipv6Entries(),
    ...vpcOnlyEntries(),
    ...endpointEntries(),
    ...securityGroupEntries(),
    ...aclEntries(),
    ...firewallEntries(),
    ...loggingEntries(),
    ...dnsEntries(),
    ...furtherEntries(),
    ...harmlessRoutes(),
    ...harmlessStacks(),
  ];
}
