import { returnMutants } from '../../infra/mutants/mutants-return';
import { testOnMutants } from '../mutation.fixture';
import check from './return-crosses-firewall.check';

testOnMutants(check, returnMutants());
