import { endpointMutants } from '../../infra/mutants/mutants-endpoints';
import { testOnMutants } from '../mutation.fixture';
import check from './required-exist.check';

testOnMutants(check, endpointMutants());
