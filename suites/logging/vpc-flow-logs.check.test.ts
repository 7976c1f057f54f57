import { loggingMutants } from '../../infra/mutants/mutants-logging';
import { testOnMutants } from '../mutation.fixture';
import check from './vpc-flow-logs.check';

testOnMutants(check, loggingMutants());
