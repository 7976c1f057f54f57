import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './policies-are-scoped.check';

testOnMutants(check, studioMutants());
