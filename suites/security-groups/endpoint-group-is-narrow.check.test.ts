import { change } from '../../infra/mutants/mutant';
import { endpointGroupMutants } from '../../infra/mutants/mutants-endpoint-group';
import { interfaceEndpoint } from '../../infra/mutants/reference-endpoints';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { group } from '../../infra/mutants/studio-traffic';
import type { IpPermission, Snapshot } from '../../infra/snapshot/snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './endpoint-group-is-narrow.check';

testOnMutants(check, endpointGroupMutants());

const admits = (rule: IpPermission): Snapshot =>
  change(referenceSnapshot(), 'securityGroups', (list) =>
    list.map((one) =>
      one.GroupId === 'sg-endpoints' ? { ...one, IpPermissions: [...(one.IpPermissions ?? []), rule] } : one,
    ),
  );
const outcomes = (...given: Parameters<typeof findingsOn> extends [unknown, ...infer Rest] ? Rest : never) =>
  findingsOn(check, ...given).map(({ outcome }) => outcome);

test('a group that the intent approves may use the endpoints', () => {
  const jobs = admits({
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    UserIdGroupPairs: [{ GroupId: 'sg-jobs' }],
  });
  expect(outcomes(jobs)).toEqual(['fail']);
  expect(outcomes(jobs, { approvedSecurityGroups: ['sg-studio', 'sg-jobs'] })).toEqual(['pass']);
});

test('a rule whose peers AWS did not return may admit anyone', () => {
  expect(outcomes(admits({ IpProtocol: '-1' }))).toEqual(['unknown']);
  expect(outcomes(admits({ IpProtocol: '-1', IpRanges: [], UserIdGroupPairs: [] }))).toEqual(['unknown']);
});

test.each(['something-new', undefined])('an endpoint of the type %s may have groups', (type) => {
  const snapshot = change(referenceSnapshot(), 'vpcEndpoints', (endpoints) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a type that the SDK does not know
    endpoints.map((one) => ({ ...one, VpcEndpointType: type }) as typeof one),
  );
  expect(outcomes(snapshot)).toEqual(['unknown']);
});

test("a partner's endpoint has a group of its own business", () => {
  const partner = change(
    change(referenceSnapshot(), 'securityGroups', (list) => [
      ...list,
      group('sg-partner', 'partner', {
        IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.2.0.0/16' }] }],
      }),
    ]),
    'vpcEndpoints',
    (list) => [
      ...list,
      interfaceEndpoint('com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0', {
        VpcEndpointId: 'vpce-partner',
        Groups: [{ GroupId: 'sg-partner' }],
      }),
    ],
  );
  expect(outcomes(partner)).toEqual(['pass']);
});
