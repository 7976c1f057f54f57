/** Variations of the execution role and of Studio's settings that are as compliant as the reference. */
import type { Harmless } from './mutant';
import { change } from './mutant';
import { domain } from './reference-studio';
import { policy, ROLE_ARN, work } from './reference-role';
import { allow, alsoDocument, alsoPolicy, deny, editRole, onlyPolicy } from './role-changes';

const WITHOUT_SUBNETS = { Null: { 'sagemaker:VpcSubnets': 'true' } };
const EC2 = 'arn:aws:ec2:us-east-1:111122223333';

/** Variations of what the role may do, and of the groups that Studio's settings name. */
export function iamHarmless(): readonly Harmless[] {
  return [...guards(), ...others(), ...groups()];
}

function guards(): readonly Harmless[] {
  return [
    {
      id: 'H60',
      variation: 'The role may create no jobs at all.',
      mutate: onlyPolicy(allow(['s3:GetObject', 'sagemaker:Describe*', 'sagemaker:CreateApp'])),
    },
    {
      id: 'H61',
      variation: 'The guard is in the Allow, spelled in another case.',
      mutate: onlyPolicy({
        ...allow('SageMaker:create*Job'),
        Resource: 'arn:aws:sagemaker:*:*:training-job/*',
        Condition: { Null: { 'SageMaker:vpcSubnets': ['false'] } },
      }),
    },
    {
      id: 'H62',
      variation: 'The guard is a permissions boundary.',
      mutate: editRole((role) => ({
        ...role,
        policies: [policy('work', work())],
        permissionsBoundary: policy('boundary', [allow('*'), deny('sagemaker:*', WITHOUT_SUBNETS)]),
      })),
    },
    {
      id: 'H63',
      variation: 'The guard names the subnets: a missing key does not equal them.',
      mutate: onlyPolicy(
        ...work(),
        deny('sagemaker:Create*', { StringNotEquals: { 'sagemaker:VpcSubnets': 'subnet-studio' } }),
      ),
    },
    {
      id: 'H64',
      variation: 'Jobs may have no network at all instead of a subnet.',
      mutate: onlyPolicy(
        ...work(),
        deny('sagemaker:Create*', {
          ...WITHOUT_SUBNETS,
          BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' },
        }),
      ),
    },
    {
      id: 'H77',
      variation: "The guard is for Studio's Region, and every other Region is denied.",
      mutate: onlyPolicy(
        ...work(),
        {
          ...deny('sagemaker:Create*', WITHOUT_SUBNETS),
          Resource: 'arn:aws:sagemaker:us-east-1:111122223333:*',
        },
        deny('*', { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }),
      ),
    },
    {
      id: 'H65',
      variation: "Notebook instances as SageMaker's guide locks them down.",
      mutate: alsoPolicy({
        ...allow('sagemaker:CreateNotebookInstance'),
        Condition: {
          StringEquals: { 'sagemaker:DirectInternetAccess': 'Disabled' },
          Null: { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
        },
      }),
    },
  ];
}

function others(): readonly Harmless[] {
  return [
    {
      id: 'H66',
      variation: 'The role may change routes of another VPC, and logs of its own.',
      mutate: alsoPolicy(
        allow('ec2:*', `${EC2}:route-table/rtb-of-another-vpc`),
        allow('logs:*', 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/sagemaker/*'),
        allow('s3:*', 'arn:aws:s3:::studio-data/*'),
      ),
    },
    {
      id: 'H67',
      variation: 'One statement instead of a list, without a Version, of something else.',
      mutate: alsoDocument('{"Statement":{"Effect":"Allow","Action":"athena:*","Resource":"*"}}'),
    },
    {
      id: 'H68',
      variation: 'Everything is allowed, and all but the work is denied.',
      mutate: (s) =>
        alsoPolicy(
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', NotAction: ['s3:GetObject', 'sagemaker:CreateApp', 'athena:*'], Resource: '*' },
        )(s),
    },
    {
      id: 'H72',
      variation: 'The role may pass any role to SageMaker, and call no action that takes one.',
      mutate: onlyPolicy(
        allow([
          'sagemaker:CreateApp',
          'sagemaker:Describe*',
          'sagemaker:List*',
          'ec2:CreateNetworkInterface',
        ]),
        {
          ...allow('iam:PassRole'),
          Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
        },
        deny('sagemaker:CreateTrainingJob', WITHOUT_SUBNETS),
      ),
    },
    {
      id: 'H78',
      variation: 'The role of a domain of another VPC was read as well, and may do everything.',
      mutate: (s) =>
        change(s, 'executionRoles', (list) => [
          ...list,
          {
            RoleArn: `${ROLE_ARN}-elsewhere`,
            policies: [policy('all', [allow('*')])],
            permissionsBoundary: null,
          },
        ]),
    },
    {
      id: 'H69',
      variation: 'A role that belongs to a domain of another VPC is not in question.',
      mutate: (s) =>
        change(s, 'domains', (list) => [
          ...list,
          {
            ...domain('d-elsewhere'),
            VpcId: 'vpc-elsewhere',
            DefaultUserSettings: { ExecutionRole: `${ROLE_ARN}-elsewhere`, SecurityGroups: ['sg-elsewhere'] },
          },
        ]),
    },
  ];
}

function groups(): readonly Harmless[] {
  return [
    {
      id: 'H70',
      variation:
        "A user profile has a group of its own, which the owner approves, so that users' apps do not meet.",
      intent: { approvedSecurityGroups: ['sg-studio', 'sg-endpoints'] },
      mutate: (s) =>
        change(s, 'userProfiles', (list) =>
          list.map((one) => ({
            ...one,
            UserSettings: { ...one.UserSettings, SecurityGroups: ['sg-studio', 'sg-endpoints'] },
          })),
        ),
    },
    {
      id: 'H71',
      variation: 'Shared spaces have their default, and RStudio a group that SageMaker keeps.',
      mutate: (s) =>
        change(
          change(s, 'domains', (list) =>
            list.map((one) => ({
              ...one,
              DefaultSpaceSettings: { ExecutionRole: ROLE_ARN, SecurityGroups: ['sg-studio'] },
              AppSecurityGroupManagement: 'Service',
              SecurityGroupIdForDomainBoundary: 'sg-kept-by-sagemaker',
            })),
          ),
          'spaces',
          (list) => [
            ...list,
            { DomainId: 'd-studio', SpaceName: 'team', SpaceSharingSettings: { SharingType: 'Shared' } },
            { DomainId: 'd-studio', SpaceName: 'own', SpaceSharingSettings: { SharingType: 'Private' } },
          ],
        ),
    },
  ];
}
