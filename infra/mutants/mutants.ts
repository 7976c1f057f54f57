/** Every named fault. A check's own test tries those that are meant for it; a tool can try all checks on all of them. */
import type { Mutant } from './mutant';
import { aclMutants } from './mutants-acls';
import { appMutants } from './mutants-apps';
import { breadthMutants } from './mutants-breadth';
import { centralMutants } from './mutants-central';
import { dnsMutants } from './mutants-dns';
import { egressMutants } from './mutants-egress';
import { endpointGroupMutants } from './mutants-endpoint-group';
import { endpointMutants } from './mutants-endpoints';
import { firewallMutants } from './mutants-firewall';
import { footholdMutants } from './mutants-foothold';
import { iamMutants } from './mutants-iam';
import { loggingMutants } from './mutants-logging';
import { overridesMutants } from './mutants-overrides';
import { reachableMutants } from './mutants-reachable';
import { returnMutants } from './mutants-return';
import { deliveryMutants } from './mutants-delivery';
import { exitMutants } from './mutants-exits';
import { securityGroupMutants } from './mutants-security-groups';
import { symmetryMutants } from './mutants-symmetry';
import { zoneMutants } from './mutants-zones';
import { vpcOnlyMutants } from './mutants-studio';
import { unlistedMutants } from './mutants-unlisted';

/** Every mutant of the reference network. */
export function allMutants(): readonly Mutant[] {
  return [
    ...egressMutants(),
    ...returnMutants(),
    ...symmetryMutants(),
    ...exitMutants(),
    ...deliveryMutants(),
    ...zoneMutants(),
    ...centralMutants(),
    ...footholdMutants(),
    ...vpcOnlyMutants(),
    ...iamMutants(),
    ...overridesMutants(),
    ...endpointMutants(),
    ...reachableMutants(),
    ...securityGroupMutants(),
    ...aclMutants(),
    ...appMutants(),
    ...endpointGroupMutants(),
    ...firewallMutants(),
    ...unlistedMutants(),
    ...breadthMutants(),
    ...loggingMutants(),
    ...dnsMutants(),
  ];
}
