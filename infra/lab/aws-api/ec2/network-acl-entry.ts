/** Network ACLs and their entries as records: numbered rules per direction, closed by AWS's own denial of the rest. */
import type { IcmpTypeCode, NetworkAcl, NetworkAclEntry, PortRange, Tag, Vpc } from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError } from '../handler';
import { given, stored } from './ids';
import { cidrParameter, invalidValue } from './parameters';

/** AWS shows the closing `*` rules under these numbers; one's own are 1 to 32766 (VPC user guide, nacl-rules). */
const closingRuleNumber = { 4: 32767, 6: 32768 } as const;
const defaultRuleNumber = { 4: 100, 6: 101 } as const;

function anyTraffic(
  family: 4 | 6,
  {
    egress,
    ruleNumber,
    ruleAction,
  }: { readonly egress: boolean; readonly ruleNumber: number; readonly ruleAction: 'allow' | 'deny' },
): NetworkAclEntry {
  const any = family === 4 ? { CidrBlock: '0.0.0.0/0' } : { Ipv6CidrBlock: '::/0' };
  return { ...any, Egress: egress, Protocol: '-1', RuleAction: ruleAction, RuleNumber: ruleNumber };
}

function entriesOf(family: 4 | 6, isDefault: boolean): NetworkAclEntry[] {
  return [true, false].flatMap((egress) => [
    ...(isDefault
      ? [anyTraffic(family, { egress, ruleNumber: defaultRuleNumber[family], ruleAction: 'allow' })]
      : []),
    anyTraffic(family, { egress, ruleNumber: closingRuleNumber[family], ruleAction: 'deny' }),
  ]);
}

export interface NewNetworkAcl {
  readonly vpc: Vpc;
  /** The default ACL allows everything; one's own denies everything until it gets entries. */
  readonly isDefault: boolean;
  readonly tags: Tag[];
}

export function newNetworkAcl(state: LabState, { vpc, isDefault, tags }: NewNetworkAcl): NetworkAcl {
  const hasIpv6 = (vpc.Ipv6CidrBlockAssociationSet ?? []).length > 0;
  const acl: NetworkAcl = {
    NetworkAclId: newId(state, 'acl'),
    VpcId: vpc.VpcId,
    OwnerId: state.account,
    IsDefault: isDefault,
    Associations: [],
    Entries: [...entriesOf(4, isDefault), ...(hasIpv6 ? entriesOf(6, isDefault) : [])],
    Tags: tags,
  };
  state.networkAcls.set(stored(acl.NetworkAclId, 'NetworkAclId'), acl);
  return acl;
}

export function defaultNetworkAcl(state: LabState, vpcId: string): NetworkAcl {
  const acl = [...state.networkAcls.values()].find(
    (candidate) => candidate.VpcId === vpcId && candidate.IsDefault === true,
  );
  return stored(acl, `a default network ACL of ${vpcId}`);
}

/** When the VPC gets its first IPv6 block, AWS adds the IPv6 entries to its ACLs (VPC user guide, default-network-acl). */
export function addIpv6Entries(state: LabState, vpcId: string): void {
  for (const acl of state.networkAcls.values()) {
    if (acl.VpcId !== vpcId) continue;
    for (const entry of entriesOf(6, acl.IsDefault === true)) {
      const taken = (acl.Entries ?? []).some(
        (other) => other.RuleNumber === entry.RuleNumber && other.Egress === entry.Egress,
      );
      if (!taken) acl.Entries = [...(acl.Entries ?? []), entry];
    }
  }
}

/** What CreateNetworkAclEntry and ReplaceNetworkAclEntry are given. */
export interface EntryRequest {
  readonly RuleNumber: number | undefined;
  readonly Protocol: string | undefined;
  readonly RuleAction: 'allow' | 'deny' | undefined;
  readonly Egress: boolean | undefined;
  readonly CidrBlock?: string | undefined;
  readonly Ipv6CidrBlock?: string | undefined;
  readonly PortRange?: PortRange | undefined;
  readonly IcmpTypeCode?: IcmpTypeCode | undefined;
}

const protocolNumbers: Readonly<Record<string, string>> = {
  all: '-1',
  tcp: '6',
  udp: '17',
  icmp: '1',
  icmpv6: '58',
};

/** The protocol as its number in text, which is how AWS returns it. */
function protocolNumber(protocol: string): string {
  const number = protocolNumbers[protocol.toLowerCase()] ?? protocol;
  if (!/^(-1|\d{1,3})$/.test(number) || Number(number) > 255) {
    throw invalidValue(protocol, 'protocol', 'Give a protocol number, -1 for all.');
  }
  return number;
}

function ports(range: PortRange | undefined): PortRange {
  const from = given(range?.From, 'portRange.from');
  const to = given(range?.To, 'portRange.to');
  const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (!isPort(from) || !isPort(to) || from > to)
    throw invalidValue(`${from}-${to}`, 'portRange', 'Ports are 0 to 65535, the first not above the last.');
  return { From: from, To: to };
}

/** The checked entry in the shape Describe returns. */
export function networkAclEntry(request: EntryRequest): NetworkAclEntry {
  const ruleNumber = given(request.RuleNumber, 'ruleNumber');
  if (!Number.isInteger(ruleNumber) || ruleNumber < 1 || ruleNumber > 32_766) {
    throw invalidValue(String(ruleNumber), 'ruleNumber', 'The rule number must be between 1 and 32766.');
  }
  if ((request.CidrBlock === undefined) === (request.Ipv6CidrBlock === undefined)) {
    throw new ApiError('InvalidParameterCombination', 'Give exactly one of cidrBlock and ipv6CidrBlock.');
  }
  const protocol = protocolNumber(given(request.Protocol, 'protocol'));
  const block =
    request.CidrBlock === undefined
      ? { Ipv6CidrBlock: cidrParameter(request.Ipv6CidrBlock ?? '', 'ipv6CidrBlock', 6).text }
      : { CidrBlock: cidrParameter(request.CidrBlock, 'cidrBlock', 4).text };
  const portRange = protocol === '6' || protocol === '17' ? { PortRange: ports(request.PortRange) } : {};
  const icmp =
    protocol === '1' || protocol === '58'
      ? {
          IcmpTypeCode: {
            Type: given(request.IcmpTypeCode?.Type, 'icmpTypeCode.type'),
            Code: given(request.IcmpTypeCode?.Code, 'icmpTypeCode.code'),
          },
        }
      : {};
  return {
    ...block,
    Egress: given(request.Egress, 'egress'),
    Protocol: protocol,
    RuleAction: given(request.RuleAction, 'ruleAction'),
    RuleNumber: ruleNumber,
    ...portRange,
    ...icmp,
  };
}
