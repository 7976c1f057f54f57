/** ModifyInstanceAttribute, for what routing and its protection look at: SourceDestCheck and security groups. */
import { type Instance, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { existing, stored } from './ids';
import { groupIdentifiers } from './network-interface';
import { groupsFor } from './security-group';
import { unmodelled } from './parameters';

const unmodelledAttributes = [
  'Attribute',
  'BlockDeviceMappings',
  'DisableApiTermination',
  'DisableApiStop',
  'EbsOptimized',
  'EnaSupport',
  'InstanceInitiatedShutdownBehavior',
  'InstanceType',
  'Kernel',
  'Ramdisk',
  'SriovNetSupport',
  'UserData',
  'Value',
] as const;

/** The instance's only interface; with several, AWS wants ModifyNetworkInterfaceAttribute. */
function onlyInterface(state: LabState, instance: Instance) {
  const [only, second] = instance.NetworkInterfaces ?? [];
  if (only === undefined || second !== undefined)
    throw new ApiError(
      'InvalidInstanceID',
      `There are ${instance.NetworkInterfaces?.length ?? 0} interfaces attached to instance '${instance.InstanceId}'. Please specify an interface ID for the operation instead.`,
    );
  const id = stored(only.NetworkInterfaceId, 'NetworkInterfaceId');
  return { copy: only, eni: stored(state.networkInterfaces.get(id), `the interface ${id}`) };
}

export function instanceAttributeHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', ModifyInstanceAttributeCommand, (request) => {
      unmodelled(request, unmodelledAttributes);
      const instance = existing(state.instances, 'instance', request.InstanceId, 'instanceId');
      const { copy, eni } = onlyInterface(state, instance);
      const check = request.SourceDestCheck?.Value;
      if (check !== undefined) eni.SourceDestCheck = copy.SourceDestCheck = instance.SourceDestCheck = check;
      if (request.Groups !== undefined && request.Groups.length > 0) {
        const groups = groupIdentifiers(groupsFor(state, stored(eni.VpcId, 'VpcId'), request.Groups));
        eni.Groups = copy.Groups = instance.SecurityGroups = groups;
      }
      return {};
    }),
  ];
}
