/** The lab's IAM API: roles, policies and instance profiles. Nothing in the lab enforces them. */
import type { Handler, LabContext } from '../handler';
import { instanceProfileHandlers } from './instance-profile';
import { policyHandlers } from './policy';
import { roleHandlers } from './role';

export function iamHandlers(context: LabContext): Handler[] {
  return [...roleHandlers(context), ...policyHandlers(context), ...instanceProfileHandlers(context)];
}
