/**
 * What AWS's services inside the VPC answer, from the state: names that the VPC's resolver knows, its DNS Firewall, and
 * names for certificates. Pure.
 *
 * Facts: the resolver is at the VPC's base address plus two and at 169.254.169.253 (VPC user guide, DNS attributes; aws.md
 * 1.9); private DNS of an interface endpoint needs both DNS attributes of the VPC (AWS PrivateLink guide; MEMORY); DNS
 * Firewall takes rule groups by their association's priority, rules by theirs, and the first that matches (Route 53
 * Resolver developer guide; MEMORY).
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { FirewallRule } from '@aws-sdk/client-route53resolver';
import { dnsSuffixes, shortName } from '../../partition';
import type { LabState } from '../../state';

/** A DNS Firewall rule as the resolver applies it. */
export interface DnsRule {
  readonly action: 'ALLOW' | 'ALERT' | 'BLOCK';
  /** `name`, `*.name` or `*`. */
  readonly domains: readonly string[];
  readonly response: 'NODATA' | 'NXDOMAIN' | 'OVERRIDE';
  readonly overrideName: string;
  readonly overrideTtlSeconds: number;
  /** Only questions of this type; null for all. */
  readonly type: string | null;
}

export interface VpcResolver {
  readonly vpcId: string;
  /** Listened on. 169.254.169.253 is one of every VPC's. */
  readonly addresses: readonly string[];
  readonly cidrs: readonly string[];
  /** Names of the VPC's own (endpoints), lower case, `*.` for everything below; they come before the internet's. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly DnsRule[];
}

/** An endpoint for S3, as far as it decides what may pass it. */
export interface S3Endpoint {
  /** Who uses it: a VPC's own addresses. */
  readonly cidrs: readonly string[];
  /** Where it is met; null for a gateway endpoint, which has no address of its own. */
  readonly addresses: readonly string[] | null;
  /** The policy's text; null where the API has returned none. */
  readonly policy: string | null;
}

export interface ServicesConfiguration {
  readonly resolvers: readonly VpcResolver[];
  /** Names of services with gateway endpoints, where the internet's zone would not know their address. */
  readonly publicNames: Readonly<Record<string, readonly string[]>>;
  readonly s3Endpoints: readonly S3Endpoint[];
}

export interface CompiledServices {
  readonly configuration: ServicesConfiguration;
  /** Rules that the lab's resolver does not apply, one sentence each. */
  readonly notEmulated: readonly string[];
}

export const LINK_LOCAL_RESOLVER = '169.254.169.253';

/** Everything the services need to know. */
export function servicesConfiguration(state: LabState): CompiledServices {
  const notEmulated: string[] = [];
  const resolvers = [...state.vpcs.values()].flatMap((vpc) => {
    const vpcId = vpc.VpcId ?? '';
    if (state.vpcAttributes.get(vpcId)?.enableDnsSupport !== true || vpc.CidrBlock === undefined) return [];
    const dns = dnsRules(state, vpcId);
    notEmulated.push(...dns.notEmulated);
    return [
      {
        vpcId,
        addresses: [basePlusTwo(vpc.CidrBlock), LINK_LOCAL_RESOLVER],
        cidrs: vpcCidrs(vpc),
        names: endpointNames(state, vpcId),
        rules: dns.rules,
      },
    ];
  });
  const publicNames = Object.fromEntries(
    [...awsServiceAddresses(state)].flatMap(([service, address]) => {
      const name = `${service}.${state.region}.${dnsSuffixes(state.region).api}`;
      return [name, `*.${name}`].map((each) => [each, [address]] as const);
    }),
  );
  return { configuration: { resolvers, publicNames, s3Endpoints: s3Endpoints(state) }, notEmulated };
}

function s3Endpoints(state: LabState): readonly S3Endpoint[] {
  return [...state.vpcEndpoints.values()]
    .filter(({ ServiceName }) => shortName(state.region, ServiceName ?? '') === 's3')
    .flatMap(({ VpcId = '', VpcEndpointType, NetworkInterfaceIds, PolicyDocument }) => {
      const vpc = state.vpcs.get(VpcId);
      const isGateway = VpcEndpointType === 'Gateway';
      const addresses = (NetworkInterfaceIds ?? []).flatMap(
        (id) => state.networkInterfaces.get(id)?.PrivateIpAddress ?? [],
      );
      if (vpc === undefined) return [];
      return [
        { cidrs: vpcCidrs(vpc), addresses: isGateway ? null : addresses, policy: PolicyDocument ?? null },
      ];
    });
}

function vpcCidrs(vpc: ec2.Vpc): string[] {
  const associated = (vpc.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []);
  return [...new Set([vpc.CidrBlock ?? '', ...associated])].filter(Boolean);
}

function basePlusTwo(cidr: string): string {
  const base = (cidr.split('/')[0] ?? '').split('.').map(Number);
  return [...base.slice(0, 3), (base[3] ?? 0) + 2].join('.');
}

/**
 * One public address per service that has an AWS-managed prefix list (S3, DynamoDB): the first of the list, so that it
 * is inside what a gateway endpoint's route covers.
 */
export function awsServiceAddresses(state: LabState): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  for (const { PrefixList, Entries } of state.managedPrefixLists.values()) {
    const named = shortName(state.region, PrefixList.PrefixListName ?? '');
    const service = named === 's3' || named === 'dynamodb' ? named : undefined;
    const cidr = Entries.find(({ Cidr }) => Cidr !== undefined && !Cidr.includes(':'))?.Cidr;
    if (service !== undefined && cidr !== undefined) addresses.set(service, basePlusTwo(cidr));
  }
  return addresses;
}

