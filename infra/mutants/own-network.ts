/**
 * Faults that can be made in a copy of whatever network was read, not only in the reference network: each run makes them
 * in memory and is shown to notice (the negative controls of its report). Nothing of the account is touched.
 */
import type { RouteTable, SectionName, SectionValues, Snapshot } from '../snapshot/snapshot';
import { change, denied } from './mutant';

export interface OwnFault {
  readonly id: string;
  /** What is wrong in the copy, as a sentence. */
  readonly what: string;
  /** The check that must notice. */
  readonly check: string;
  readonly expect: 'fail' | 'unknown';
  /** The copy with the fault; null where the network has nothing to make it in, or that was not read. */
  make(snapshot: Snapshot): Snapshot | null;
}

/** Addresses of the internet (a public resolver's /24), more specific than any default route. */
const SOMEWHERE = '9.9.9.0/24';

export const OWN_FAULTS: readonly OwnFault[] = [
  {
    id: 'route-past-the-firewall',
    what: `A Studio subnet's route table sends ${SOMEWHERE} straight to the internet gateway.`,
    check: 'routing/egress-crosses-firewall',
    expect: 'fail',
    make: (s) => withRoutePast(s, studioSubnets(s)),
  },
  {
    id: 'no-edge-route-table',
    what: 'The internet gateway has no route table, so that answers come back past the firewall.',
    check: 'routing/return-crosses-firewall',
    expect: 'fail',
    make: (s) =>
      changedTables(s, (table) =>
        (table.Associations ?? []).some(({ GatewayId }) => GatewayId?.startsWith('igw-') === true)
          ? { ...table, Associations: [] }
          : null,
      ),
  },
  {
    id: 'route-tables-unread',
    what: 'The route tables could not be read: that must come out as unknown, never as a pass.',
    check: 'routing/egress-crosses-firewall',
    expect: 'unknown',
    make: (s) =>
      s.sections.routeTables.status === 'read' ? denied(s, 'routeTables', 'ec2:DescribeRouteTables') : null,
  },
  {
    id: 'domain-with-direct-internet',
    what: 'The domain is in PublicInternetOnly mode.',
    check: 'vpc-only/domain-is-vpc-only',
    expect: 'fail',
    make: (s) =>
      changed(s, 'domains', (domain) =>
        domain.VpcId === s.target.vpcId
          ? { ...domain, AppNetworkAccessType: 'PublicInternetOnly' as const }
          : null,
      ),
  },
  {
    id: 'stateless-pass',
    what: 'The firewall policy passes all packets before the stateful engine sees them.',
    check: 'firewall/stateless-inspects-everything',
    expect: 'fail',
    make: (s) =>
      changed(s, 'firewallPolicies', (policy) =>
        policy.FirewallPolicy === undefined
          ? null
          : {
              ...policy,
              FirewallPolicy: { ...policy.FirewallPolicy, StatelessDefaultActions: ['aws:pass'] },
            },
      ),
  },
  {
    id: 'all-of-com-allowed',
    what: 'Each domain list of the firewall also has the name .com.',
    check: 'firewall/allow-list-is-narrow',
    expect: 'fail',
    make: (s) =>
      changed(s, 'ruleGroups', (group) => {
        const list = group.RuleGroup?.RulesSource?.RulesSourceList;
        if (group.RuleGroup === undefined || list?.GeneratedRulesType !== 'ALLOWLIST') return null;
        const wide = { ...list, Targets: [...(list.Targets ?? []), '.com'] };
        return { ...group, RuleGroup: { ...group.RuleGroup, RulesSource: { RulesSourceList: wide } } };
      }),
  },
  {
    id: 'blocks-not-logged',
    what: 'The firewall writes no ALERT records.',
    check: 'logging/alerts-are-logged',
    expect: 'fail',
    make: (s) =>
      changed(s, 'loggingConfigurations', ({ LoggingConfiguration, ...rest }) => {
        const all = LoggingConfiguration?.LogDestinationConfigs;
        if (LoggingConfiguration === undefined || all === undefined) return null;
        const others = all.filter(({ LogType }) => LogType !== 'ALERT');
        return others.length === all.length
          ? null
          : { ...rest, LoggingConfiguration: { ...LoggingConfiguration, LogDestinationConfigs: others } };
      }),
  },
  {
    id: 'endpoint-without-private-dns',
    what: 'The interface endpoints have no private DNS names.',
    check: 'endpoints/private-dns',
    expect: 'fail',
    make: (s) =>
      changed(s, 'vpcEndpoints', (endpoint) =>
        endpoint.VpcEndpointType === 'Interface' && endpoint.PrivateDnsEnabled === true
          ? { ...endpoint, PrivateDnsEnabled: false }
          : null,
      ),
  },
  {
    id: 'security-groups-open-to-the-world',
    what: 'Every security group admits all traffic from 0.0.0.0/0.',
    check: 'security-groups/ingress-is-closed',
    expect: 'fail',
    make: (s) =>
      changed(s, 'securityGroups', (group) => ({
        ...group,
        IpPermissions: [
          ...(group.IpPermissions ?? []),
          { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
        ],
      })),
  },
];

type ListSection = {
  [N in SectionName]: SectionValues[N] extends unknown[] ? N : never;
}[SectionName];
type ItemOf<N extends ListSection> = SectionValues[N] extends (infer I)[] ? I : never;

/** The section's items with those edited that `edit` does not answer null for; null when there is none. */
function changed<N extends ListSection>(
  snapshot: Snapshot,
  name: N,
  edit: (item: ItemOf<N>) => ItemOf<N> | null,
): Snapshot | null {
  if (snapshot.sections[name].status !== 'read') return null;
  let edits = 0;
  const made = change(snapshot, name, (items) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a list of these items, by N's constraint
    const edited = (items as unknown as ItemOf<N>[]).map((item) => {
      const other = edit(item);
      if (other !== null) edits += 1;
      return other ?? item;
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    return edited as unknown as SectionValues[N];
  });
  return edits === 0 ? null : made;
}

const changedTables = (s: Snapshot, edit: (table: RouteTable) => RouteTable | null): Snapshot | null =>
  changed(s, 'routeTables', edit);

function studioSubnets({ sections, target }: Snapshot): readonly string[] {
  if (sections.domains.status !== 'read') return [];
  return sections.domains.value
    .filter(({ VpcId }) => VpcId === target.vpcId)
    .flatMap(({ SubnetIds }) => SubnetIds ?? []);
}

function withRoutePast(snapshot: Snapshot, subnets: readonly string[]): Snapshot | null {
  const { internetGateways } = snapshot.sections;
  const gateway =
    internetGateways.status === 'read' ? internetGateways.value[0]?.InternetGatewayId : undefined;
  if (gateway === undefined) return null;
  return changedTables(snapshot, (table) =>
    (table.Associations ?? []).some(({ SubnetId }) => SubnetId !== undefined && subnets.includes(SubnetId))
      ? {
          ...table,
          Routes: [
            ...(table.Routes ?? []),
            {
              DestinationCidrBlock: SOMEWHERE,
              GatewayId: gateway,
              State: 'active',
              Origin: 'CreateRoute',
            },
          ],
        }
      : null,
  );
}
