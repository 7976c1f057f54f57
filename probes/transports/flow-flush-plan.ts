/** Which flows are flushed where: those of Studio's addresses, at every endpoint of every firewall. */
import type { StartFlowFlushCommandInput } from '@aws-sdk/client-network-firewall';
import { NotKnown, returned, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';
import type { FlowFlush } from '../probe';
import { targetDomains } from './target-domains';

export type PlannedFlush = Pick<FlowFlush, 'firewallArn' | 'sources'> & {
  readonly scope: string;
  readonly input: StartFlowFlushCommandInput;
};

/** "You can use up to 20 filters to configure a single flow operation" (API reference, FlowOperation). */
const MAX_FILTERS = 20;

/** Throws {@link NotKnown} where Studio's addresses or the firewall's endpoints are not known, or where there is no firewall. */
export function plannedFlushes(snapshot: Snapshot): readonly PlannedFlush[] {
  const sources = studioSources(snapshot);
  if (sources.length === 0) throw new NotKnown('no Studio subnet has a block of addresses');
  const scopes = firewallScopes(snapshot);
  if (scopes.length === 0) throw new NotKnown('no firewall of the VPC has an endpoint');
  return scopes.flatMap(({ firewallArn, scope, at }) =>
    portions(sources).map((portion) => ({
      firewallArn,
      scope,
      sources: portion,
      input: {
        FirewallArn: firewallArn,
        ...at,
        FlowFilters: portion.map((block) => ({ SourceAddress: { AddressDefinition: block } })),
      },
    })),
  );
}

interface FirewallScope {
  readonly firewallArn: string;
  readonly scope: string;
  readonly at: Pick<StartFlowFlushCommandInput, 'AvailabilityZone' | 'VpcEndpointAssociationArn'>;
}

function firewallScopes(snapshot: Snapshot): readonly FirewallScope[] {
  const own = sectionValue(snapshot, 'firewalls').flatMap(({ Firewall, FirewallStatus }) => {
    const firewallArn = returned(Firewall?.FirewallArn, 'FirewallArn');
    const zones = Object.keys(returned(FirewallStatus?.SyncStates, `SyncStates of ${firewallArn}`));
    return zones.map((zone) => ({ firewallArn, scope: zone, at: { AvailabilityZone: zone } }));
  });
  const associated = sectionValue(snapshot, 'vpcEndpointAssociations').map(
    ({ VpcEndpointAssociation: one }) => {
      const arn = returned(one?.VpcEndpointAssociationArn, 'VpcEndpointAssociationArn');
      const firewallArn = returned(one?.FirewallArn, `FirewallArn of ${arn}`);
      return { firewallArn, scope: arn, at: { VpcEndpointAssociationArn: arn } };
    },
  );
  return [...own, ...associated];
}

/** Before a NAT gateway the sources are the Studio subnets, behind it the gateway's private addresses. */
function studioSources(snapshot: Snapshot): readonly string[] {
  const studio = new Set(
    targetDomains(snapshot).flatMap(({ DomainId, SubnetIds }) =>
      returned(SubnetIds, `SubnetIds of the domain ${DomainId}`),
    ),
  );
  if (studio.size === 0) throw new NotKnown('the subnets of the Studio domain are not known');
  const described = sectionValue(snapshot, 'subnets').filter(({ SubnetId }) => studio.has(SubnetId ?? ''));
  if (described.length < studio.size)
    throw new NotKnown('not every subnet of the Studio domain is described');
  const subnets = described.flatMap(({ CidrBlock, Ipv6CidrBlockAssociationSet: further = [] }) => [
    ...(CidrBlock === undefined ? [] : [CidrBlock]),
    ...further.flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
  ]);
  const translated = sectionValue(snapshot, 'natGateways')
    .flatMap(({ NatGatewayAddresses: addresses = [] }) => addresses)
    .flatMap(({ PrivateIp }) => (PrivateIp === undefined ? [] : [`${PrivateIp}/32`]));
  return [...new Set([...subnets, ...translated])].sort();
}

function portions(sources: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(sources.length / MAX_FILTERS);
  return Array.from({ length: count }, (_, index) =>
    sources.slice(index * MAX_FILTERS, (index + 1) * MAX_FILTERS),
  );
}
