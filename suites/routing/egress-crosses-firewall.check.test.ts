import { routingMutants } from '../../infra/mutants/mutants-routing';
import { testOnMutants } from '../mutation-test';
import check from './egress-crosses-firewall.check';

testOnMutants(check, routingMutants());
