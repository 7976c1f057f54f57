/** The host on which every port is open: its packets' ports are rewritten on arrival, before any socket is looked for. */
import { ANY_PORT_ADDRESS } from './zone';

/** Where the rewritten ports lead; no service has these. */
export const ANY_PORT = 61_000;
export const PATIENT_SSH_PORT = 61_022;
export const SINK_PORT = 61_009;
export const REWRITTEN_PORTS: readonly number[] = [ANY_PORT, PATIENT_SSH_PORT, SINK_PORT];

/** RFC 863: the discard service. */
const DISCARD_PORT = 9;
/** Served on every address, by servers that speak first; those by UDP with answers of their own. */
const OWN_TCP_PORTS = [21, 25, 587];
const OWN_UDP_PORTS = [123, 443];

/** The ruleset of the namespace that the servers are in, as nftables text. */
export function anyPortRuleset(): string {
  const to = (port: number): string => `dnat to ${ANY_PORT_ADDRESS}:${port}`;
  return `table ip any_port {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr != ${ANY_PORT_ADDRESS} accept
    tcp dport 22 ${to(PATIENT_SSH_PORT)}
    tcp dport ${DISCARD_PORT} ${to(SINK_PORT)}
    tcp dport != { ${OWN_TCP_PORTS.join(', ')} } ${to(ANY_PORT)}
    udp dport != { ${OWN_UDP_PORTS.join(', ')} } ${to(ANY_PORT)}
  }
}
`;
}
