/** Entries of DNS, which goes to the Amazon resolver past the firewall. */
import { AssociateDhcpOptionsCommand, CreateDhcpOptionsCommand } from '@aws-sdk/client-ec2';
import {
  DisassociateFirewallRuleGroupCommand,
  UpdateFirewallRuleGroupAssociationCommand,
} from '@aws-sdk/client-route53resolver';
import { made } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { suricataGroup } from './firewall';
import { letOut, STUDIO_GROUP } from './security-groups';
import { editing } from './template-edit';

export function dnsEntries(): readonly DeployedEntry[] {
  return [
    {
      id: 'X01',
      what: 'No DNS Firewall guards the VPC.',
      expect: fails('dns/resolver-is-guarded'),
      api: async ({ resolver, id }) => {
        const FirewallRuleGroupAssociationId = id('DNSFirewallRuleGroupAssociation');
        await resolver.send(
          new UpdateFirewallRuleGroupAssociationCommand({
            FirewallRuleGroupAssociationId,
            MutationProtection: 'DISABLED',
          }),
        );
        await resolver.send(new DisassociateFirewallRuleGroupCommand({ FirewallRuleGroupAssociationId }));
      },
    },
    {
      id: 'X03',
      what: 'DHCP names a foreign DNS server, and neither group nor firewall stops port 53.',
      expect: fails('dns/no-foreign-resolver'),
      template: editing(
        ...suricataGroup('AnyDNS', ['pass udp $HOME_NET any -> $EXTERNAL_NET 53 (msg:"DNS"; sid:1;)']),
      ),
      api: async (at) => {
        await letOut(at, STUDIO_GROUP, {
          IpProtocol: 'udp',
          FromPort: 53,
          ToPort: 53,
          IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        });
        const { DhcpOptions } = await at.ec2.send(
          new CreateDhcpOptionsCommand({
            DhcpConfigurations: [{ Key: 'domain-name-servers', Values: ['8.8.8.8'] }],
          }),
        );
        await at.ec2.send(
          new AssociateDhcpOptionsCommand({
            VpcId: at.id('VPC'),
            DhcpOptionsId: made(DhcpOptions?.DhcpOptionsId),
          }),
        );
      },
    },
  ];
}
