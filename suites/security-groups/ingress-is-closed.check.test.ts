import { securityGroupMutants } from '../../infra/mutants/mutants-security-groups';
import { testOnMutants } from '../mutation.fixture';
import check from './ingress-is-closed.check';

testOnMutants(check, securityGroupMutants());
