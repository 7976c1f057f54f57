import { change } from '../../infra/mutants/mutant';
import { endpointGroupMutants } from '../../infra/mutants/mutants-endpoint-group';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { group } from '../../infra/mutants/studio-traffic';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './default-is-closed.check';

testOnMutants(check, endpointGroupMutants());

test("another VPC's default group is not this one's", () => {
  const open = { IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };
  const other = change(referenceSnapshot(), 'securityGroups', (list) => [
    { ...group('sg-other-default', 'default', open), VpcId: 'vpc-other' },
    ...list,
  ]);
  expect(findingsOn(check, other).map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['sg-default', 'pass'],
  ]);
});
