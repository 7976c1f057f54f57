/**
 * The execution role cannot change routes, firewall, logging or the domain.
 *
 * What
 *   No policy of an execution role (inline, attached, within its permissions boundary) allows an action that changes
 *   this network's routes, gateways, endpoints, security groups, network ACLs or hosts, its firewall, policies and rule
 *   groups, the logs of the firewall and of the VPC with their keys and destinations, the DNS firewall, or the Studio
 *   domain and its profiles; nor one that gives the role other permissions. Each action is asked for on the resources
 *   of this network: a statement about others does not matter. To be allowed to take on or pass any role is a fail;
 *   particular ones are unknown, for what those may do is not read. Not looked at: service control policies; policies
 *   of buckets and keys that name the role; and what existing functions, stacks and projects of other services do under
 *   roles of their own. A resource policy of CloudWatch Logs cannot let a role do anything: AWS enforces those for its
 *   own services only.
 *
 * Why
 *   Code in a notebook acts as this role. If the role can add a route, open the firewall or delete a log group, the
 *   network holds only as long as nobody in Studio, and nothing they install, wants it otherwise.
 *
 * Fix
 *   AWS::IAM::Role `Policies`: take the actions out of the Allow, or add Effect Deny with them and Resource '*' (for
 *   iam:PassRole NotResource with the role itself, which its jobs need); or an AWS::IAM::Role `PermissionsBoundary`
 *   without them.
 *   aws iam put-role-policy --role-name … --policy-name no-rewiring --policy-document file://deny.json
 *
 * References
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html
 *   https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 *   https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerFullAccess.html
 */
import type { Caller } from '../../infra/model/iam/execution-role';
import { executionCallers } from '../../infra/model/iam/execution-role';
import { borrowingBy, rewiringBy } from '../../infra/model/iam/rewiring';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { judgeRole, roleName } from './role-judgement';

export default {
  id: 'vpc-only/role-cannot-rewire',
  statement: 'The execution role cannot change routes, firewall, logging or the domain.',
  severity: 'high',
  controls: ['NIST-800-53r5:AC-6', 'NIST-800-53r5:AU-9', 'NIST-800-53r5:CM-5'],
  judge({ snapshot }) {
    const callers = executionCallers(snapshot);
    const roles = callers.map(({ role }) => role.RoleArn);
    return callers.map((caller) => judged(caller, { snapshot, roles }));
  },
} satisfies Check;

function judged(
  caller: Caller,
  { snapshot, roles }: { readonly snapshot: Snapshot; readonly roles: readonly string[] },
): Judgement {
  const open = [...rewiringBy(caller, snapshot), ...borrowingBy(caller, roles)].map(
    ({ action, changes, decision }) => ({ action, doing: `change ${changes}`, decision }),
  );
  return judgeRole(caller, open, {
    pass: `No policy of ${caller.role.RoleArn} allows a change of the network, the firewall, the logging, the domain or its own permissions.`,
    fix: (actions) =>
      `AWS::IAM::Role Policies: a statement with Effect: Deny, Action: [${actions}] and Resource: '*', or the ARNs named here where the role's work needs the action elsewhere${passingItself(caller, actions)} (aws iam put-role-policy --role-name ${roleName(caller)} --policy-name no-rewiring --policy-document …)`,
  });
}

/** SageMaker's jobs take the role that starts them, so to deny that would break them. */
function passingItself({ role }: Caller, actions: string): string {
  return actions.split(', ').includes('iam:PassRole')
    ? `, and for iam:PassRole NotResource: ${role.RoleArn} instead`
    : '';
}
