/** What routes of an attached VPC lead to is looked up there: its network interfaces, endpoints and NAT gateways. */
import { centralInspection, changeInspection, changeInspectionRoutes } from '../mutants/central-inspection';
import { change } from '../mutants/mutant';
import { networkInterface, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { AttachedVpc, Snapshot } from '../snapshot/snapshot';
import { lookUp, networkOf } from './network';
import { egressProof } from './routing';

const central = (): Snapshot => centralInspection(referenceSnapshot());
const egress = (snapshot: Snapshot, acceptedInspection: readonly string[] = []) =>
  egressProof(networkOf(snapshot, { acceptedInspection }), 'subnet-studio');
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

/** Some of what the inspection VPC is entered with goes to a network interface, with what this VPC has of them. */
function toInterface(interfaces: AttachedVpc['networkInterfaces']): Snapshot {
  const routed = changeInspectionRoutes(central(), 'rtb-inspection-attach', (routes) => [
    ...routes,
    route('9.0.0.0/8', { NetworkInterfaceId: 'eni-there' }),
  ]);
  return changeInspection(routed, (vpc) => ({ ...vpc, networkInterfaces: interfaces }));
}

const there = (SourceDestCheck: boolean | undefined) =>
  networkInterface('eni-there', { SubnetId: 'subnet-inspection-nat', SourceDestCheck });

test("an attached VPC's network interface drops what is not its own, and forwards it where nothing checks", () => {
  expect(egress(toInterface([there(true)]))).toMatchObject({ status: 'holds' });
  expect(egress(toInterface([there(false)]))).toMatchObject({
    status: 'violated',
    witness: { destination: '9.0.0.0' },
  });
  expect(egress(toInterface([there(undefined)]))).toMatchObject(undecided('SourceDestCheck and SubnetId'));
});

test("a network interface that only the target VPC has is none of an attached VPC's", () => {
  const elsewhere = change(toInterface([]), 'networkInterfaces', (list) => [...list, there(true)]);
  expect(egress(elsewhere)).toMatchObject(undecided('the network interface eni-there was not returned'));
});

test('network interfaces of both VPCs are looked up, and one that neither has is unknown', () => {
  const network = networkOf(toInterface([there(false)]));
  const found = (id: string) =>
    lookUp(network, (vpc) => vpc.networkInterfaces, { id, what: 'network interface' });
  expect(found('eni-there')).toMatchObject({ known: true, value: { SubnetId: 'subnet-inspection-nat' } });
  expect(found('eni-studio')).toMatchObject({ known: true, value: { SubnetId: 'subnet-studio' } });
  expect(found('eni-x')).toEqual({ known: false, because: 'the network interface eni-x was not returned' });
});

/** The firewall of the inspection VPC is another vendor's. */
const anotherVendors = (): Snapshot => change(central(), 'firewalls', () => []);

test('what one intent accepts as inspection in an attached VPC is accepted by it alone', () => {
  const snapshot = anotherVendors();
  expect(egress(snapshot)).toMatchObject({ status: 'violated' });
  expect(egress(snapshot, ['vpce-inspection'])).toMatchObject({ status: 'holds' });
  expect(egress(snapshot)).toMatchObject({ status: 'violated' });
  expect(egress(snapshot, ['vpce-other'])).toMatchObject({ status: 'violated' });
});

test('a gateway endpoint of an attached VPC leads to a service, an interface endpoint nobody knows where', () => {
  const withEndpoint = (VpcEndpointType: 'Gateway' | 'Interface') => {
    const routed = changeInspectionRoutes(central(), 'rtb-inspection-attach', (routes) => [
      ...routes,
      route('9.0.0.0/8', { GatewayId: 'vpce-there' }),
    ]);
    return changeInspection(routed, (vpc) => ({
      ...vpc,
      vpcEndpoints: [
        ...vpc.vpcEndpoints,
        { VpcEndpointId: 'vpce-there', VpcEndpointType, SubnetIds: ['subnet-inspection-firewall'] },
      ],
    }));
  };
  expect(egress(withEndpoint('Gateway'))).toMatchObject({ status: 'holds' });
  expect(egress(withEndpoint('Interface'))).toMatchObject(undecided('endpoint of type "Interface"'));
});

test("an attached VPC's internet gateway drops what its private NAT gateway sends, not what a public one does", () => {
  const around = (ConnectivityType: 'private' | 'public') => {
    const routed = changeInspectionRoutes(central(), 'rtb-inspection-attach', (routes) => [
      ...routes,
      route('9.0.0.0/8', { NatGatewayId: 'nat-inspection' }),
    ]);
    return changeInspection(routed, (vpc) => ({
      ...vpc,
      natGateways: vpc.natGateways.map((nat) => ({ ...nat, ConnectivityType })),
    }));
  };
  expect(egress(around('public'))).toMatchObject({ status: 'violated', witness: { destination: '9.0.0.0' } });
  expect(egress(around('private'))).toMatchObject({ status: 'holds' });
});
