/** Regions and availability zones; zone ids as AWS builds them from the region's name. */
import {
  type AvailabilityZone,
  DescribeAvailabilityZonesCommand,
  DescribeRegionsCommand,
} from '@aws-sdk/client-ec2';
import { dnsSuffixes } from '../../partition';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { matching } from './filters';

/** AWS's short forms of compass words in zone ids (RAM user guide, working-with-az-ids): us-east-1a is use1-az1. */
const compass: Readonly<Record<string, string>> = {
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  central: 'c',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
};

/** `use1-az1` for `us-east-1a`. In AWS the number behind a letter differs by account; here a is always 1. */
export function zoneId(zoneName: string): string {
  const region = zoneName.slice(0, -1);
  const short = region
    .split('-')
    .map((part) => (part === 'gov' ? 'g' : (compass[part] ?? part)))
    .join('');
  return `${short}-az${zoneName.charCodeAt(zoneName.length - 1) - 'a'.charCodeAt(0) + 1}`;
}

/** The zone a call names by name or id, the first one when it names none; `InvalidParameterValue` for an unknown one. */
export function chosenZone(
  state: LabState,
  { name, id }: { readonly name?: string | undefined; readonly id?: string | undefined },
): string {
  const zone = state.availabilityZones.find((candidate) =>
    name !== undefined ? candidate === name : id === undefined || zoneId(candidate) === id,
  );
  if (zone === undefined) {
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${name ?? id}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${state.availabilityZones.join(', ')}.`,
    );
  }
  return zone;
}

function zoneRecord(state: LabState, zone: string): AvailabilityZone {
  return {
    ZoneName: zone,
    ZoneId: zoneId(zone),
    ZoneType: 'availability-zone',
    RegionName: state.region,
    GroupName: state.region,
    NetworkBorderGroup: state.region,
    State: 'available',
    OptInStatus: 'opt-in-not-required',
    Messages: [],
  };
}

/** DescribeAvailabilityZones, DescribeRegions (the lab is one region). */
export function availabilityZoneHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', DescribeAvailabilityZonesCommand, ({ Filters, ZoneNames, ZoneIds }) => {
      const names = [
        ...(ZoneNames ?? []).map((name) => chosenZone(state, { name })),
        ...(ZoneIds ?? []).map((id) => chosenZone(state, { id })),
      ];
      const zones = (names.length > 0 ? names : state.availabilityZones).map((zone) =>
        zoneRecord(state, zone),
      );
      return {
        AvailabilityZones: matching(zones, {
          filters: Filters,
          fields: {
            'region-name': (zone) => [zone.RegionName],
            state: (zone) => [zone.State],
            'zone-id': (zone) => [zone.ZoneId],
            'zone-name': (zone) => [zone.ZoneName],
            'zone-type': (zone) => [zone.ZoneType],
            'opt-in-status': (zone) => [zone.OptInStatus],
          },
        }),
      };
    }),
    on('ec2', DescribeRegionsCommand, ({ Filters, RegionNames }) => {
      const unknown = RegionNames?.find((name) => name !== state.region);
      if (unknown !== undefined)
        throw new ApiError('InvalidParameterValue', `Invalid region provided: [${unknown}]`);
      const regions = [
        {
          RegionName: state.region,
          Endpoint: `ec2.${state.region}.${dnsSuffixes(state.region).api}`,
          OptInStatus: 'opt-in-not-required',
        },
      ];
      return {
        Regions: matching(regions, {
          filters: Filters,
          fields: {
            endpoint: (region) => [region.Endpoint],
            'opt-in-status': (region) => [region.OptInStatus],
            'region-name': (region) => [region.RegionName],
          },
        }),
      };
    }),
  ];
}
