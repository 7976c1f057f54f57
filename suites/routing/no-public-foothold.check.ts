/**
 * Nothing in the Studio subnets has a public address, and no workload sits beside the firewall or the NAT gateway.
 *
 * What
 *   Neither the Studio subnets nor the firewall's assign public addresses, no network interface in them holds one,
 *   and the subnets of the firewall and of the NAT gateways hold only network interfaces of AWS's own network
 *   services: no instance, no app, no Studio subnet.
 *
 * Why
 *   A machine with a public address is reached from the internet past the NAT gateway. A machine in the firewall's
 *   subnet, whose default route is the internet gateway, talks to the internet without being inspected at all.
 *
 * Fix
 *   AWS::EC2::Subnet `MapPublicIpOnLaunch: false`; release the address; move the workload into a Studio subnet.
 *   aws ec2 modify-subnet-attribute --subnet-id subnet-… --no-map-public-ip-on-launch
 *   aws ec2 disassociate-address --association-id eipassoc-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config-subnets.html
 */
import { firewallSubnets } from '../../infra/model/firewall-subnets';
import { insist } from '../../infra/model/known';
import type { Network } from '../../infra/model/network';
import { networkOf } from '../../infra/model/network';
import { studioSubnetIds } from '../../infra/model/studio';
import type { NetworkInterface, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

/** Interfaces of AWS's network services, which run no code of the customer's (EC2 API reference, `NetworkInterface.InterfaceType`). */
const NETWORK_SERVICES: ReadonlySet<string> = new Set([
  'nat_gateway',
  'natGateway',
  'gateway_load_balancer_endpoint',
  'vpc_endpoint',
  'transit_gateway',
]);

interface SubnetRole {
  readonly subnetId: string;
  readonly roles: ReadonlySet<'Studio' | 'firewall' | 'NAT'>;
}

export default {
  id: 'routing/no-public-foothold',
  statement:
    'No Studio network interface holds a public address, and no workload sits in the firewall or NAT subnet.',
  severity: 'high',
  controls: [
    'AWS-SecurityHub:EC2.9',
    'AWS-SecurityHub:EC2.15',
    'AWS-Config:subnet-auto-assign-public-ip-disabled',
    'NIST-800-53r5:SC-7',
  ],
  judge({ snapshot }) {
    const interfaces = sectionValue(snapshot, 'networkInterfaces').map((one) => ({
      ...one,
      SubnetId: returned(one.SubnetId, `SubnetId of ${one.NetworkInterfaceId}`),
    }));
    const network = networkOf(snapshot);
    const judged = subnetRoles(snapshot, network).flatMap((subnet): readonly Judgement[] => {
      const found = [
        ...mixedRoles(subnet),
        ...publicByDefault(snapshot, subnet),
        ...interfaces
          .filter(({ SubnetId }) => SubnetId === subnet.subnetId)
          .flatMap((one) => foothold(subnet, one)),
      ];
      const because = `${subnet.subnetId} (${wordsOf(subnet)}) assigns no public address, and nothing in it is a foothold.`;
      return found.length > 0 ? found : [{ outcome: 'pass', subject: subnet.subnetId, because }];
    });
    return [...judged, ...furtherSubnets(snapshot, network)];
  },
} satisfies Check;

/** An endpoint that was not described may stand in a subnet that is not judged here. */
function furtherSubnets(snapshot: Snapshot, network: Network): readonly Judgement[] {
  const { incomplete } = network.firewallEndpoints;
  if (incomplete === null) return [];
  const because = `Whether the firewall has endpoints in further subnets of ${snapshot.target.vpcId}, and what sits there, is not known: ${incomplete}.`;
  return [{ outcome: 'unknown', subject: snapshot.target.vpcId, because }];
}

function subnetRoles(snapshot: Snapshot, network: Network): readonly SubnetRole[] {
  const roles = new Map<string, Set<'Studio' | 'firewall' | 'NAT'>>();
  const add = (subnetId: string, role: 'Studio' | 'firewall' | 'NAT'): void => {
    roles.set(subnetId, (roles.get(subnetId) ?? new Set()).add(role));
  };
  studioSubnetIds(snapshot).forEach((subnetId) => add(subnetId, 'Studio'));
  firewallSubnets(snapshot).forEach((subnetId) => add(subnetId, 'firewall'));
  const foreign = new Set(
    sectionValue(snapshot, 'natGateways').flatMap(({ NatGatewayId: id, VpcId: vpcId }) =>
      vpcId === undefined || vpcId === snapshot.target.vpcId ? [] : (id ?? []),
    ),
  );
  for (const [id, answer] of insist(network.natGateways)) {
    if (foreign.has(id)) continue;
    const nat = insist(answer);
    if (nat.subnetId !== null) add(nat.subnetId, 'NAT');
  }
  return [...roles].map(([subnetId, set]) => ({ subnetId, roles: set }));
}

function mixedRoles({ subnetId, roles }: SubnetRole): readonly Judgement[] {
  if (!roles.has('Studio') || roles.size === 1) return [];
  const other = [...roles].filter((role) => role !== 'Studio').join(' and ');
  const because = `${subnetId} is a Studio subnet and the ${other} subnet in one. Fix: give Studio a subnet of its own (AWS::SageMaker::Domain SubnetIds; aws sagemaker update-domain --subnet-ids …).`;
  return [{ outcome: 'fail', subject: subnetId, because }];
}

function publicByDefault(snapshot: Snapshot, { subnetId, roles }: SubnetRole): readonly Judgement[] {
  if (!roles.has('Studio') && !roles.has('firewall')) return [];
  const subnet = sectionValue(snapshot, 'subnets').find(({ SubnetId }) => SubnetId === subnetId);
  const assigns = returned(subnet?.MapPublicIpOnLaunch, `MapPublicIpOnLaunch of ${subnetId}`);
  if (!assigns) return [];
  const because = `${subnetId} assigns public addresses (MapPublicIpOnLaunch). Fix: AWS::EC2::Subnet MapPublicIpOnLaunch: false (aws ec2 modify-subnet-attribute --subnet-id ${subnetId} --no-map-public-ip-on-launch).`;
  return [{ outcome: 'fail', subject: subnetId, because }];
}

function foothold(subnet: SubnetRole, networkInterface: NetworkInterface): readonly Judgement[] {
  const id = returned(
    networkInterface.NetworkInterfaceId,
    `NetworkInterfaceId of an interface in ${subnet.subnetId}`,
  );
  const type = networkInterface.InterfaceType;
  if (type === undefined) {
    return [
      {
        outcome: 'unknown',
        subject: id,
        because: `AWS did not return InterfaceType of ${id} in ${subnet.subnetId}.`,
      },
    ];
  }
  if (NETWORK_SERVICES.has(type)) return [];
  const address = publicAddressOf(networkInterface);
  const beside = subnet.roles.has('firewall') || subnet.roles.has('NAT');
  if (beside && !subnet.roles.has('Studio')) {
    const holds = address === null ? '' : ` and holds the public address ${address}`;
    const because = `${id} (${type}) is a workload in ${subnet.subnetId}, the ${wordsOf(subnet)} subnet${holds}. Fix: move it into a subnet whose internet route leads to the firewall.`;
    return [{ outcome: 'fail', subject: id, because }];
  }
  if (address === null) return [];
  const because = `${id} (${type}) in the Studio subnet ${subnet.subnetId} holds the public address ${address}. Fix: take it away (aws ec2 disassociate-address --public-ip ${address}).`;
  return [{ outcome: 'fail', subject: id, because }];
}

function publicAddressOf(networkInterface: NetworkInterface): string | null {
  const associations = [networkInterface, ...(networkInterface.PrivateIpAddresses ?? [])].map(
    (one) => one.Association,
  );
  const association = associations.find((one) => one !== undefined);
  return association === undefined ? null : (association.PublicIp ?? association.CarrierIp ?? 'not returned');
}

function wordsOf(subnet: SubnetRole): string {
  return [...subnet.roles].join(' and ');
}
