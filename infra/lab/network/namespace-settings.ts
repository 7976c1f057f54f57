/** Scripts for /bin/sh that set up a network namespace before it has any link. */
import { STATELESS_PASS_MARK } from './suricata/stateless';

/**
 * Kernel settings of one namespace, for interfaces that are yet to come. Packets may come back by another link than
 * the one the kernel would use, and nobody is told of a better way: routing is for the tables alone to decide.
 */
export function settingsScript({ forwards }: { readonly forwards: boolean }): string {
  return `cd /proc/sys/net/ipv4
for scope in all default; do
  echo 0 >conf/$scope/rp_filter
  echo 0 >conf/$scope/send_redirects
  echo 0 >conf/$scope/accept_redirects
done
echo ${forwards ? 1 : 0} >ip_forward
echo 0 >ip_unprivileged_port_start
if [ -e ../ipv6 ]; then
  for scope in all default; do echo 1 >../ipv6/conf/$scope/disable_ipv6; done
fi
cd /`;
}

/**
 * Everything forwarded goes to netfilter queue 0, except what the stateless engine has passed. There is no bypass:
 * without a listener on the queue everything is dropped. Kernels differ in what they were built with, so three ways
 * are tried: nftables' own queue, iptables' through nftables, iptables' own.
 */
export const queueScript = `mark=${STATELESS_PASS_MARK}
with_nft() {
  nft "add table ip engine
    add chain ip engine forward { type filter hook forward priority filter; policy accept; }
    add rule ip engine forward meta mark != $mark queue num 0"
}
with_iptables() {
  "$1" -A FORWARD -m mark ! --mark "$mark" -j NFQUEUE --queue-num 0
}
said=$({ with_nft || with_iptables iptables-nft || with_iptables iptables-legacy; } 2>&1) || {
  echo "no way to hand packets to the firewall engine: $said" >&2
  exit 1
}`;
