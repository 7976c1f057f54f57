/**
 * Faults of what the execution role may change. Ids are those of the mutation catalogue, with a letter for its
 * variants.
 */
import type { Sketch } from './mutant';
import { unread } from './mutant';
import { policy, ROLE_ARN } from './reference-role';
import { allow, alsoDocument, alsoPolicy, editRole, onlyPolicy } from './role-changes';

const EC2 = 'arn:aws:ec2:us-east-1:111122223333';

/** What the check of rewiring must notice. */
export function rewiringSketches(): readonly Sketch[] {
  return [...changes(), ...escalations(), ...openChanges()];
}

function changes(): readonly Sketch[] {
  return [
    [
      'D09',
      'It may add routes.',
      'fail',
      'change routes (ec2:CreateRoute',
      alsoPolicy(allow('ec2:CreateRoute')),
    ],
    [
      'D09a',
      'It may add routes to one table of this network.',
      'fail',
      `ec2:CreateRoute on ${EC2}:route-table/rtb-studio`,
      alsoPolicy(allow('ec2:CreateRoute', `${EC2}:route-table/rtb-studio`)),
    ],
    [
      'D09b',
      'It may change rule groups.',
      'fail',
      'network-firewall:UpdateRuleGroup',
      alsoPolicy(allow('network-firewall:Update*')),
    ],
    [
      'D09c',
      'It may change the domain.',
      'fail',
      'sagemaker:UpdateDomain',
      alsoPolicy(allow('sagemaker:updatedomain')),
    ],
    ['D09d', 'It may do everything.', 'fail', 'ec2:ReplaceRoute', alsoPolicy(allow('*'))],
    [
      'D09e',
      'It may do everything but a few actions.',
      'fail',
      'network-firewall:DeleteFirewall',
      alsoPolicy({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }),
    ],
    [
      'D09f',
      "AWS's own policy for SageMaker lets it make VPC endpoints.",
      'fail',
      'ec2:CreateVpcEndpoint',
      alsoPolicy(allow(['ec2:CreateNetworkInterface', 'ec2:CreateVpcEndpoint', 'ec2:Describe*'])),
    ],
    [
      'L08',
      "It may delete the firewall's log group.",
      'fail',
      'logs:DeleteLogGroup on arn:aws:logs:us-east-1:111122223333:log-group:/studio/firewall-alert',
      alsoPolicy(
        allow(
          'logs:DeleteLogGroup',
          'arn:aws:logs:us-east-1:111122223333:log-group:/studio/firewall-alert:*',
        ),
      ),
    ],
    ['L08a', 'It may shorten retention.', 'fail', 'logs:PutRetentionPolicy', alsoPolicy(allow('logs:Put*'))],
    [
      'D09s',
      'It may give the VPC other resolver rules by a Route 53 Profile.',
      'fail',
      'route53profiles:AssociateProfile',
      alsoPolicy(allow('route53profiles:*')),
    ],
    [
      'D09t',
      'It may take away what lets a subnet out of Block Public Access, addresses of the NAT gateway, and subnets.',
      'fail',
      'ec2:DisassociateNatGatewayAddress',
      alsoPolicy(allow(['ec2:Disassociate*', 'ec2:DeleteSubnet'])),
    ],
    [
      'D09g',
      'It may do all that the boundary allows, and that is everything.',
      'fail',
      'ec2:AuthorizeSecurityGroupEgress',
      editRole((role) => ({
        ...role,
        policies: [policy('all', [allow('ec2:*')])],
        permissionsBoundary: policy('boundary', [allow('*')]),
      })),
    ],
  ];
}

function escalations(): readonly Sketch[] {
  return [
    [
      'D09h',
      'It may write its own policies.',
      'fail',
      `iam:PutRolePolicy on ${ROLE_ARN}`,
      alsoPolicy(allow('iam:PutRolePolicy', ROLE_ARN)),
    ],
    [
      'D09i',
      'It may hand any role to SageMaker.',
      'fail',
      'iam:PassRole on arn:aws:iam::111122223333:role/*',
      alsoPolicy({
        ...allow('iam:PassRole', 'arn:aws:iam::*:role/*'),
        Condition: { StringLike: { 'iam:PassedToService': 'sagemaker.amazonaws.com*' } },
      }),
    ],
    [
      'D09r',
      'It may hand any role to a cluster of Amazon EMR.',
      'fail',
      'iam:PassRole on arn:aws:iam::111122223333:role/*',
      onlyPolicy(allow(['iam:PassRole', 'elasticmapreduce:RunJobFlow'])),
    ],
    [
      'D09q',
      'It may make roles and give them any policy.',
      'fail',
      'iam:AttachRolePolicy',
      alsoPolicy(allow(['iam:CreateRole', 'iam:AttachRolePolicy'])),
    ],
    ['D09j', 'It may take on any role.', 'fail', 'sts:AssumeRole', alsoPolicy(allow('sts:AssumeRole'))],
    [
      'D09k',
      'It may change a policy that it has.',
      'fail',
      'iam:CreatePolicyVersion on arn:aws:iam::111122223333:policy/team',
      (s) =>
        alsoPolicy(allow('iam:CreatePolicyVersion', 'arn:aws:iam::111122223333:policy/*'))(
          editRole((role) => ({
            ...role,
            policies: [
              ...role.policies,
              { ...policy('team', []), source: 'arn:aws:iam::111122223333:policy/team' },
            ],
          }))(s),
        ),
    ],
  ];
}

function openChanges(): readonly Sketch[] {
  return [
    [
      'D09l',
      'It may take on one other role, which was not read.',
      'unknown',
      'arn:aws:iam::111122223333:role/deployer, and what that may do was not read',
      alsoPolicy(allow('sts:AssumeRole', 'arn:aws:iam::111122223333:role/deployer')),
    ],
    [
      'D09m',
      'It may add routes from some addresses.',
      'unknown',
      'aws:sourceip',
      alsoPolicy({
        ...allow('ec2:CreateRoute'),
        Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      }),
    ],
    [
      'D09u',
      'It may add routes by stacks of CloudFormation, which act with its permissions.',
      'unknown',
      'aws:calledvia',
      alsoPolicy(allow('cloudformation:CreateStack'), {
        ...allow('ec2:CreateRoute'),
        Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } },
      }),
    ],
    [
      'D09n',
      'It may add routes to one table, and which tables there are was not read.',
      'unknown',
      'grant aws:ReadrouteTables',
      (s) => unread(alsoPolicy(allow('ec2:CreateRoute', `${EC2}:route-table/rtb-studio`))(s), 'routeTables'),
    ],
    [
      'D09o',
      'It may add routes to the table that a variable names.',
      'unknown',
      'ec2:CreateRoute',
      alsoPolicy(allow('ec2:CreateRoute', `${EC2}:route-table/\${aws:PrincipalTag/table}`)),
    ],
    [
      'D09p',
      'A statement has an element that IAM does not have.',
      'unknown',
      'the element Conditon',
      alsoDocument('{"Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*","Conditon":{}}]}'),
    ],
  ];
}
