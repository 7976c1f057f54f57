/** DHCP options sets; every VPC starts with the account's default set, which names Amazon's resolver. */
import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  DeleteDhcpOptionsCommand,
  DescribeDhcpOptionsCommand,
  type DhcpOptions,
  type NewDhcpConfiguration,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { specifiedTags } from './tags';

/** The options AWS knows (VPC user guide, DHCPOptionSet). */
const knownKeys = new Set([
  'domain-name',
  'domain-name-servers',
  'ntp-servers',
  'netbios-name-servers',
  'netbios-node-type',
  'ipv6-address-preferred-lease-time',
]);

function configurations(
  given: Readonly<Record<string, readonly string[]>>,
): DhcpOptions['DhcpConfigurations'] {
  return Object.entries(given).map(([Key, values]) => ({ Key, Values: values.map((Value) => ({ Value })) }));
}

/** The domain that Amazon's resolver gives to hosts of the region. */
export function internalDomain(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}

/** The account's default set: Amazon's resolver and the region's internal domain; made when the first VPC needs it. */
export function defaultDhcpOptions(state: LabState): DhcpOptions {
  const expected = configurations({
    'domain-name': [internalDomain(state.region)],
    'domain-name-servers': ['AmazonProvidedDNS'],
  });
  const found = [...state.dhcpOptions.values()].find(
    (options) => JSON.stringify(options.DhcpConfigurations) === JSON.stringify(expected),
  );
  if (found !== undefined) return found;
  const options: DhcpOptions = {
    DhcpOptionsId: newId(state, 'dopt'),
    OwnerId: state.account,
    DhcpConfigurations: expected,
    Tags: [],
  };
  state.dhcpOptions.set(stored(options.DhcpOptionsId, 'DhcpOptionsId'), options);
  return options;
}

function checkedConfigurations(given: readonly NewDhcpConfiguration[]): DhcpOptions['DhcpConfigurations'] {
  const entries = given.map(({ Key, Values }): [string, readonly string[]] => {
    if (Key === undefined || !knownKeys.has(Key) || Values === undefined || Values.length === 0) {
      throw new ApiError(
        'InvalidParameterValue',
        `Value (${Key}) for parameter dhcpConfiguration is invalid. Known keys: ${[...knownKeys].join(', ')}; each needs a value.`,
      );
    }
    return [Key, Values];
  });
  return configurations(Object.fromEntries(entries));
}

/** CreateDhcpOptions, AssociateDhcpOptions, DeleteDhcpOptions, DescribeDhcpOptions. */
export function dhcpOptionsHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateDhcpOptionsCommand, ({ DhcpConfigurations, TagSpecifications }) => {
      const options: DhcpOptions = {
        DhcpConfigurations: checkedConfigurations(given(DhcpConfigurations, 'dhcpConfiguration')),
        Tags: specifiedTags(TagSpecifications, 'dhcp-options'),
        DhcpOptionsId: newId(state, 'dopt'),
        OwnerId: state.account,
      };
      state.dhcpOptions.set(stored(options.DhcpOptionsId, 'DhcpOptionsId'), options);
      return { DhcpOptions: options };
    }),
    on('ec2', AssociateDhcpOptionsCommand, ({ DhcpOptionsId, VpcId }) => {
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      // "default" means no options set at all: then hosts get no resolver from DHCP.
      if (DhcpOptionsId !== 'default')
        existing(state.dhcpOptions, 'dhcpOptions', DhcpOptionsId, 'dhcpOptionsId');
      vpc.DhcpOptionsId = DhcpOptionsId;
      return {};
    }),
    on('ec2', DeleteDhcpOptionsCommand, ({ DhcpOptionsId }) => {
      existing(state.dhcpOptions, 'dhcpOptions', DhcpOptionsId, 'dhcpOptionsId');
      if ([...state.vpcs.values()].some((vpc) => vpc.DhcpOptionsId === DhcpOptionsId)) {
        throw new ApiError(
          'DependencyViolation',
          `The dhcpOptions '${DhcpOptionsId}' has dependencies and cannot be deleted.`,
        );
      }
      state.dhcpOptions.delete(given(DhcpOptionsId, 'dhcpOptionsId'));
      return {};
    }),
    on('ec2', DescribeDhcpOptionsCommand, (request) => {
      const { records, NextToken } = described(
        chosen(state.dhcpOptions, 'dhcpOptions', request.DhcpOptionsIds),
        {
          context,
          request,
          filters: request.Filters,
          fields: {
            'dhcp-options-id': (options) => [options.DhcpOptionsId],
            key: (options) => (options.DhcpConfigurations ?? []).map((configuration) => configuration.Key),
            value: (options) =>
              (options.DhcpConfigurations ?? []).flatMap((configuration) =>
                (configuration.Values ?? []).map((value) => value.Value),
              ),
            'owner-id': (options) => [options.OwnerId],
          },
          tags: (options) => options.Tags,
        },
      );
      return { DhcpOptions: records, NextToken };
    }),
  ];
}
