import { vpcOnlyMutants } from '../../infra/mutants/mutants-studio';
import { testOnMutants } from '../mutation.fixture';
import check from './domain-is-vpc-only.check';

testOnMutants(check, vpcOnlyMutants());
