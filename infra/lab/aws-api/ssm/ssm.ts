/** The lab's Systems Manager API: managed instances, Run Command, and the little of Parameter Store that templates use. */
import type { Handler, LabContext } from '../handler';
import { commandHandlers } from './command';
import { managedInstanceHandlers } from './managed-instance';
import { parameterHandlers } from './parameter';

export function ssmHandlers(context: LabContext): Handler[] {
  return [...managedInstanceHandlers(context), ...commandHandlers(context), ...parameterHandlers(context)];
}
