import { studioMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation-test';
import check from './private-dns.check';

testOnMutants(check, studioMutants());
