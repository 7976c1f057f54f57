/**
 * What the VPC's resolver answers: DNS Firewall first, then the VPC's own names; every other name it asks the internet
 * about. Pure; runs in the services' process. The resolver is no hop of the VPC's network: what it asks outside does not
 * cross the firewall (aws.md 1.27, NFW developer guide, vpc-config).
 */
import type { Answer, Question } from '../internet/dns-message';
import { lookUp } from '../internet/zone';
import type { DnsRule, ServicesConfiguration, VpcResolver } from './services-configuration';

/** Types that DNS Firewall rules name, by number. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'A', 2: 'NS', 5: 'CNAME', 6: 'SOA', 12: 'PTR', 15: 'MX', 16: 'TXT', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR', 43: 'DS', 64: 'SVCB', 65: 'HTTPS', 257: 'CAA',
}; // prettier-ignore

export interface AskedResolver {
  /** The address that was asked. */
  readonly local: string;
  readonly remote: string;
}

/** The VPC whose resolver was asked: by the address asked where only one VPC has it, else by who asked. */
export function resolverFor(
  { resolvers }: ServicesConfiguration,
  { local, remote }: AskedResolver,
): VpcResolver | null {
  const candidates = resolvers.filter(({ addresses }) => addresses.includes(local));
  if (candidates.length <= 1) return candidates[0] ?? null;
  return candidates.find(({ cidrs }) => cidrs.some((cidr) => inBlock(remote, cidr))) ?? null;
}

/** Not the resolver's to answer: the internet's name servers are asked, and learn the name. */
export const ASK_OUTSIDE = 'ask-outside';

export function resolve(
  configuration: ServicesConfiguration,
  vpc: VpcResolver,
  question: Question,
): Answer | typeof ASK_OUTSIDE {
  const { name, type } = question;
  const rule = vpc.rules.find((candidate) => applies(candidate, name, type));
  if (rule?.action === 'BLOCK') return blocked(rule, vpc, configuration);
  const addresses = ownAddresses(name, vpc, configuration);
  if (addresses !== null) return { code: 'NOERROR', addresses };
  return PRIVATE_NAMES.test(name) ? { code: 'NXDOMAIN' } : ASK_OUTSIDE;
}

function applies({ domains, type: ruleType }: DnsRule, name: string, type: number): boolean {
  if (ruleType !== null && ruleType !== (TYPES[type] ?? `TYPE${type}`)) return false;
  return domains.some((domain) => matches(domain, name));
}

/** `*.name` is everything below the name, not the name itself; `*` is everything. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

function blocked(rule: DnsRule, vpc: VpcResolver, configuration: ServicesConfiguration): Answer {
  if (rule.response === 'NODATA') return { code: 'NOERROR' };
  if (rule.response === 'NXDOMAIN') return { code: 'NXDOMAIN' };
  return {
    code: 'NOERROR',
    alias: { name: rule.overrideName, ttlSeconds: rule.overrideTtlSeconds },
    addresses: overrideAddresses(rule.overrideName.toLowerCase().replace(/\.$/, ''), vpc, configuration),
  };
}

/** Where the name of an override leads, which is the account's own choice and not the client's. */
function overrideAddresses(
  name: string,
  vpc: VpcResolver,
  configuration: ServicesConfiguration,
): readonly string[] {
  const outside = lookUp(name);
  return ownAddresses(name, vpc, configuration) ?? (outside === null ? [] : [outside]);
}

/** Names that only the VPC itself has (EC2 user guide, instance naming). */
const PRIVATE_NAMES = /(^|\.)(ec2|[a-z0-9-]+\.compute)\.internal$/;

function ownAddresses(
  name: string,
  vpc: VpcResolver,
  { publicNames }: ServicesConfiguration,
): readonly string[] | null {
  return named(vpc.names, name) ?? instanceAddress(name, vpc) ?? named(publicNames, name);
}

function named(names: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] | null {
  if (Object.hasOwn(names, name)) return names[name] ?? null;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const wildcard = `*${name.slice(dot)}`;
    if (Object.hasOwn(names, wildcard)) return names[wildcard] ?? null;
  }
  return null;
}

/** `ip-10-0-1-5.ec2.internal`: a private IPv4 DNS name (EC2 user guide, instance naming). */
function instanceAddress(name: string, vpc: VpcResolver): readonly string[] | null {
  const match = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})\.(ec2|[a-z0-9-]+\.compute)\.internal$/.exec(
    name,
  );
  if (match === null) return null;
  const address = match.slice(1, 5).join('.');
  return vpc.cidrs.some((cidr) => inBlock(address, cidr)) ? [address] : null;
}

/** Whether an IPv4 address is in a block. */
export function inBlock(address: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
