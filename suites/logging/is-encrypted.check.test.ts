import { loggingMutants } from '../../infra/mutants/mutants-logging';
import { testOnMutants } from '../mutation.fixture';
import check from './is-encrypted.check';

testOnMutants(check, loggingMutants());
