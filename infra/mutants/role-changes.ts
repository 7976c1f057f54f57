/** Changes of the execution role, of which faults and harmless variations are made. */
import type { ExecutionRole, Snapshot } from '../snapshot/snapshot';
import { change, edited } from './mutant';
import type { PolicyStatement } from './reference-role';
import { policy, ROLE_ARN } from './reference-role';

/** The reference's role changed. */
export function editRole(edit: (role: ExecutionRole) => ExecutionRole): (snapshot: Snapshot) => Snapshot {
  return (snapshot) =>
    change(snapshot, 'executionRoles', (roles) => edited(roles, ({ RoleArn }) => RoleArn === ROLE_ARN, edit));
}

/** The role with one more policy. */
export function alsoPolicy(...statements: PolicyStatement[]): (snapshot: Snapshot) => Snapshot {
  return editRole((role) => ({ ...role, policies: [...role.policies, policy('further', statements)] }));
}

/** The role with these statements and no others. */
export function onlyPolicy(...statements: PolicyStatement[]): (snapshot: Snapshot) => Snapshot {
  return editRole((role) => ({ ...role, policies: [policy('only', statements)] }));
}

/** The role with one more policy, as text. */
export function alsoDocument(document: string): (snapshot: Snapshot) => Snapshot {
  return editRole((role) => ({
    ...role,
    policies: [...role.policies, { source: 'inline', name: 'further', document }],
  }));
}

/** An Allow. */
export function allow(Action: string | readonly string[], Resource: string = '*'): PolicyStatement {
  return { Effect: 'Allow', Action, Resource };
}

/** A Deny with a condition. */
export function deny(
  Action: string | readonly string[],
  Condition: NonNullable<PolicyStatement['Condition']>,
): PolicyStatement {
  return { Effect: 'Deny', Action, Resource: '*', Condition };
}
