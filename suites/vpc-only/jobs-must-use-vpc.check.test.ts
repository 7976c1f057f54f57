import { iamMutants } from '../../infra/mutants/mutants-iam';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { work } from '../../infra/mutants/reference-role';
import { allow, alsoPolicy, deny, onlyPolicy } from '../../infra/mutants/role-changes';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './jobs-must-use-vpc.check';

testOnMutants(check, iamMutants());

const WITHOUT_SUBNETS = { Null: { 'sagemaker:VpcSubnets': 'true' } };
const becauseOf = (
  mutate: (s: ReturnType<typeof referenceSnapshot>) => ReturnType<typeof referenceSnapshot>,
) => findingsOn(check, mutate(referenceSnapshot())).map(({ outcome, because }) => `${outcome}: ${because}`);

test('a pass says when the role leaves open which subnets', () => {
  const guard = deny(['sagemaker:Create*Job', 'sagemaker:CreateModel'], WITHOUT_SUBNETS);
  expect(becauseOf(onlyPolicy(...work(), guard)).join()).toMatch(/^pass: .*Which subnets is not limited/);
  expect(becauseOf((s) => s).join()).not.toContain('Which subnets');
});

test('a fail names the actions, the statement, the fix, and what was not looked at', () => {
  const [because] = becauseOf(onlyPolicy(...work()));
  expect(because).toContain('statement "SageMaker" of the policy "only" allows it');
  expect(because).toContain(
    'Action: [sagemaker:CreateTrainingJob, sagemaker:CreateProcessingJob, sagemaker:CreateHyperParameterTuningJob, sagemaker:CreateModel]',
  );
  expect(because).toContain('aws iam put-role-policy --role-name studio-execution');
  expect(because).toContain('Service control policies are not visible');
});

test('an endpoint needs either its configuration or its components to be denied', () => {
  const components = allow(['sagemaker:CreateInferenceComponent', 'sagemaker:CreateEndpointConfig']);
  const guarded = deny('sagemaker:CreateEndpointConfig', WITHOUT_SUBNETS);
  expect(becauseOf(alsoPolicy(components)).join()).toMatch(/^fail/);
  expect(becauseOf(alsoPolicy(components, guarded)).join()).toMatch(/^pass/);
});
