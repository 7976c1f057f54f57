/**
 * The lab's internet: its names and where they lead. One literal. Addresses are from a range for documentation (RFC
 * 5737), so that nothing of the lab can be taken for a real host; except the public resolvers', which clients know by
 * their addresses. Names besides AWS's and the published stack's are those that the evasion battery's techniques go to
 * (MEMORY: what they are at the time of writing).
 */

export interface ZoneEntry {
  readonly name: string;
  readonly address: string;
  /** Whether every name below it leads there too, so that probes can ask for names nobody asked for before. */
  readonly subdomains: boolean;
}

export const ZONE: readonly ZoneEntry[] = [
  { name: 'kaggle.com', address: '203.0.113.10', subdomains: true },
  { name: 'github.com', address: '203.0.113.20', subdomains: true },
  // GitHub's ssh for clients that may use port 443 only.
  { name: 'ssh.github.com', address: '203.0.113.21', subdomains: false },
  { name: 'github.io', address: '203.0.113.22', subdomains: true },
  { name: 'pypi.org', address: '203.0.113.30', subdomains: true },
  { name: 'pythonhosted.org', address: '203.0.113.31', subdomains: true },
  { name: 'example.com', address: '203.0.113.40', subdomains: true },
  { name: 'example.org', address: '203.0.113.41', subdomains: true },
  { name: 'example.net', address: '203.0.113.42', subdomains: true },
  { name: 'portquiz.net', address: '203.0.113.60', subdomains: true },
  { name: 'time.cloudflare.com', address: '203.0.113.62', subdomains: false },
  { name: 'smtp.gmail.com', address: '203.0.113.63', subdomains: false },
  { name: 'ftp.gnu.org', address: '203.0.113.64', subdomains: false },
  { name: 'cloudflare-quic.com', address: '203.0.113.65', subdomains: true },
  // Addresses of their own: each is one technique's, so that a record without a name tells which it was.
  { name: 'smtp.office365.com', address: '203.0.113.66', subdomains: false },
  { name: 'gitlab.com', address: '203.0.113.67', subdomains: false },
  { name: 'altssh.gitlab.com', address: '203.0.113.68', subdomains: false },
  { name: 'neverssl.com', address: '203.0.113.69', subdomains: false },
  { name: 'www.sqlite.org', address: '203.0.113.70', subdomains: false },
  { name: 'www.kernel.org', address: '203.0.113.71', subdomains: false },
  { name: 'www.openbsd.org', address: '203.0.113.72', subdomains: false },
  { name: 'www.freebsd.org', address: '203.0.113.73', subdomains: false },
  { name: 'www.postgresql.org', address: '203.0.113.74', subdomains: false },
  { name: 'www.heise.de', address: '203.0.113.75', subdomains: false },
  { name: 'www.wikipedia.org', address: '203.0.113.76', subdomains: false },
  { name: 'www.gnu.org', address: '203.0.113.77', subdomains: false },
  { name: 'one.one.one.one', address: '1.1.1.1', subdomains: false },
  { name: 'cloudflare-dns.com', address: '1.1.1.1', subdomains: false },
  { name: 'dns.google', address: '8.8.8.8', subdomains: false },
  { name: 'dns.quad9.net', address: '9.9.9.9', subdomains: false },
  // AWS's public side, where its names lead for a VPC without an endpoint of its own for them.
  { name: 'amazonaws.com', address: '203.0.113.90', subdomains: true },
  { name: 'sagemaker.aws', address: '203.0.113.90', subdomains: true },
  { name: 'amazonaws.com.cn', address: '203.0.113.90', subdomains: true },
  { name: 'sagemaker.com.cn', address: '203.0.113.90', subdomains: true },
];

/** The name server for hosts on the internet. */
export const INTERNET_RESOLVER = '203.0.113.53';

/** The host that answers on every TCP and UDP port. */
export const ANY_PORT_ADDRESS = '203.0.113.60';

/** The host that speaks SSH on port 443. */
export const SSH_ON_443_ADDRESS = '203.0.113.21';

/** Resolvers that anybody may ask. */
export const PUBLIC_RESOLVERS: readonly string[] = ['1.1.1.1', '8.8.8.8', '9.9.9.9'];

/** Every address that the internet's servers answer on. */
export const INTERNET_ADDRESSES: readonly string[] = [
  ...new Set([...ZONE.map(({ address }) => address), INTERNET_RESOLVER]),
];

/** Where a name leads, or null for one that does not exist. Names are compared without case and final dot. */
export function lookUp(name: string, zone: readonly ZoneEntry[] = ZONE): string | null {
  const asked = name.toLowerCase().replace(/\.$/, '');
  const found = zone
    .filter((entry) => asked === entry.name || (entry.subdomains && asked.endsWith(`.${entry.name}`)))
    .sort((one, other) => other.name.length - one.name.length)[0];
  return found?.address ?? null;
}

/** Names for the servers' certificate: each name and one level below it. */
export const INTERNET_NAMES: readonly string[] = [
  ...ZONE.flatMap(({ name, subdomains }) => (subdomains ? [name, `*.${name}`] : [name])),
  ...new Set(ZONE.map(({ address }) => address)),
];
