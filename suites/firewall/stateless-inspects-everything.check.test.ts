import { firewallMutants } from '../../infra/mutants/mutants-firewall';
import { testOnMutants } from '../mutation.fixture';
import check from './stateless-inspects-everything.check';

testOnMutants(check, firewallMutants());
