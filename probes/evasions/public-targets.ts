/**
 * Whom techniques are sent to when the owner names nobody: well-known public servers that a notebook would use. From
 * MEMORY, not from a document; whether one is alive is for the control run to say, at the time of the run. The lab's
 * internet has the same names.
 */
export const PUBLIC_TARGETS = {
  /** Answer DNS by UDP and TCP on 53. */
  resolvers: ['1.1.1.1', '8.8.8.8'],
  /** The same resolvers by IPv6: DNS on 53, TLS on 443 and 853. */
  resolversIpv6: ['2606:4700:4700::1111', '2001:4860:4860::8888'],
  /** By its address, which every client knows: a block of the name's lookup would stop nobody. */
  dnsOverTls: { address: '1.1.1.1', name: 'one.one.one.one' },
  dnsOverHttps: { address: '1.1.1.1', name: 'cloudflare-dns.com' },
  ntp: 'time.cloudflare.com',
  smtp: 'smtp.gmail.com',
  ftp: 'ftp.gnu.org',
  /** On port 22. */
  ssh: 'github.com',
  /** GitHub's ssh on port 443. */
  sshOn443: 'ssh.github.com',
  quic: 'cloudflare-quic.com',
  /** Open data that anybody may read and list, in us-east-1; no stack's own. */
  openBuckets: ['noaa-ghcn-pds', '1000genomes'],
} as const;
