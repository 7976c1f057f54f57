import { firewallMutants } from '../../infra/mutants/mutants-firewall';
import { testOnMutants } from '../mutation.fixture';
import check from './fragments-are-inspected.check';

testOnMutants(check, firewallMutants());
