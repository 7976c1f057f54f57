/**
 * Whom techniques are sent to when the owner names nobody: well-known public servers that a notebook would use. From
 * MEMORY, not from a document; whether one is alive is for the control run to say, at the time of the run. The lab's
 * internet has the same names. Each gets a few packets of a run.
 */
export const PUBLIC_TARGETS = {
  /** Answer DNS by UDP and TCP on 53. */
  resolvers: ['1.1.1.1', '8.8.8.8'],
  /** The same resolvers by IPv6: DNS on 53, TLS on 443 and 853. */
  resolversIpv6: ['2606:4700:4700::1111', '2001:4860:4860::8888'],
  /** Another resolver, for questions in fragments. */
  resolverOfFragments: '9.9.9.9',
  /** By its address, which every client knows: a block of the name's lookup would stop nobody. */
  dnsOverTls: { address: '1.1.1.1', name: 'one.one.one.one' },
  dnsOverHttps: { address: '1.1.1.1', name: 'cloudflare-dns.com' },
  ntp: 'time.cloudflare.com',
  smtp: 'smtp.gmail.com',
  /** Another mail server, which speaks first on 587. */
  smtpGreeting: 'smtp.office365.com',
  ftp: 'ftp.gnu.org',
  /** On port 22. */
  ssh: 'github.com',
  /** Another one on port 22. */
  sshGreeting: 'gitlab.com',
  /** Plain HTTP on port 80, whatever the Host says, or without any. */
  http: 'neverssl.com',
  quic: 'cloudflare-quic.com',
  /** Open data that anybody may read and list, in us-east-1; no stack's own. */
  openBuckets: ['noaa-ghcn-pds', '1000genomes'],
} as const;

/**
 * Hosts that take TCP on 443, one for each flow that shows the firewall no name, or may not: a record without a name is
 * tied to a flow by its address, port and protocol alone (probes/firewall-log/correlate.ts), so no two of these may meet.
 * From MEMORY: names of different owners on networks of their own; behind a shared front two names could have one address.
 * Where two have it all the same, or a user's client goes there too, the record is tied to none of them.
 */
export const HOSTS_ON_443 = {
  plainBytes: 'www.sqlite.org',
  /** GitLab's ssh on port 443. */
  sshOpening: 'altssh.gitlab.com',
  /** GitHub's, which speaks first. */
  serverFirst: 'ssh.github.com',
  synData: 'www.kernel.org',
  handshakeAckData: 'www.openbsd.org',
  rstData: 'www.freebsd.org',
  finData: 'www.postgresql.org',
  endlessHello: 'www.heise.de',
  /** These answer a hello without a name of theirs, with a certificate or an alert. */
  tlsNoSni: 'www.wikipedia.org',
  tlsIpAsSni: 'dns.quad9.net',
  helloSplit: 'dns.google',
  helloFragments: 'www.gnu.org',
} as const;
