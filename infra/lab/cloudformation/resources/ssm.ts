/** AWS::SSM: parameters. */
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { oneOf, required, text } from '../property-shape';
import { generatedName, provider, type Provider } from './provider';

const parameter = provider({
  type: 'AWS::SSM::Parameter',
  properties: {
    Name: text,
    Type: required(oneOf('String', 'StringList')),
    Value: required(text),
    Description: text,
    AllowedPattern: text,
  },
  notCarried: ['DataType', 'Policies', 'Tags', 'Tier'],
  attributes: ['Type', 'Value'],
  mutable: ['Description', 'Value'],
  frozen: ['AllowedPattern', 'Type'],
  create: async (properties, context) => {
    const Name = properties.Name ?? generatedName(context, 1011);
    await context.api.call('ssm', PutParameterCommand, { ...properties, Name });
    return { physicalId: Name, attributes: { Type: properties.Type, Value: properties.Value } };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('ssm', PutParameterCommand, { ...after, Name: current.physicalId, Overwrite: true });
    return { physicalId: current.physicalId, attributes: { Type: after.Type, Value: after.Value } };
  },
  // The lab's SSM keeps its parameters among the plain resources, and answers no DeleteParameter.
  remove: async ({ physicalId }, { state }) => {
    if (!state.plainResources.delete(physicalId))
      throw new Error(`ParameterNotFound: Parameter ${physicalId} not found.`);
  },
});

export const ssmProviders: readonly Provider[] = [parameter];
