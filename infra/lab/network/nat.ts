/** The two translators: the NAT gateway, many private addresses to one, and the internet gateway, one to one. */

/**
 * A NAT gateway's ruleset; its only interface is `eth0`. It translates to its own private address, carries TCP, UDP
 * and ICMP only, and answers nothing itself (facts: aws.md 1.23, VPC user guide, vpc-nat-gateway). Fragments are
 * carried for UDP only (aws.md 6.13, MEMORY), which is decided before conntrack puts them together.
 */
export function natGatewayRuleset(privateIp: string): string {
  return `table ip nat_gateway {
  chain fragments {
    type filter hook prerouting priority -450; policy accept;
    ip frag-off & 0x3fff != 0 meta l4proto != udp drop
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr != ${privateIp} snat to ${privateIp}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    meta l4proto { tcp, udp, icmp } accept
  }
  chain input {
    type filter hook input priority filter; policy drop;
  }
}
`;
}

export interface PublicAddress {
  readonly privateIp: string;
  readonly publicIp: string;
}

/** VPC block public access (facts: aws.md 1.35, VPC user guide, security-vpc-bpa-basics). */
export type InternetBlock = 'off' | 'block-bidirectional' | 'block-ingress';

export interface InternetGatewayOptions {
  readonly addresses: readonly PublicAddress[];
  readonly block: InternetBlock;
  /** Private addresses of NAT gateways, which may still go out under `block-ingress`. */
  readonly natGateways: readonly string[];
}

/**
 * An internet gateway's ruleset; `vpc0` leads to the VPC and `internet0` to the internet. What has no public address
 * does not get through. Inbound addresses are translated here, before the edge route table sees the packet.
 */
export function internetGatewayRuleset({ addresses, block, natGateways }: InternetGatewayOptions): string {
  const outbound = addresses.filter(
    ({ privateIp }) => block === 'off' || (block === 'block-ingress' && natGateways.includes(privateIp)),
  );
  const map = (name: string, pairs: readonly string[]): string[] => [
    `  map ${name} {`,
    '    type ipv4_addr : ipv4_addr',
    ...(pairs.length > 0 ? [`    elements = { ${pairs.join(', ')} }`] : []),
    '  }',
  ];
  const privates = `{ ${outbound.map(({ privateIp }) => privateIp).join(', ')} }`;
  const accepts = [
    `    iifname "vpc0" oifname "internet0" ip saddr ${privates} accept`,
    `    iifname "internet0" oifname "vpc0" ${block === 'off' ? '' : 'ct state established,related '}ip daddr ${privates} accept`,
  ];
  return [
    'table ip internet_gateway {',
    ...map(
      'public',
      outbound.map(({ privateIp, publicIp }) => `${privateIp} : ${publicIp}`),
    ),
    ...map(
      'private',
      outbound.map(({ privateIp, publicIp }) => `${publicIp} : ${privateIp}`),
    ),
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    '    iifname "internet0" dnat to ip daddr map @private',
    '  }',
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    '    oifname "internet0" snat to ip saddr map @public',
    '  }',
    '  chain forward {',
    '    type filter hook forward priority filter; policy drop;',
    ...(outbound.length > 0 ? accepts : []),
    '  }',
    '  chain input {',
    '    type filter hook input priority filter; policy drop;',
    '  }',
    '}',
    '',
  ].join('\n');
}
