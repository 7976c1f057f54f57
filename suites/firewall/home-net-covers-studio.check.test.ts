import { firewallMutants } from '../../infra/mutants/mutants-firewall';
import { testOnMutants } from '../mutation.fixture';
import check from './home-net-covers-studio.check';

testOnMutants(check, firewallMutants());
