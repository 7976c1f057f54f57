import { vpcOnlyMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation.fixture';
import check from './notebooks-have-no-direct-internet.check';

testOnMutants(check, vpcOnlyMutants());
