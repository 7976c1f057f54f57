import { securityGroupMutants } from '../../infra/mutants/mutants-security-groups';
import { testOnMutants } from '../mutation.fixture';
import check from './egress-is-limited.check';

testOnMutants(check, securityGroupMutants());
