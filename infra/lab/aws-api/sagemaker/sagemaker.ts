/** The lab's SageMaker API: Studio's domains, profiles, spaces and apps, and notebook instances. */
import type { Handler, LabContext } from '../handler';
import { appHandlers } from './app';
import { domainHandlers } from './domain';
import { notebookInstanceHandlers } from './notebook-instance';
import { spaceHandlers } from './space';
import { userProfileHandlers } from './user-profile';

export function sagemakerHandlers(context: LabContext): Handler[] {
  return [
    ...domainHandlers(context),
    ...userProfileHandlers(context),
    ...spaceHandlers(context),
    ...appHandlers(context),
    ...notebookInstanceHandlers(context),
  ];
}
