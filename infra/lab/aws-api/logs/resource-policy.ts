/** Resource policies, which let other services write into the account's log groups. */
import {
  DeleteResourcePolicyCommand,
  DescribeResourcePoliciesCommand,
  PutResourcePolicyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Handler, type LabContext, on } from '../handler';
import { paginate } from '../paging';
import { invalidParameter } from './log-group';

const TYPE = 'AWS::Logs::ResourcePolicy';
// CloudWatch Logs API reference, PutResourcePolicy: the document's length limit.
const MAX_DOCUMENT_LENGTH = 5120;

export function resourcePolicyHandlers({ state, now, pageSize }: LabContext): Handler[] {
  const keyOf = (name: string) => `${TYPE}/${name}`;
  return [
    on('logs', PutResourcePolicyCommand, ({ policyName, policyDocument }) => {
      if (policyName === undefined || policyDocument === undefined)
        throw invalidParameter('policyName and policyDocument are required');
      if (policyDocument.length > MAX_DOCUMENT_LENGTH)
        throw invalidParameter(`The policy document is longer than ${MAX_DOCUMENT_LENGTH} characters`);
      const resourcePolicy = { policyName, policyDocument, lastUpdatedTime: now().getTime() };
      state.plainResources.set(keyOf(policyName), { type: TYPE, properties: resourcePolicy });
      return { resourcePolicy };
    }),
    on('logs', DescribeResourcePoliciesCommand, ({ nextToken, limit }) => {
      const stored = [...state.plainResources.values()].filter(({ type }) => type === TYPE);
      const policies = stored.map(({ properties }) => ({
        policyName: String(properties['policyName']),
        policyDocument: String(properties['policyDocument']),
        lastUpdatedTime: Number(properties['lastUpdatedTime']),
      }));
      const page = paginate(policies, {
        token: nextToken,
        limit,
        pageSize,
        invalidToken: () => invalidParameter('The specified nextToken is invalid.'),
      });
      return { resourcePolicies: page.items, nextToken: page.nextToken };
    }),
    on('logs', DeleteResourcePolicyCommand, ({ policyName = '' }) => {
      if (!state.plainResources.delete(keyOf(policyName)))
        throw new ResourceNotFoundException({
          $metadata: {},
          message: `Policy with name [${policyName}] does not exist`,
        });
      return {};
    }),
  ];
}
