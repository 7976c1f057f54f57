import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './notebooks-have-no-direct-internet.check';

testOnMutants(check, studioMutants());
