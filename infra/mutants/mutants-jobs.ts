/**
 * Faults of the guards that keep SageMaker's jobs in the VPC. Ids are those of the mutation catalogue, with a letter
 * for its variants.
 */
import type { Sketch } from './mutant';
import { change } from './mutant';
import { policy, work } from './reference-role';
import { allow, alsoDocument, alsoPolicy, deny, editRole, onlyPolicy } from './role-changes';

const OTHER_ROLE = 'arn:aws:iam::111122223333:role/other';
const GUARDED_FOUR = [
  'sagemaker:CreateTrainingJob',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateHyperParameterTuningJob',
  'sagemaker:CreateModel',
];
const WITHOUT_SUBNETS = { Null: { 'sagemaker:VpcSubnets': 'true' } };

/** What the check of jobs must notice. */
export function jobSketches(): readonly Sketch[] {
  return [...missingGuards(), ...deceivingGuards(), ...openGuards()];
}

function missingGuards(): readonly Sketch[] {
  return [
    [
      'D08',
      'Nothing asks for VPC settings.',
      'fail',
      'sagemaker:CreateTrainingJob on arn:aws:sagemaker:us-east-1:111122223333:training-job/',
      onlyPolicy(...work()),
    ],
    [
      'D08a',
      'The guard leaves out models.',
      'fail',
      'sagemaker:CreateModel',
      onlyPolicy(...work(), deny(GUARDED_FOUR.slice(0, 3), WITHOUT_SUBNETS)),
    ],
    [
      'D08b',
      'The role may do anything with SageMaker, and the guard knows four actions.',
      'fail',
      'sagemaker:CreateAutoMLJobV2',
      onlyPolicy(allow('sagemaker:*'), deny(GUARDED_FOUR, WITHOUT_SUBNETS)),
    ],
    [
      'D08c',
      'Notebook instances need a subnet, and still have direct internet access.',
      'fail',
      'sagemaker:CreateNotebookInstance',
      alsoPolicy(
        allow('sagemaker:CreateNotebookInstance'),
        deny('sagemaker:CreateNotebookInstance', WITHOUT_SUBNETS),
      ),
    ],
    [
      'D08d',
      'An endpoint of inference components needs no model.',
      'fail',
      'sagemaker:CreateInferenceComponent with sagemaker:CreateEndpointConfig',
      alsoPolicy(allow('sagemaker:CreateInferenceComponent')),
    ],
    [
      'D08e',
      'A job that no condition key can guard is allowed.',
      'fail',
      'sagemaker:CreateInferenceRecommendationsJob',
      alsoPolicy(allow('sagemaker:CreateInferenceRecommendationsJob')),
    ],
    [
      'D08f',
      "A user profile's own role has no guard.",
      'fail',
      OTHER_ROLE,
      (s) =>
        change(
          change(s, 'userProfiles', (list) =>
            list.map((one) => ({ ...one, UserSettings: { ExecutionRole: OTHER_ROLE } })),
          ),
          'executionRoles',
          (roles) => [
            ...roles,
            { RoleArn: OTHER_ROLE, policies: [policy('work', work())], permissionsBoundary: null },
          ],
        ),
    ],
  ];
}

