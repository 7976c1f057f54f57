/** Notebook instances: the older notebooks, which reach the internet past the VPC unless told otherwise (aws.md 4.12). */
import {
  CreateNotebookInstanceCommand,
  DeleteNotebookInstanceCommand,
  DescribeNotebookInstanceCommand,
  ListNotebookInstancesCommand,
  StopNotebookInstanceCommand,
  type CreateNotebookInstanceInput,
  type DescribeNotebookInstanceOutput,
} from '@aws-sdk/client-sagemaker';
import type { LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  checkEnum,
  checkPattern,
  listPage,
  NAME_PATTERN,
  ROLE_ARN_PATTERN,
  sagemakerArn,
  validationError,
} from './answers';

export function notebookInstanceHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('sagemaker', CreateNotebookInstanceCommand, (input) => {
      checkInput(state, input);
      const instance = newNotebookInstance(context, input);
      state.notebookInstances.set(instance.NotebookInstanceName ?? '', instance);
      return { NotebookInstanceArn: instance.NotebookInstanceArn };
    }),
    on('sagemaker', DescribeNotebookInstanceCommand, ({ NotebookInstanceName }) =>
      findNotebookInstance(state, NotebookInstanceName),
    ),
    on('sagemaker', ListNotebookInstancesCommand, (input) => {
      const { items, nextToken } = listPage(context, input, [...state.notebookInstances.values()]);
      return {
        NotebookInstances: items.map((instance) => ({
          NotebookInstanceName: instance.NotebookInstanceName,
          NotebookInstanceArn: instance.NotebookInstanceArn,
          NotebookInstanceStatus: instance.NotebookInstanceStatus,
          Url: instance.Url,
          InstanceType: instance.InstanceType,
          CreationTime: instance.CreationTime,
          LastModifiedTime: instance.LastModifiedTime,
        })),
        NextToken: nextToken,
      };
    }),
    on('sagemaker', StopNotebookInstanceCommand, ({ NotebookInstanceName }) => {
      const instance = findNotebookInstance(state, NotebookInstanceName);
      state.notebookInstances.set(NotebookInstanceName ?? '', {
        ...instance,
        NotebookInstanceStatus: 'Stopped',
        LastModifiedTime: now(),
      });
      return {};
    }),
    on('sagemaker', DeleteNotebookInstanceCommand, ({ NotebookInstanceName }) => {
      const { NotebookInstanceStatus: status, NotebookInstanceArn } = findNotebookInstance(
        state,
        NotebookInstanceName,
      );
      if (status !== 'Stopped' && status !== 'Failed')
        throw validationError(
          `Status (${status}) not in ([Stopped, Failed]). Unable to transition to (Deleting) for Notebook Instance (${NotebookInstanceArn})`,
        );
      state.notebookInstances.delete(NotebookInstanceName ?? '');
      return {};
    }),
  ];
}

function checkInput(state: LabState, input: CreateNotebookInstanceInput): void {
  const { NotebookInstanceName, SubnetId, SecurityGroupIds } = input;
  checkPattern('notebookInstanceName', NotebookInstanceName, NAME_PATTERN);
  checkPattern('roleArn', input.RoleArn, ROLE_ARN_PATTERN);
  checkEnum('directInternetAccess', input.DirectInternetAccess, ['Enabled', 'Disabled']);
  if (state.notebookInstances.has(NotebookInstanceName ?? ''))
    throw validationError(`Cannot create a duplicate Notebook Instance (${NotebookInstanceName})`);
  if (SubnetId !== undefined && !state.subnets.has(SubnetId))
    throw validationError(`The subnet ID '${SubnetId}' does not exist`);
  for (const groupId of SecurityGroupIds ?? [])
    if (!state.securityGroups.has(groupId))
      throw validationError(`The security group '${groupId}' does not exist`);
  if (input.DirectInternetAccess === 'Disabled' && SubnetId === undefined)
    throw validationError('DirectInternetAccess cannot be Disabled without a SubnetId');
}

/** The network interface that AWS makes in the subnet is not modelled: `NetworkInterfaceId` is not returned. */
function newNotebookInstance(
  { state, now }: LabContext,
  input: CreateNotebookInstanceInput,
): DescribeNotebookInstanceOutput {
  return {
    NotebookInstanceArn: sagemakerArn(state, `notebook-instance/${input.NotebookInstanceName}`),
    NotebookInstanceName: input.NotebookInstanceName,
    NotebookInstanceStatus: 'InService',
    Url: `${input.NotebookInstanceName}.notebook.${state.region}.sagemaker.aws`,
    InstanceType: input.InstanceType,
    IpAddressType: input.IpAddressType,
    SubnetId: input.SubnetId,
    SecurityGroups: input.SecurityGroupIds,
    RoleArn: input.RoleArn,
    KmsKeyId: input.KmsKeyId,
    CreationTime: now(),
    LastModifiedTime: now(),
    // "By default, DirectInternetAccess is set to Enabled" (CreateNotebookInstance).
    DirectInternetAccess: input.DirectInternetAccess ?? 'Enabled',
    VolumeSizeInGB: input.VolumeSizeInGB ?? 5,
    RootAccess: input.RootAccess ?? 'Enabled',
    PlatformIdentifier: input.PlatformIdentifier,
    InstanceMetadataServiceConfiguration: input.InstanceMetadataServiceConfiguration,
  };
}

function findNotebookInstance(state: LabState, name: string | undefined): DescribeNotebookInstanceOutput {
  const instance = state.notebookInstances.get(name ?? '');
  // Notebook instances answer ValidationException where Studio's operations answer ResourceNotFound (MEMORY).
  if (instance === undefined) throw validationError('RecordNotFound');
  return instance;
}
