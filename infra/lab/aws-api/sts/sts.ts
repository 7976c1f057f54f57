/** STS of the lab: who the caller is. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Handler, type LabContext, on } from '../handler';

export function stsHandlers({ state }: LabContext): Handler[] {
  return [
    on('sts', GetCallerIdentityCommand, () => ({
      Account: state.account,
      Arn: `arn:${state.partition}:iam::${state.account}:user/lab`,
      UserId: 'AIDALABLABLABLABLABLA',
    })),
  ];
}
