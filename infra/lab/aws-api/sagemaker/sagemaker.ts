/** The lab's SageMaker API: Studio's domains, profiles, spaces and apps, notebook instances, and processing jobs. */
import type { Handler, LabContext } from '../handler';
import { appHandlers } from './app';
import { domainHandlers } from './domain';
import { notebookInstanceHandlers } from './notebook-instance';
import { processingJobHandlers } from './processing-job';
import { spaceHandlers } from './space';
import { userProfileHandlers } from './user-profile';

export function sagemakerHandlers(context: LabContext): Handler[] {
  return [
    ...domainHandlers(context),
    ...userProfileHandlers(context),
    ...spaceHandlers(context),
    ...appHandlers(context),
    ...notebookInstanceHandlers(context),
    ...processingJobHandlers(context),
  ];
}
