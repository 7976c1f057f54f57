import { interfaceEndpoint } from '../mutants/reference-endpoints';
import { isAwsService, isEndpointOf, serviceNameOf, stateOf } from './vpc-endpoint';

test.each([
  ['com.amazonaws.us-east-1.sagemaker.api', 'sagemaker.api', true],
  ['com.amazonaws.us-east-1.sagemaker.api', 'api', false],
  ['com.amazonaws.us-east-1.sagemaker.api', 'com.amazonaws.us-east-1.sagemaker.api', true],
  ['com.amazonaws.us-west-2.sagemaker.api', 'sagemaker.api', false],
  ['aws.sagemaker.us-east-1.studio', 'studio', true],
  ['aws.sagemaker.us-east-1.studio', 'sagemaker.studio', true],
  ['cn.com.amazonaws.us-east-1.sts', 'sts', true],
  ['com.amazonaws.us-east-1.sts-fips', 'sts', false],
])('whether %s is the endpoint of %s: %s', (name, service, is) => {
  expect(isEndpointOf(interfaceEndpoint(name), service, 'us-east-1')).toBe(is);
});

test.each(['sagemaker.api', 's3', 'studio', 'sagemaker.studio', 'com.amazonaws.us-east-1.logs'])(
  'an endpoint made for %s is found for it',
  (service) => {
    expect(isEndpointOf(interfaceEndpoint(serviceNameOf(service, 'us-east-1')), service, 'us-east-1')).toBe(
      true,
    );
  },
);

test("partners' services are not AWS's", () => {
  const isAws = (name: string) => isAwsService(interfaceEndpoint(name));
  expect([
    isAws('com.amazonaws.us-east-1.s3'),
    isAws('aws.sagemaker.us-east-1.studio'),
    isAws('com.amazonaws.vpce.us-east-1.vpce-svc-1'),
  ]).toEqual([true, true, false]);
});

test('only a state that is known to work is available', () => {
  const states = (
    ['Available', 'Pending', 'Deleted', 'Deleting', 'PendingAcceptance', 'Failed', 'Partial'] as const
  ).map((State) => stateOf(interfaceEndpoint('com.amazonaws.us-east-1.sts', { State })));
  expect(states).toEqual(['available', 'pending', 'gone', 'unusable', 'unusable', 'unusable', 'unusable']);
  expect(() => stateOf(interfaceEndpoint('com.amazonaws.us-east-1.sts', { State: undefined }))).toThrow(
    'State of vpce-sts',
  );
});
