import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './available.check';

testOnMutants(check, studioMutants());
