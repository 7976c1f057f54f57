/** Instances: running at once, with one network interface in a subnet. */
import {
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { unmapAddress } from './elastic-ip';
import { described } from './filters';
import { chosen, given, stored } from './ids';
import { launch, registerManagedInstance } from './instance-launch';

const terminated = { Code: 48, Name: 'terminated' } as const;

/** Its interfaces go, those marked to stay are free again; the record stays for a while without an address, as in AWS. */
function terminate(state: LabState, instance: Instance): void {
  for (const { NetworkInterfaceId = '', Attachment } of instance.NetworkInterfaces ?? []) {
    const networkInterface = state.networkInterfaces.get(NetworkInterfaceId);
    if (networkInterface === undefined) continue;
    if (Attachment?.DeleteOnTermination === true) {
      const address = state.addresses.get(networkInterface.Association?.AllocationId ?? '');
      if (address !== undefined) unmapAddress(state, address);
      state.networkInterfaces.delete(NetworkInterfaceId);
    } else {
      delete networkInterface.Attachment;
      networkInterface.Status = 'available';
    }
  }
  for (const field of ['SubnetId', 'VpcId', 'PrivateIpAddress', 'PublicIpAddress'] as const)
    delete instance[field];
  Object.assign(instance, {
    State: terminated,
    NetworkInterfaces: [],
    SecurityGroups: [],
    PrivateDnsName: '',
    PublicDnsName: '',
  });
  state.managedInstances.delete(stored(instance.InstanceId, 'InstanceId'));
}

/** AWS gives each RunInstances call one reservation; the lab shows one per instance, with an id that follows from it. */
function reservation(state: LabState, instance: Instance) {
  const id = stored(instance.InstanceId, 'InstanceId');
  return {
    ReservationId: id.replace(/^i-/, 'r-'),
    OwnerId: state.account,
    Groups: [],
    Instances: [instance],
  };
}

function describe(context: LabContext, request: DescribeInstancesRequest) {
  const { state } = context;
  const { records, NextToken } = described(chosen(state.instances, 'instance', request.InstanceIds), {
    context,
    request,
    filters: request.Filters,
    fields: {
      'availability-zone': (instance) => [instance.Placement?.AvailabilityZone],
      'iam-instance-profile.arn': (instance) => [instance.IamInstanceProfile?.Arn],
      'image-id': (instance) => [instance.ImageId],
      'instance-id': (instance) => [instance.InstanceId],
      'instance-state-code': (instance) => [instance.State?.Code?.toString()],
      'instance-state-name': (instance) => [instance.State?.Name],
      'instance-type': (instance) => [instance.InstanceType],
      'instance.group-id': (instance) => (instance.SecurityGroups ?? []).map((group) => group.GroupId),
      'ip-address': (instance) => [instance.PublicIpAddress],
      'metadata-options.http-tokens': (instance) => [instance.MetadataOptions?.HttpTokens],
      'network-interface.network-interface-id': (instance) =>
        (instance.NetworkInterfaces ?? []).map((eni) => eni.NetworkInterfaceId),
      'private-ip-address': (instance) => [instance.PrivateIpAddress],
      'subnet-id': (instance) => [instance.SubnetId],
      'vpc-id': (instance) => [instance.VpcId],
    },
    tags: (instance) => instance.Tags,
  });
  return { Reservations: records.map((instance) => reservation(state, instance)), NextToken };
}

/** RunInstances, TerminateInstances, DescribeInstances. */
export function instanceHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', RunInstancesCommand, (request) => {
      const [min, max] = [given(request.MinCount, 'minCount'), given(request.MaxCount, 'maxCount')];
      if (min < 1 || max < min) {
        throw new ApiError(
          'InvalidParameterValue',
          `Value (${min}, ${max}) for parameters minCount, maxCount is invalid. At least one, and not more at least than at most.`,
        );
      }
      const instances = launch(context, request, max);
      for (const instance of instances)
        registerManagedInstance(state, stored(instance.InstanceId, 'InstanceId'));
      const [first] = instances.map((instance) => reservation(state, instance));
      return { ...first, Instances: instances };
    }),
    on('ec2', TerminateInstancesCommand, ({ InstanceIds }) => {
      const instances = chosen(state.instances, 'instance', given(InstanceIds, 'instanceId'));
      return {
        TerminatingInstances: instances.map((instance) => {
          const PreviousState = instance.State;
          if (instance.State?.Name !== 'terminated') terminate(state, instance);
          return { InstanceId: instance.InstanceId, PreviousState, CurrentState: terminated };
        }),
      };
    }),
    on('ec2', DescribeInstancesCommand, (request) => describe(context, request)),
  ];
}
