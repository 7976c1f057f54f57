import { endpointMutants } from '../../infra/mutants/mutants-endpoints';
import { testOnMutants } from '../mutation.fixture';
import check from './available.check';

testOnMutants(check, endpointMutants());
