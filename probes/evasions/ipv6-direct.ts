import { dnsQuery } from '../payloads/dns-query';
import { markerName } from '../dns-name';
import { markedText } from '../payloads/marked-payload';
import { echoTo, helloTo, tcpBytes, udpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** An egress-only internet gateway is a way out of its own (aws.md 1.24, 6.14). */
export const ipv6Direct: Technique = {
  id: 'ipv6-direct',
  title: 'TLS, plain bytes, DNS and ping by IPv6',
  risk: 'the IPv6 way out does not pass the firewall, or meets rules that were written for IPv4',
  closedBy:
    'No IPv6 in the Studio subnet, or its route ::/0 through the firewall endpoint and HOME_NET with its range.',
  expect: 'denied',
  plan: ({ nonce, deniedName, ipv6, timeoutMs }) => {
    if (ipv6 === null) return { notKnown: 'whether the Studio subnet has IPv6 was not read' };
    if (!ipv6) return { notApplicable: 'the Studio subnet has no IPv6' };
    const [to, other] = PUBLIC_TARGETS.resolversIpv6;
    const name = markerName(nonce, deniedName);
    return senderPlan({
      timeoutMs,
      sends: [
        helloTo({ to, port: 443, nonce, names: [name], label: 'TLS' }),
        tcpBytes({ to, port: 853, bytes: `${markedText(nonce)}\r\n`, label: 'bytes' }),
        udpBytes({
          to: other,
          port: 53,
          bytes: dnsQuery(nonce, name),
          label: 'DNS',
          shape: { application: 'dns' },
        }),
        echoTo(other, nonce),
      ],
    });
  },
};
