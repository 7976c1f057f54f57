/** Every named fault. A check's own test tries those that are meant for it; a tool can try all checks on all of them. */
import type { Mutant } from './mutant';
import { egressMutants } from './mutants-egress';
import { endpointMutants } from './mutants-endpoints';
import { footholdMutants } from './mutants-foothold';
import { returnMutants } from './mutants-return';
import { securityGroupMutants } from './mutants-security-groups';
import { vpcOnlyMutants } from './mutants-studio';

/** Every mutant of the reference network. */
export function allMutants(): readonly Mutant[] {
  return [
    ...egressMutants(),
    ...returnMutants(),
    ...footholdMutants(),
    ...vpcOnlyMutants(),
    ...endpointMutants(),
    ...securityGroupMutants(),
  ];
}
