/**
 * Flow flushes (Network Firewall API reference, StartFlowFlush and DescribeFlowOperation): the firewall forgets flows that it
 * has let pass, so that what goes on is judged by the rules of now. The lab's engine cannot forget some flows and keep others:
 * it forgets all of the endpoint's, whatever the filters say.
 */
import {
  DescribeFlowOperationCommand,
  type FlowFilter,
  StartFlowFlushCommand,
  type StartFlowFlushRequest,
} from '@aws-sdk/client-network-firewall';
import type { LabState } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { findFirewall, invalidRequest, newUuid, notFound } from './stored';

/** "You can use up to 20 filters to configure a single flow operation" (API reference, FlowOperation). */
const MAX_FILTERS = 20;

export function flowOperationHandlers({ state, now, firewalls }: LabContext): Handler[] {
  return [
    on('network-firewall', StartFlowFlushCommand, (input) => {
      const { arn } = findFirewall(state, { name: undefined, arn: input.FirewallArn });
      checkFilters(input.FlowFilters ?? []);
      const endpointIds = endpointsOf(state, arn, input);
      const id = newUuid(state);
      const operation = {
        ...scopeOf(input),
        FirewallArn: arn,
        FlowOperationId: id,
        FlowOperationType: 'FLOW_FLUSH' as const,
        FlowRequestTimestamp: now(),
        FlowOperation: {
          FlowFilters: input.FlowFilters,
          ...(input.MinimumFlowAgeInSeconds === undefined
            ? {}
            : { MinimumFlowAgeInSeconds: input.MinimumFlowAgeInSeconds }),
        },
      };
      state.flowOperations.set(id, { ...operation, FlowOperationStatus: 'IN_PROGRESS' });
      // Asynchronous, as in AWS. Without a network there is no flow to forget.
      (firewalls?.()?.flushFlows(endpointIds) ?? Promise.resolve()).then(
        () => state.flowOperations.set(id, { ...operation, FlowOperationStatus: 'COMPLETED' }),
        () =>
          state.flowOperations.set(id, {
            ...operation,
            FlowOperationStatus: 'FAILED',
            StatusMessage: 'Flow operation error',
          }),
      );
      return { FirewallArn: arn, FlowOperationId: id, FlowOperationStatus: 'IN_PROGRESS' as const };
    }),
    on('network-firewall', DescribeFlowOperationCommand, (input) => {
      const { arn } = findFirewall(state, { name: undefined, arn: input.FirewallArn });
      const found = state.flowOperations.get(input.FlowOperationId ?? '');
      if (found === undefined || found.FirewallArn !== arn)
        throw notFound(`Flow operation ${input.FlowOperationId} not found.`);
      return found;
    }),
  ];
}

const scopeOf = ({ AvailabilityZone, VpcEndpointAssociationArn, VpcEndpointId }: StartFlowFlushRequest) => ({
  ...(AvailabilityZone === undefined ? {} : { AvailabilityZone }),
  ...(VpcEndpointAssociationArn === undefined ? {} : { VpcEndpointAssociationArn }),
  ...(VpcEndpointId === undefined ? {} : { VpcEndpointId }),
});

function checkFilters(filters: readonly FlowFilter[]): void {
  if (filters.length === 0 || filters.length > MAX_FILTERS)
    throw invalidRequest(`FlowFilters must have 1 to ${MAX_FILTERS} entries, not ${filters.length}`);
  for (const { SourceAddress, DestinationAddress } of filters)
    for (const address of [SourceAddress, DestinationAddress])
      if (address !== undefined && !/^[0-9A-Fa-f.:]+(\/\d{1,3})?$/.test(address.AddressDefinition ?? ''))
        throw invalidRequest(`${address.AddressDefinition} is neither an address nor a block of addresses`);
}

/** The endpoints that the request is about; without one of its scopes, the firewall's own (DERIVED). */
function endpointsOf(state: LabState, arn: string, input: StartFlowFlushRequest): readonly string[] {
  const {
    AvailabilityZone: zone,
    VpcEndpointAssociationArn: associationArn,
    VpcEndpointId: endpointId,
  } = input;
  if (associationArn !== undefined) {
    const association = state.vpcEndpointAssociations.get(associationArn);
    if (association?.VpcEndpointAssociation?.FirewallArn !== arn)
      throw notFound(`VPC endpoint association ${associationArn} not found.`);
    const states = association.VpcEndpointAssociationStatus?.AssociationSyncState ?? {};
    return Object.values(states).flatMap(({ Attachment }) => Attachment?.EndpointId ?? []);
  }
  const { stored } = findFirewall(state, { name: undefined, arn });
  const own = Object.entries(stored.FirewallStatus.SyncStates ?? {});
  if (zone !== undefined && !own.some(([name]) => name === zone))
    throw invalidRequest(`The firewall has no endpoint in ${zone}`);
  return own
    .filter(([name]) => zone === undefined || name === zone)
    .flatMap(([, { Attachment }]) => Attachment?.EndpointId ?? [])
    .filter((id) => endpointId === undefined || id === endpointId);
}
