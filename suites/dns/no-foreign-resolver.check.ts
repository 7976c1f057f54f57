/**
 * Studio asks the Amazon resolver only: DHCP names no other DNS server that it could reach.
 *
 * What
 *   The DHCP options of the VPC name AmazonProvidedDNS and nothing else. Another server on the internet is
 *   tolerated only when all ways out lead through the firewall and it blocks UDP and TCP port 53 to that server. Of a
 *   server on a private address it is not known where it sends the queries.
 *
 * Why
 *   Queries to another resolver go past DNS Firewall, and carry data to whoever runs it.
 *
 * Fix
 *   AWS::EC2::DHCPOptions `DomainNameServers: [AmazonProvidedDNS]`, associated with the VPC.
 *   aws ec2 associate-dhcp-options --vpc-id vpc-… --dhcp-options-id dopt-…
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html
 *   https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall.html
 */
import { contains } from '../../infra/model/address-set';
import type { Address } from '../../infra/model/cidr';
import { formatAddress, parseAddress, parseCidr } from '../../infra/model/cidr';
import { enforcedPolicy } from '../../infra/model/firewall/firewall-policy';
import type { Flow } from '../../infra/model/firewall/flow';
import { inspectedSources } from '../../infra/model/firewall/inspected-sources';
import { firewallsHere } from '../../infra/model/firewall/subject';
import { sourceClasses } from '../../infra/model/firewall/unlisted-flows';
import { verdictOf } from '../../infra/model/firewall/verdict';
import { globalAddresses } from '../../infra/model/global-address';
import { networkOf } from '../../infra/model/network';
import { egressProof } from '../../infra/model/routing';
import { studioSubnetIds } from '../../infra/model/studio';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

/** The Amazon resolver's other names (VPC user guide, "Amazon DNS server"). */
const AMAZON = new Set(['AmazonProvidedDNS', '169.254.169.253', 'fd00:ec2::253']);

export default {
  id: 'dns/no-foreign-resolver',
  statement: 'Studio asks the Amazon resolver only: DHCP names no other DNS server that it could reach.',
  severity: 'medium',
  controls: ['NIST-800-53r5:SC-7', 'NIST-800-53r5:SC-20'],
  judge({ snapshot }) {
    const id = returned(
      sectionValue(snapshot, 'vpc').DhcpOptionsId,
      `DhcpOptionsId of ${snapshot.target.vpcId}`,
    );
    const own = vpcResolvers(snapshot);
    const foreign = serversOf(snapshot, id).filter((server) => !AMAZON.has(server) && !own.has(server));
    if (foreign.length > 0) return foreign.map((server) => judged(snapshot, id, server));
    return [
      {
        outcome: 'pass',
        subject: id,
        because: `The DHCP options ${id} name no DNS server but the Amazon resolver.`,
      },
    ];
  },
} satisfies Check;

function serversOf(snapshot: Snapshot, id: string): readonly string[] {
  // EC2 API reference, AssociateDhcpOptions: `default` stands for no DHCP options; then there is no server but Amazon's.
  if (id === 'default') return [];
  const options = returned(
    sectionValue(snapshot, 'dhcpOptions').find(({ DhcpOptionsId }) => DhcpOptionsId === id),
    `the DHCP options ${id}`,
  );
  const configurations = returned(options.DhcpConfigurations, `DhcpConfigurations of ${id}`);
  return configurations
    .filter(({ Key }) => Key === 'domain-name-servers')
    .flatMap(({ Values }) => returned(Values, `the DNS servers of ${id}`))
    .map(({ Value }) => returned(Value, `a DNS server of ${id}`));
}

/** The base of the VPC's primary prefix plus two (VPC user guide, "Amazon DNS server"). */
function vpcResolvers(snapshot: Snapshot): ReadonlySet<string> {
  const { family, first } = parseCidr(
    returned(sectionValue(snapshot, 'vpc').CidrBlock, 'CidrBlock of the VPC'),
  );
  return new Set([formatAddress(family, first + 2n)]);
}

function judged(snapshot: Snapshot, subject: string, server: string): Judgement {
  const address = parseAddress(server);
  const { inside } = inspectedSources(snapshot);
  const isInternet =
    contains(globalAddresses(address.family), address.value) &&
    !contains(inside[address.family], address.value);
  if (!isInternet) {
    return {
      outcome: 'unknown',
      subject,
      because: `${subject} names the DNS server ${server}; where it sends queries is not known.`,
    };
  }
  const reach = reachOf(snapshot, address);
  if (reach === null) {
    const why = firewallsHere(snapshot).length > 0 ? 'the firewall blocks port 53' : 'no way leads out';
    return {
      outcome: 'pass',
      subject,
      because: `${subject} names the DNS server ${server}, to which no way is open: ${why}.`,
    };
  }
  const because = `${subject} names the DNS server ${server}, which Studio can reach: ${reach}. Fix: DomainNameServers AmazonProvidedDNS (AWS::EC2::DHCPOptions; aws ec2 associate-dhcp-options --vpc-id ${snapshot.target.vpcId} --dhcp-options-id …).`;
  return { outcome: 'fail', subject, because };
}

/** Why a DNS server can be reached, or null when the firewall blocks every way to it; throws when that is undecided. */
function reachOf(snapshot: Snapshot, address: Address): string | null {
  const network = networkOf(snapshot);
  for (const subnetId of studioSubnetIds(snapshot)) {
    const proof = egressProof(network, subnetId);
    if (proof.status === 'undecided') throw new NotKnown(proof.because);
    if (proof.status === 'violated') return `${subnetId} reaches the internet past the firewall`;
  }
  const policies = firewallsHere(snapshot).map((firewall) => enforcedPolicy(snapshot, firewall));
  const { sources } = inspectedSources(snapshot);
  const verdicts = policies.flatMap((policy) =>
    sourceClasses(policy, address.family, sources[address.family]).flatMap((source) =>
      dnsFlows(address, source).map((flow) => verdictOf(policy, flow)),
    ),
  );
  const passed = verdicts.find((verdict) => verdict.outcome === 'passed' || verdict.outcome === 'listed');
  if (passed !== undefined && 'by' in passed) return passed.by;
  const open = verdicts.find((verdict) => verdict.outcome === 'undecided');
  if (open !== undefined && 'because' in open) throw new NotKnown(open.because);
  return null;
}

function dnsFlows({ family, value }: Address, source: bigint): readonly Flow[] {
  return (['udp', 'tcp'] as const).map((transport) => ({
    family,
    transport,
    application: 'dns',
    name: null,
    headerless: false,
    source,
    destination: value,
    port: 53n,
  }));
}
