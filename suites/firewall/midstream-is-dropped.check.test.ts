import { firewallMutants } from '../../infra/mutants/mutants-firewall';
import { testOnMutants } from '../mutation.fixture';
import check from './midstream-is-dropped.check';

testOnMutants(check, firewallMutants());
