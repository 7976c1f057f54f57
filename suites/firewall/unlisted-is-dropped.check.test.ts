import { unlistedMutants } from '../../infra/mutants/mutants-unlisted';
import { testOnMutants } from '../mutation.fixture';
import check from './unlisted-is-dropped.check';

testOnMutants(check, unlistedMutants());
