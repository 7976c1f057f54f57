import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './domain-is-vpc-only.check';

testOnMutants(check, studioMutants());
