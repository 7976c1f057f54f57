/** Every named fault. A check's own test tries those that are meant for it; a tool can try all checks on all of them. */
import type { Mutant } from './mutant';
import { dnsMutants } from './mutants-dns';
import { egressMutants } from './mutants-egress';
import { endpointMutants } from './mutants-endpoints';
import { firewallMutants } from './mutants-firewall';
import { footholdMutants } from './mutants-foothold';
import { loggingMutants } from './mutants-logging';
import { returnMutants } from './mutants-return';
import { securityGroupMutants } from './mutants-security-groups';
import { vpcOnlyMutants } from './mutants-studio';
import { unlistedMutants } from './mutants-unlisted';

/** Every mutant of the reference network. */
export function allMutants(): readonly Mutant[] {
  return [
    ...egressMutants(),
    ...returnMutants(),
    ...footholdMutants(),
    ...vpcOnlyMutants(),
    ...endpointMutants(),
    ...securityGroupMutants(),
    ...firewallMutants(),
    ...unlistedMutants(),
    ...loggingMutants(),
    ...dnsMutants(),
  ];
}
