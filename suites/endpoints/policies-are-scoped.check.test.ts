import { endpointMutants } from '../../infra/mutants/mutants-endpoints';
import { testOnMutants } from '../mutation.fixture';
import check from './policies-are-scoped.check';

testOnMutants(check, endpointMutants());
