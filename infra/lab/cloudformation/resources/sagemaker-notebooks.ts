/** AWS::SageMaker: notebook instances. */
import {
  _InstanceType,
  CreateNotebookInstanceCommand,
  DeleteNotebookInstanceCommand,
  StopNotebookInstanceCommand,
} from '@aws-sdk/client-sagemaker';
import { integer, list, object, oneOf, required, text } from '../property-shape';
import {
  attributeText,
  generatedName,
  provider,
  type Provider,
  resourceTags,
  returned,
  tagList,
} from './provider';

const notebookInstance = provider({
  type: 'AWS::SageMaker::NotebookInstance',
  properties: {
    InstanceType: required(oneOf(...Object.values(_InstanceType))),
    RoleArn: required(text),
    DirectInternetAccess: oneOf('Enabled', 'Disabled'),
    KmsKeyId: text,
    LifecycleConfigName: text,
    NotebookInstanceName: text,
    PlatformIdentifier: text,
    RootAccess: oneOf('Enabled', 'Disabled'),
    SecurityGroupIds: list(text),
    SubnetId: text,
    VolumeSizeInGB: integer,
    InstanceMetadataServiceConfiguration: object({ MinimumInstanceMetadataServiceVersion: required(text) }),
    Tags: tagList,
  },
  notCarried: ['AcceleratorTypes', 'AdditionalCodeRepositories', 'DefaultCodeRepository'],
  attributes: ['NotebookInstanceName'],
  frozen: [
    'InstanceMetadataServiceConfiguration',
    'InstanceType',
    'LifecycleConfigName',
    'RoleArn',
    'RootAccess',
    'Tags',
    'VolumeSizeInGB',
  ],
  create: async ({ NotebookInstanceName, LifecycleConfigName, Tags, ...properties }, context) => {
    const name = NotebookInstanceName ?? generatedName(context, 63);
    const { NotebookInstanceArn } = await context.api.call('sagemaker', CreateNotebookInstanceCommand, {
      ...properties,
      NotebookInstanceName: name,
      LifecycleConfigName,
      Tags: resourceTags(context, Tags),
    });
    return {
      physicalId: returned(NotebookInstanceArn, 'NotebookInstanceArn'),
      attributes: { NotebookInstanceName: name },
    };
  },
  // Only a stopped instance can be deleted (SageMaker API reference, DeleteNotebookInstance).
  remove: async ({ attributes }, { api }) => {
    const NotebookInstanceName = attributeText(attributes, 'NotebookInstanceName');
    await api.call('sagemaker', StopNotebookInstanceCommand, { NotebookInstanceName });
    await api.call('sagemaker', DeleteNotebookInstanceCommand, { NotebookInstanceName });
  },
});

export const notebookProviders: readonly Provider[] = [notebookInstance];
