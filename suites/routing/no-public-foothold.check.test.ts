import { routingMutants } from '../../infra/mutants/mutants-routing';
import { testOnMutants } from '../mutation-test';
import check from './no-public-foothold.check';

testOnMutants(check, routingMutants());
