import { endpointMutants } from '../../infra/mutants/mutants-endpoints';
import { testOnMutants } from '../mutation.fixture';
import check from './private-dns.check';

testOnMutants(check, endpointMutants());