/** Guards that look like one and are none. */
function deceivingGuards(): readonly Sketch[] {
  return [
    [
      'D08g',
      'The guard is met by requests that have subnets.',
      'fail',
      'sagemaker:CreateTrainingJob',
      onlyPolicy(...work(), deny(GUARDED_FOUR, { Null: { 'sagemaker:VpcSubnets': 'false' } })),
    ],
    [
      'D08h',
      'ForAnyValue is not met by a missing key.',
      'fail',
      'sagemaker:CreateTrainingJob',
      onlyPolicy(
        ...work(),
        deny(GUARDED_FOUR, {
          'ForAnyValue:StringNotEquals': { 'sagemaker:VpcSubnets': 'subnet-studio' },
        }),
      ),
    ],
    [
      'D08i',
      'ForAllValues in an Allow is met by a missing key.',
      'fail',
      'sagemaker:CreateProcessingJob',
      onlyPolicy({
        ...allow('sagemaker:CreateProcessingJob'),
        Condition: { 'ForAllValues:StringEquals': { 'sagemaker:VpcSubnets': 'subnet-studio' } },
      }),
    ],
    [
      'D08j',
      "The guard leaves one team's jobs alone.",
      'fail',
      'training-job/team-a-',
      onlyPolicy(...work(), {
        Effect: 'Deny',
        Action: 'sagemaker:Create*',
        NotResource: 'arn:aws:sagemaker:*:*:training-job/team-a-*',
        Condition: WITHOUT_SUBNETS,
      }),
    ],
    [
      'D08k',
      'The guard is about another Region.',
      'fail',
      'sagemaker:CreateTrainingJob',
      onlyPolicy(...work(), {
        Effect: 'Deny',
        Action: 'sagemaker:*',
        Resource: 'arn:aws:sagemaker:eu-west-1:*:*',
      }),
    ],
    [
      'D08s',
      'The guard is about this Region only.',
      'fail',
      'sagemaker:CreateTrainingJob on arn:aws:sagemaker:eu-west-1:',
      onlyPolicy(...work(), {
        Effect: 'Deny',
        Action: 'sagemaker:*',
        Resource: 'arn:aws:sagemaker:us-east-1:111122223333:*',
      }),
    ],
    [
      'D08t',
      'The guard is about two Regions, and there are more.',
      'fail',
      'sagemaker:CreateTrainingJob on arn:aws:sagemaker:us-west-2:',
      onlyPolicy(...work(), {
        Effect: 'Deny',
        Action: 'sagemaker:Create*',
        Resource: ['arn:aws:sagemaker:us-east-1:*:*', 'arn:aws:sagemaker:eu-west-1:*:*'],
        Condition: WITHOUT_SUBNETS,
      }),
    ],
    [
      'D08u',
      'Jobs are allowed in Regions where Studio is not.',
      'fail',
      'sagemaker:CreateTrainingJob on arn:aws:sagemaker:ap-',
      onlyPolicy({
        ...allow('sagemaker:CreateTrainingJob'),
        Condition: { StringLike: { 'aws:RequestedRegion': 'ap-*' } },
      }),
    ],
    [
      'D08l',
      'The guard needs both settings to be missing and one more condition.',
      'fail',
      'sagemaker:CreateTrainingJob',
      onlyPolicy(
        ...work(),
        deny(GUARDED_FOUR, {
          ...WITHOUT_SUBNETS,
          Bool: { 'aws:SecureTransport': 'false' },
        }),
      ),
    ],
  ];
}

/** Guards whose effect is not known. */
function openGuards(): readonly Sketch[] {
  return [
    [
      'D08m',
      'The guard is for sessions with a tag.',
      'unknown',
      'aws:principaltag/team',
      onlyPolicy(
        ...work(),
        deny('sagemaker:*', { ...WITHOUT_SUBNETS, StringEquals: { 'aws:PrincipalTag/team': 'a' } }),
      ),
    ],
    [
      'D08v',
      'Jobs are allowed where a service makes them for the role, as CloudFormation does.',
      'unknown',
      'aws:calledvia',
      onlyPolicy(allow('cloudformation:*'), {
        ...allow('sagemaker:CreateTrainingJob'),
        Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } },
      }),
    ],
    [
      'D08w',
      'The guard is for calls that no service makes for the role.',
      'unknown',
      'aws:viaawsservice',
      onlyPolicy(
        ...work(),
        deny('sagemaker:*', { ...WITHOUT_SUBNETS, Bool: { 'aws:ViaAWSService': 'false' } }),
      ),
    ],
    [
      'D08n',
      'The guard is a policy that is not JSON.',
      'unknown',
      'the policy "only" could not be read',
      editRole((role) => ({
        ...role,
        policies: [policy('work', work()), { source: 'inline', name: 'only', document: '{"Statement": [' }],
      })),
    ],
    [
      'D08o',
      'The guard demands isolation only of requests that speak of it.',
      'unknown',
      'sagemaker:CreateTrainingJob',
      onlyPolicy(...work(), deny('sagemaker:*', { Bool: { 'sagemaker:NetworkIsolation': 'false' } })),
    ],
    [
      'D08p',
      'The guard has a key twice, one of which IAM would take.',
      'unknown',
      'the same key twice',
      alsoDocument('{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"sagemaker:*","Resource":"*"}}'),
    ],
    [
      'D08q',
      'The guard has an operator that IAM does not have.',
      'unknown',
      'sagemaker:vpcsubnets',
      onlyPolicy(...work(), deny('sagemaker:*', { StringMissing: { 'sagemaker:VpcSubnets': 'true' } })),
    ],
    [
      'D08r',
      "A user profile's role was not read.",
      'unknown',
      OTHER_ROLE,
      (s) =>
        change(s, 'userProfiles', (list) =>
          list.map((one) => ({ ...one, UserSettings: { ExecutionRole: OTHER_ROLE } })),
        ),
    ],
  ];
}
