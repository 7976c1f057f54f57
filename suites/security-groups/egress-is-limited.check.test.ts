import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './egress-is-limited.check';

testOnMutants(check, studioMutants());
