/** The lab's short forms of AWS's managed policies are incomplete, and nobody may take what they leave out for denied. */
import { awsManagedPolicy } from '../../lab/aws-api/iam/aws-managed-policy';
import { newLabState } from '../../lab/state';
import { decide, NO_RESOURCE, principalOf } from './evaluation';

function answerUnder(policy: string, action: string): string {
  const arn = `arn:aws:iam::aws:policy/${policy}`;
  const found = awsManagedPolicy(newLabState(), arn);
  if (found === null) throw new Error(`the lab has no ${policy}`);
  const principal = principalOf({
    RoleArn: 'arn:aws:iam::111122223333:role/studio',
    policies: [{ source: arn, name: found.name, document: found.document }],
    permissionsBoundary: null,
  });
  return decide(principal, { action, resource: NO_RESOURCE, contexts: [new Map()] }).answer;
}

test.each([
  ['AmazonSageMakerReadOnly', 'sagemaker:DescribeDomain', 'allowed'],
  ['AmazonSageMakerReadOnly', 'ec2:CreateRoute', 'undecided'],
  ['AmazonSageMakerFullAccess', 'ec2:CreateVpcEndpoint', 'undecided'],
  ['AdministratorAccess', 'ec2:CreateRoute', 'allowed'],
])('under %s, %s is %s', (policy, action, answer) => {
  expect(answerUnder(policy, action)).toBe(answer);
});
