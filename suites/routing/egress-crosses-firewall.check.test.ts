import { egressMutants } from '../../infra/mutants/mutants-egress';
import { testOnMutants } from '../mutation.fixture';
import check from './egress-crosses-firewall.check';

testOnMutants(check, egressMutants());
