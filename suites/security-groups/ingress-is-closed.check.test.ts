import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './ingress-is-closed.check';

testOnMutants(check, studioMutants());
