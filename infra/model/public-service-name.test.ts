import { publicServiceName } from './public-service-name';

test.each([
  ['sagemaker.api', 'us-east-1', 'api.sagemaker.us-east-1.amazonaws.com'],
  ['sagemaker.runtime', 'us-gov-west-1', 'runtime.sagemaker.us-gov-west-1.amazonaws.com'],
  ['studio', 'eu-west-1', 'd-example.studio.eu-west-1.sagemaker.aws'],
  ['studio', 'cn-north-1', 'd-example.studio.cn-north-1.sagemaker.com.cn'],
  ['s3', 'cn-north-1', 's3.cn-north-1.amazonaws.com.cn'],
  ['sts', 'ap-southeast-7', 'sts.ap-southeast-7.amazonaws.com'],
  ['ecr.api', 'us-east-1', 'api.ecr.us-east-1.amazonaws.com'],
])('%s in %s is reached as %s', (service, region, name) => {
  expect(publicServiceName(service, region)).toBe(name);
});

test.each([
  ['sts', 'us-iso-east-1', 'a partition whose names are not known'],
  ['sts', 'eusc-de-east-1', 'another one'],
  ['elasticfilesystem.new', 'us-east-1', 'a service whose API name does not follow from its own'],
  ['com.example.vpce', 'us-east-1', "a name that is no AWS service's"],
])('the name of %s in %s is not known: %s', (service, region) => {
  expect(publicServiceName(service, region)).toBeNull();
});
