import { dnsMutants } from '../../infra/mutants/mutants-dns';
import { testOnMutants } from '../mutation.fixture';
import check from './no-foreign-resolver.check';

testOnMutants(check, dnsMutants());
