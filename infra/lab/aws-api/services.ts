/** Every operation that the lab answers. */
import { cloudformationHandlers } from '../cloudformation/api';
import { ec2Handlers } from './ec2/ec2';
import type { Handler, LabApi, LabContext } from './handler';
import { iamHandlers } from './iam/iam';
import { kmsHandlers } from './kms/kms';
import { logsHandlers } from './logs/logs';
import { networkFirewallHandlers } from './network-firewall/network-firewall';
import { route53resolverHandlers } from './route53resolver/route53resolver';
import { s3Handlers } from './s3/s3';
import { sagemakerHandlers } from './sagemaker/sagemaker';
import { ssmHandlers } from './ssm/ssm';
import { stsHandlers } from './sts/sts';

export interface AllHandlersOptions {
  /** The text of a nested stack's template, by its TemplateURL; without it, nested stacks are refused. */
  readonly nestedTemplate?: (url: string) => string;
}

/**
 * The handlers of all services. CloudFormation works through the API itself, so without one (`allHandlers(context)`)
 * it is left out.
 */
export function allHandlers(
  context: LabContext,
  api: LabApi | null = null,
  { nestedTemplate }: AllHandlersOptions = {},
): Handler[] {
  return [
    ...(api === null ? [] : cloudformationHandlers({ context, api, nested: nestedTemplate })),
    ...ec2Handlers(context),
    ...iamHandlers(context),
    ...kmsHandlers(context),
    ...logsHandlers(context),
    ...networkFirewallHandlers(context),
    ...route53resolverHandlers(context),
    ...s3Handlers(context),
    ...sagemakerHandlers(context),
    ...ssmHandlers(context),
    ...stsHandlers(context),
  ];
}
