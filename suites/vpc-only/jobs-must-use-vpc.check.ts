/**
 * The execution role denies jobs, models and endpoints without VPC settings.
 *
 * What
 *   No policy of an execution role (inline, attached, within its permissions boundary) lets it create a training,
 *   processing, tuning, AutoML, monitoring or other SageMaker job, a model, a cluster or a notebook instance with
 *   neither subnets nor network isolation, or a notebook instance with direct internet access. Every statement is
 *   evaluated: action, resource and condition, Deny before Allow, for every Region that the policies tell apart. An
 *   endpoint takes its network from its models; one of inference components takes it from its configuration, so the
 *   role may not be allowed both. Jobs that no condition key can guard (compilation, inference recommendation,
 *   labeling, optimization, benchmark) must not be allowed at all. Which subnets a job names is not part of the
 *   statement; the finding says when the role leaves that open. Pipelines create their jobs as a role, so they need
 *   nothing more. Service control policies are not read.
 *
 * Why
 *   Without VPC settings SageMaker runs a container in a network of its own, with internet access. Whoever works in
 *   Studio can start one through the SageMaker API endpoint, and what it sends never meets the firewall.
 *
 * Fix
 *   AWS::IAM::Role `Policies`: Effect Deny, the actions that the finding names, Resource '*', Condition
 *   'Null': {'sagemaker:VpcSubnets': 'true'}; notebook instances without the condition, or only with
 *   'sagemaker:DirectInternetAccess': 'Disabled'. Actions that have no such key are denied altogether by it.
 *   aws iam put-role-policy --role-name … --policy-name jobs-in-the-vpc --policy-document file://deny.json
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
 *   https://docs.aws.amazon.com/service-authorization/latest/reference/list_sagemaker.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { Caller } from '../../infra/model/iam/execution-role';
import { executionCallers } from '../../infra/model/iam/execution-role';
import type { VpcSettings } from '../../infra/model/iam/vpc-settings';
import { mayNameOtherSubnets, waysOutside } from '../../infra/model/iam/vpc-settings';
import { studioDomains, studioSubnetIds } from '../../infra/model/studio';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { judgeRole, roleName } from './role-judgement';

export default {
  id: 'vpc-only/jobs-must-use-vpc',
  statement: 'The execution role denies jobs, models and endpoints without VPC settings.',
  severity: 'high',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:AC-6', 'NIST-800-53r5:SC-7'],
  judge({ snapshot }) {
    const callers = executionCallers(snapshot);
    const studio = settingsOf(snapshot);
    return callers.map((caller) => judged(caller, studio));
  },
} satisfies Check;

function settingsOf(snapshot: Snapshot): VpcSettings {
  const named = studioDomains(snapshot).flatMap(
    ({ DefaultUserSettings: defaults }) => defaults?.SecurityGroups ?? [],
  );
  return {
    subnetIds: studioSubnetIds(snapshot),
    // Which group a request names matters to no statement but one about groups.
    groupIds: named.length === 0 ? ['a-security-group'] : named,
  };
}

function judged(caller: Caller, studio: VpcSettings): Judgement {
  const open = waysOutside(caller, studio).map(({ action, decision }) => ({
    action,
    doing: 'run outside the VPC',
    decision,
  }));
  return judgeRole(caller, open, {
    pass: `No policy of ${caller.role.RoleArn} allows a job, model or endpoint without VPC settings.${whichSubnets(caller, studio)}`,
    fix: (actions) =>
      `AWS::IAM::Role Policies: a statement with Effect: Deny, Action: [${actions}], Resource: '*' and Condition: {'Null': {'sagemaker:VpcSubnets': 'true'}}, without the condition for notebook instances, which have direct internet access by default (aws iam put-role-policy --role-name ${roleName(caller)} --policy-name jobs-in-the-vpc --policy-document …)`,
  });
}

function whichSubnets(caller: Caller, studio: VpcSettings): string {
  if (!mayNameOtherSubnets(caller, studio)) return '';
  return " Which subnets is not limited to Studio's: a job may run in another VPC of the account, which this run does not look at (a Deny with ForAnyValue:StringNotEquals on sagemaker:VpcSubnets would limit it).";
}
