import { firewallMutants } from '../../infra/mutants/mutants-firewall';
import { testOnMutants } from '../mutation.fixture';
import check from './is-ready.check';

testOnMutants(check, firewallMutants());
