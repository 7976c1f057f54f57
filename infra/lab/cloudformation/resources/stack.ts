/** AWS::CloudFormation: stacks in stacks, and wait condition handles, which exist to be referred to. */
import { dnsSuffixes } from '../../partition';
import { newId } from '../../state';
import { list, mapOf, required, text } from '../property-shape';
import { type NestedStackRequest, provider, type Provider, tagList } from './provider';

interface StackProperties {
  readonly TemplateURL: string;
  readonly Parameters?: Record<string, string>;
  readonly Tags?: { Key: string; Value: string }[];
}

function request(logicalId: string, { TemplateURL, Parameters, Tags }: StackProperties): NestedStackRequest {
  return { logicalId, templateUrl: TemplateURL, parameters: Parameters ?? {}, tags: Tags ?? [] };
}

const stack = provider({
  type: 'AWS::CloudFormation::Stack',
  properties: {
    TemplateURL: required(text),
    Parameters: mapOf(text),
    NotificationARNs: list(text),
    TimeoutInMinutes: text,
    Tags: tagList,
  },
  attributes: null,
  mutable: ['NotificationARNs', 'Parameters', 'Tags', 'TemplateURL', 'TimeoutInMinutes'],
  create: async (properties, { stacks, logicalId }) => stacks.create(request(logicalId, properties)),
  update: async ({ current, after }, { stacks, logicalId }) =>
    stacks.update(current.physicalId, request(logicalId, after)),
  remove: async ({ physicalId }, { stacks }, options) => stacks.remove(physicalId, options),
});

const waitConditionHandle = provider({
  type: 'AWS::CloudFormation::WaitConditionHandle',
  properties: {},
  attributes: [],
  create: async (_properties, { state }) => ({
    physicalId: `https://cloudformation-waitcondition-${state.region}.s3.${dnsSuffixes(state.region).api}/${newId(state, 'handle')}`,
    attributes: {},
  }),
  remove: async () => {},
});

export const stackProviders: readonly Provider[] = [stack, waitConditionHandle];
