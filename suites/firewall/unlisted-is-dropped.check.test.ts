import { breadthMutants } from '../../infra/mutants/mutants-breadth';
import { unlistedMutants } from '../../infra/mutants/mutants-unlisted';
import { testOnMutants } from '../mutation.fixture';
import check from './unlisted-is-dropped.check';

testOnMutants(check, [...unlistedMutants(), ...breadthMutants()]);
