import { interfaceEndpoint } from '../mutants/reference-endpoints';
import { NotKnown } from '../snapshot/snapshot';
import { endpointPrefix, knownPartition, partitionOf } from './partition';
import { isAwsService, isEndpointOf, serviceNameOf } from './vpc-endpoint';

test.each([
  ['us-east-1', 'aws', 'amazonaws.com'],
  ['ap-southeast-5', 'aws', 'amazonaws.com'],
  ['mx-central-1', 'aws', 'amazonaws.com'],
  ['il-central-1', 'aws', 'amazonaws.com'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['us-gov-east-1', 'aws-us-gov', 'amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn'],
])('%s is of %s, below %s', (region, name, dnsSuffix) => {
  expect(partitionOf(region)).toMatchObject({ name, dnsSuffix });
});

test.each([
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
  'xx-mars-1',
])('the names of %s are not known, and it is said by its name', (region) => {
  expect(partitionOf(region)).toBeNull();
  expect(() => knownPartition(region)).toThrow(NotKnown);
  expect(() => knownPartition(region)).toThrow(region);
  expect(() => serviceNameOf('sts', region)).toThrow(NotKnown);
  expect(() => isEndpointOf(interfaceEndpoint(`com.amazonaws.${region}.kms`), 'sts', region)).toThrow(
    NotKnown,
  );
});

test.each([
  ['sagemaker.api', 'cn-north-1', 'cn.com.amazonaws.cn-north-1.sagemaker.api'],
  ['sts', 'cn-northwest-1', 'cn.com.amazonaws.cn-northwest-1.sts'],
  ['kms', 'cn-north-1', 'com.amazonaws.cn-north-1.kms'],
  ['logs', 'cn-north-1', 'com.amazonaws.cn-north-1.logs'],
  ['studio', 'cn-north-1', 'aws.sagemaker.cn-north-1.studio'],
  ['sagemaker.api', 'us-gov-west-1', 'com.amazonaws.us-gov-west-1.sagemaker.api'],
])('the endpoint service of %s in %s is %s', (service, region, name) => {
  expect(serviceNameOf(service, region)).toBe(name);
  expect(isEndpointOf(interfaceEndpoint(name), service, region)).toBe(true);
});

test('a service of AWS in a partition that is not known is not taken for a partner’s', () => {
  expect(() => isAwsService(interfaceEndpoint('gov.ic.c2s.us-iso-east-1.ec2'))).toThrow(NotKnown);
  expect(() => isAwsService(interfaceEndpoint('uk.adc-e.cloud.eu-isoe-west-1.ebs'))).toThrow(NotKnown);
  expect(isAwsService(interfaceEndpoint('cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0'))).toBe(false);
  expect(isAwsService(interfaceEndpoint('cn.com.amazonaws.cn-north-1.sts'))).toBe(true);
});

test('a gateway endpoint keeps the general name in China', () => {
  expect(endpointPrefix('s3', 'cn-north-1')).toBe('com.amazonaws');
});
