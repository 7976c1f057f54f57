/** Entries of workloads that stand where the internet reaches them. */
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateNetworkInterfaceCommand,
} from '@aws-sdk/client-ec2';
import { made } from './deployed';
import { fails, type DeployedEntry } from './entry';

export function footholdEntries(): readonly DeployedEntry[] {
  return [
    {
      id: 'R42',
      what: "A workload with a public address sits in the firewall's subnet, which leads straight out.",
      expect: fails('routing/no-public-foothold'),
      api: async ({ ec2, id }) => {
        const { NetworkInterface } = await ec2.send(
          new CreateNetworkInterfaceCommand({ SubnetId: id('FirewallSubnet') }),
        );
        const NetworkInterfaceId = made(NetworkInterface?.NetworkInterfaceId);
        const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
        await ec2.send(new AssociateAddressCommand({ NetworkInterfaceId, AllocationId }));
      },
    },
  ];
}
