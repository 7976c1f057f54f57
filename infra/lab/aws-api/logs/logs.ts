/** CloudWatch Logs of the lab. */
import type { Handler, LabContext } from '../handler';
import { logEventHandlers } from './log-event';
import { logGroupHandlers } from './log-group';
import { resourcePolicyHandlers } from './resource-policy';

export function logsHandlers(context: LabContext): Handler[] {
  return [...logGroupHandlers(context), ...logEventHandlers(context), ...resourcePolicyHandlers(context)];
}
