import { dnsMutants } from '../../infra/mutants/mutants-dns';
import { testOnMutants } from '../mutation.fixture';
import check from './resolver-is-guarded.check';

testOnMutants(check, dnsMutants());
