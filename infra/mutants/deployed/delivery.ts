/** Entries of ways that lead nowhere: nothing escapes, but nothing works either. */
import {
  DeleteFirewallCommand,
  DescribeLoggingConfigurationCommand,
  UpdateFirewallDeleteProtectionCommand,
  UpdateLoggingConfigurationCommand,
} from '@aws-sdk/client-network-firewall';
import { change } from '../mutant';
import { changeTable } from '../route-changes';
import type { Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { ANYWHERE, deleteRoute, FW, replaceRoute, SM } from './route-calls';

const DELIVERS = 'routing/path-delivers';

/** Turns logging off: AWS takes one destination away per call, and keeps a firewall that still logs. */
export async function stopLogging({ firewall, id }: Deployed, keep: readonly string[] = []): Promise<void> {
  const FirewallArn = id('NetworkFirewall');
  const { LoggingConfiguration } = await firewall.send(
    new DescribeLoggingConfigurationCommand({ FirewallArn }),
  );
  let left = LoggingConfiguration?.LogDestinationConfigs ?? [];
  for (const { LogType } of left) {
    if (LogType === undefined || keep.includes(LogType)) continue;
    left = left.filter((one) => one.LogType !== LogType);
    const LogDestinationConfigs = left;
    await firewall.send(
      new UpdateLoggingConfigurationCommand({ FirewallArn, LoggingConfiguration: { LogDestinationConfigs } }),
    );
  }
}

/** Deletes the firewall; routes to its endpoint become blackholes. */
export async function deleteFirewall(at: Deployed): Promise<void> {
  const FirewallArn = at.id('NetworkFirewall');
  await stopLogging(at);
  await at.firewall.send(new UpdateFirewallDeleteProtectionCommand({ FirewallArn, DeleteProtection: false }));
  await at.firewall.send(new DeleteFirewallCommand({ FirewallArn }));
}

export function deliveryEntries(): readonly DeployedEntry[] {
  return [
    {
      id: 'R24',
      what: "The firewall's subnet has no way on.",
      expect: fails(DELIVERS),
      api: (at) => deleteRoute(at, FW),
    },
    {
      id: 'R25',
      what: 'The internet gateway is detached (EC2 refuses that while addresses of the VPC are mapped to it).',
      expect: fails(DELIVERS),
      snapshot: (s, at) =>
        change(
          changeTable(s, at.id(FW), (table) => ({
            ...table,
            Routes: (table.Routes ?? []).map((route) =>
              route.GatewayId?.startsWith('igw-') === true
                ? { ...route, State: 'blackhole' as const }
                : route,
            ),
          })),
          'internetGateways',
          (list) => list.map((gateway) => ({ ...gateway, Attachments: [] })),
        ),
    },
    {
      id: 'R26',
      what: "The firewall's subnet leads back to the NAT gateway.",
      expect: fails(DELIVERS),
      api: (at) => replaceRoute(at, FW, { ...ANYWHERE, NatGatewayId: at.id('NATGateway') }),
    },
    {
      id: 'R27',
      what: 'The firewall is gone; the NAT subnet leads into nothing.',
      expect: fails(DELIVERS),
      declaredAtStart: true,
      api: deleteFirewall,
    },
    {
      id: 'R28',
      what: 'The Studio subnet has no default route, although names are allowed.',
      expect: fails(DELIVERS),
      api: (at) => deleteRoute(at, SM),
    },
  ];
}
