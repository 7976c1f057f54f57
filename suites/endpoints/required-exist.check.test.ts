import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './required-exist.check';

testOnMutants(check, studioMutants());
