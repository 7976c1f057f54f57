/** AWS::EC2: DHCP options, which tell the hosts of a VPC their resolver. */
import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  DeleteDhcpOptionsCommand,
  type NewDhcpConfiguration,
} from '@aws-sdk/client-ec2';
import { integer, list, required, text } from '../property-shape';
import { tagSpecifications, updateTags } from './ec2-tags';
import { provider, type Provider, returned, tagList } from './provider';

const dhcpOptions = provider({
  type: 'AWS::EC2::DHCPOptions',
  properties: {
    DomainName: text,
    DomainNameServers: list(text),
    NetbiosNameServers: list(text),
    NetbiosNodeType: integer,
    NtpServers: list(text),
    Ipv6AddressPreferredLeaseTime: integer,
    Tags: tagList,
  },
  attributes: ['DhcpOptionsId'],
  mutable: ['Tags'],
  create: async (properties, context) => {
    const { Tags, DomainName, DomainNameServers, NtpServers, NetbiosNameServers, NetbiosNodeType } =
      properties;
    const option = (Key: string, Values: string[] | undefined): NewDhcpConfiguration[] =>
      Values === undefined ? [] : [{ Key, Values }];
    const single = (value: string | number | undefined) =>
      value === undefined ? undefined : [String(value)];
    const configurations = [
      ...option('domain-name', single(DomainName)),
      ...option('domain-name-servers', DomainNameServers),
      ...option('ntp-servers', NtpServers),
      ...option('netbios-name-servers', NetbiosNameServers),
      ...option('netbios-node-type', single(NetbiosNodeType)),
      ...option('ipv6-address-preferred-lease-time', single(properties.Ipv6AddressPreferredLeaseTime)),
    ];
    const { DhcpOptions } = await context.api.call('ec2', CreateDhcpOptionsCommand, {
      DhcpConfigurations: configurations,
      TagSpecifications: tagSpecifications(context, 'dhcp-options', Tags),
    });
    const id = returned(DhcpOptions?.DhcpOptionsId, 'DhcpOptionsId');
    return { physicalId: id, attributes: { DhcpOptionsId: id } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteDhcpOptionsCommand, { DhcpOptionsId: physicalId });
  },
});

const dhcpOptionsAssociation = provider({
  type: 'AWS::EC2::VPCDHCPOptionsAssociation',
  properties: { DhcpOptionsId: required(text), VpcId: required(text) },
  attributes: [],
  mutable: ['DhcpOptionsId'],
  create: async ({ DhcpOptionsId, VpcId }, { api }) => {
    await api.call('ec2', AssociateDhcpOptionsCommand, { DhcpOptionsId, VpcId });
    return { physicalId: `${DhcpOptionsId}|${VpcId}`, attributes: {} };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('ec2', AssociateDhcpOptionsCommand, after);
    return current;
  },
  // "default" leaves the VPC without options of its own (EC2 API reference, AssociateDhcpOptions).
  remove: async ({ properties: { VpcId } }, { api }) => {
    await api.call('ec2', AssociateDhcpOptionsCommand, { DhcpOptionsId: 'default', VpcId });
  },
});

export const ec2DhcpOptionsProviders: readonly Provider[] = [dhcpOptions, dhcpOptionsAssociation];
