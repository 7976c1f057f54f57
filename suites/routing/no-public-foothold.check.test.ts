import { footholdMutants } from '../../infra/mutants/mutants-foothold';
import { testOnMutants } from '../mutation.fixture';
import check from './no-public-foothold.check';

testOnMutants(check, footholdMutants());
