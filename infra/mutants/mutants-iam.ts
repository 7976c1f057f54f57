/** Faults of what the execution role may do. */
import type { Mutant } from './mutant';
import { mutantsOf } from './mutant';
import { jobSketches } from './mutants-jobs';
import { rewiringSketches } from './mutants-rewiring';

const ROLE_SECTIONS = ['domains', 'userProfiles', 'executionRoles'] as const;

/** What the checks of the execution role must notice. */
export function iamMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('vpc-only/jobs-must-use-vpc', jobSketches(), ROLE_SECTIONS),
    // The reference's role may delete objects, so where the logs go must be known.
    ...mutantsOf('vpc-only/role-cannot-rewire', rewiringSketches(), [
      ...ROLE_SECTIONS,
      'loggingConfigurations',
      'flowLogs',
    ]),
  ];
}
