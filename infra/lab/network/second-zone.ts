/** A second availability zone for the small account of this room's tests, as the first: three subnets, a firewall endpoint. */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import { addHost, firewallArn, ids } from './small-account';

export const secondZone = {
  name: 'us-east-1b',
  studio: 'subnet-0b3',
  nat: 'subnet-0b2',
  firewall: 'subnet-0b1',
  natGateway: 'nat-0b1',
  firewallEndpoint: 'vpce-0f2',
  host: 'i-0b1',
  publicIp: '198.51.100.11',
} as const;

export interface SecondZoneOptions {
  /** The firewall endpoint that the internet gateway hands the second NAT subnet's answers to. */
  readonly answersBy: string;
}

export function addSecondZone(state: LabState, { answersBy }: SecondZoneOptions): LabState {
  addSubnets(state);
  state.natGateways.set(secondZone.natGateway, {
    NatGatewayId: secondZone.natGateway,
    VpcId: ids.vpc,
    SubnetId: secondZone.nat,
    State: 'available',
    ConnectivityType: 'public',
    NatGatewayAddresses: [{ IsPrimary: true, PrivateIp: '10.2.5.10', PublicIp: secondZone.publicIp }],
  });
  addFirewallEndpoint(state);
  const edge = state.routeTables.get(ids.edgeTable);
  const answers = { DestinationCidrBlock: '10.2.5.0/24', GatewayId: answersBy };
  state.routeTables.set(ids.edgeTable, { ...edge, Routes: [...(edge?.Routes ?? []), answers] });
  addHost(state, secondZone.host, '10.2.6.10');
  const eni = state.networkInterfaces.get(`eni-${secondZone.host}`);
  state.networkInterfaces.set(`eni-${secondZone.host}`, { ...eni, SubnetId: secondZone.studio });
  return state;
}

function addSubnets(state: LabState): void {
  const add = (SubnetId: string, CidrBlock: string, target: ec2.Route): void => {
    state.subnets.set(SubnetId, {
      SubnetId,
      CidrBlock,
      VpcId: ids.vpc,
      AvailabilityZone: secondZone.name,
    });
    const RouteTableId = SubnetId.replace('subnet', 'rtb');
    state.routeTables.set(RouteTableId, {
      RouteTableId,
      VpcId: ids.vpc,
      Associations: [{ SubnetId, AssociationState: { State: 'associated' } }],
      Routes: [
        { DestinationCidrBlock: '10.2.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' },
        { DestinationCidrBlock: '0.0.0.0/0', ...target },
      ],
    });
  };
  add(secondZone.studio, '10.2.6.0/24', { NatGatewayId: secondZone.natGateway });
  add(secondZone.nat, '10.2.5.0/24', { GatewayId: secondZone.firewallEndpoint });
  add(secondZone.firewall, '10.2.4.0/24', { GatewayId: ids.gateway });
}

function addFirewallEndpoint(state: LabState): void {
  state.vpcEndpoints.set(secondZone.firewallEndpoint, {
    VpcEndpointId: secondZone.firewallEndpoint,
    VpcEndpointType: 'GatewayLoadBalancer',
    VpcId: ids.vpc,
    State: 'Available',
  });
  const stored = state.firewalls.get(firewallArn);
  if (stored?.Firewall === undefined) throw new Error(`the small account has no ${firewallArn}`);
  const Attachment = {
    EndpointId: secondZone.firewallEndpoint,
    SubnetId: secondZone.firewall,
    Status: 'READY' as const,
  };
  state.firewalls.set(firewallArn, {
    ...stored,
    Firewall: {
      ...stored.Firewall,
      SubnetMappings: [{ SubnetId: ids.firewall }, { SubnetId: secondZone.firewall }],
    },
    FirewallStatus: {
      Status: 'READY',
      ConfigurationSyncStateSummary: 'IN_SYNC',
      SyncStates: { ...stored.FirewallStatus?.SyncStates, [secondZone.name]: { Attachment } },
    },
  });
}
