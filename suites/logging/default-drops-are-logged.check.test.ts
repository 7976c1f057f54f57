import { loggingMutants } from '../../infra/mutants/mutants-logging';
import { testOnMutants } from '../mutation.fixture';
import check from './default-drops-are-logged.check';

testOnMutants(check, loggingMutants());