function endpointNames(state: LabState, vpcId: string): Record<string, readonly string[]> {
  const attributes = state.vpcAttributes.get(vpcId);
  const privateDns = attributes?.enableDnsSupport === true && attributes.enableDnsHostnames;
  const names: Record<string, readonly string[]> = {};
  for (const endpoint of state.vpcEndpoints.values()) {
    if (endpoint.VpcId !== vpcId || endpoint.VpcEndpointType !== 'Interface') continue;
    const addresses = (endpoint.NetworkInterfaceIds ?? []).flatMap(
      (id) => state.networkInterfaces.get(id)?.PrivateIpAddress ?? [],
    );
    if (addresses.length === 0) continue;
    const own = (endpoint.DnsEntries ?? []).flatMap(({ DnsName }) => DnsName ?? []);
    const isPrivate = (name: string): boolean => !name.includes('.vpce.');
    const named = own.filter((name) => !isPrivate(name));
    const served =
      privateDns && endpoint.PrivateDnsEnabled === true
        ? [...own.filter(isPrivate), ...privateDnsNames(endpoint.ServiceName ?? '')]
        : [];
    for (const name of [...named, ...served]) names[name.toLowerCase()] = addresses;
  }
  return names;
}

/**
 * The public names that an interface endpoint takes over: the service's parts, turned round (`com.amazonaws.us-east-1.
 * sagemaker.api` is `api.sagemaker.us-east-1.amazonaws.com`). Facts: SageMaker developer guide, interface-vpc-endpoint,
 * for `aws.sagemaker.<region>.notebook` and `.studio`; ECR user guide, vpc-endpoints, for the registries' names.
 */
export function privateDnsNames(serviceName: string): string[] {
  const sagemaker = /^aws\.sagemaker\.([a-z0-9-]+)\.([a-z0-9-]+)$/.exec(serviceName);
  if (sagemaker !== null) {
    const name = `${sagemaker[2]}.${sagemaker[1]}.${dnsSuffixes(sagemaker[1] ?? '').studio}`;
    return [name, `*.${name}`];
  }
  const common = /^(?:cn\.)?com\.amazonaws\.([a-z0-9-]+)\.([a-z0-9.-]+)$/.exec(serviceName);
  if (common === null) return [];
  const [, region = '', service = ''] = common;
  const name = `${service.split('.').reverse().join('.')}.${region}.${dnsSuffixes(region).api}`;
  return ['ecr.dkr', 's3'].includes(service) ? [name, `*.${name}`] : [name];
}

interface DnsRules {
  readonly rules: readonly DnsRule[];
  readonly notEmulated: readonly string[];
}

function dnsRules(state: LabState, vpcId: string): DnsRules {
  const associations = [...state.firewallRuleGroupAssociations.values()]
    .filter((association) => association.VpcId === vpcId)
    .sort((one, other) => (one.Priority ?? 0) - (other.Priority ?? 0));
  const rules: DnsRule[] = [];
  const notEmulated: string[] = [];
  for (const { FirewallRuleGroupId: groupId = '' } of associations) {
    const group = state.firewallRuleGroups.get(groupId);
    if (group === undefined) notEmulated.push(`DNS Firewall rule group ${groupId} is not in this account`);
    for (const rule of [...(group?.rules ?? [])].sort(
      (one, other) => (one.Priority ?? 0) - (other.Priority ?? 0),
    )) {
      const compiled = dnsRule(state, rule);
      if (typeof compiled === 'string')
        notEmulated.push(`DNS Firewall rule ${rule.Name ?? ''} of ${groupId} ${compiled}`);
      else rules.push(compiled);
    }
  }
  return { rules, notEmulated };
}

function dnsRule(state: LabState, rule: FirewallRule): DnsRule | string {
  const stored = state.firewallDomainLists.get(rule.FirewallDomainListId ?? '');
  if (stored === undefined) return 'is not by a domain list of this account';
  if (stored.list.ManagedOwnerName !== undefined)
    return 'is by a domain list that AWS manages, whose names cannot be read';
  const action: string = rule.Action ?? 'no action';
  if (action !== 'ALLOW' && action !== 'ALERT' && action !== 'BLOCK') return `has the action ${action}`;
  const response: string = rule.BlockResponse ?? 'NODATA';
  if (response !== 'NODATA' && response !== 'NXDOMAIN' && response !== 'OVERRIDE')
    return `has the block response ${response}`;
  return {
    action,
    domains: stored.domains.map((domain) => domain.toLowerCase().replace(/\.$/, '')),
    response,
    overrideName: rule.BlockOverrideDomain ?? '',
    overrideTtlSeconds: rule.BlockOverrideTtl ?? 0,
    type: rule.Qtype ?? null,
  };
}

/** Names for the servers' certificate: AWS's in this region, two levels deep where services use them. */
export function awsNames(state: LabState): readonly string[] {
  const { region } = state;
  const { api, studio: studioSuffix } = dnsSuffixes(region);
  const base = `${region}.${api}`;
  const endpoints = [...state.vpcEndpoints.values()].flatMap(({ ServiceName, DnsEntries }) => [
    ...privateDnsNames(ServiceName ?? ''),
    ...(DnsEntries ?? []).flatMap(({ DnsName }) => DnsName ?? []),
  ]);
  const deep = ['sagemaker', 'ecr', 'dkr.ecr', 's3', 'dynamodb'].map((service) => `*.${service}.${base}`);
  const studio = ['notebook', 'studio'].map((service) => `*.${service}.${region}.${studioSuffix}`);
  return [...new Set([`*.${base}`, ...deep, `*.${region}.${studioSuffix}`, ...studio, ...endpoints])];
}
