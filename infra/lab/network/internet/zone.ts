/**
 * The lab's internet: its names and where they lead. One literal. Addresses are from a range for documentation (RFC
 * 5737), so that nothing of the lab can be taken for a real host.
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
  { name: 'pypi.org', address: '203.0.113.30', subdomains: true },
  { name: 'pythonhosted.org', address: '203.0.113.31', subdomains: true },
  { name: 'example.com', address: '203.0.113.40', subdomains: true },
  { name: 'example.org', address: '203.0.113.41', subdomains: true },
  { name: 'example.net', address: '203.0.113.42', subdomains: true },
  // AWS's public side, where its names lead for a VPC without an endpoint of its own for them.
  { name: 'amazonaws.com', address: '203.0.113.90', subdomains: true },
  { name: 'sagemaker.aws', address: '203.0.113.90', subdomains: true },
];

/** The name server for hosts on the internet. */
export const INTERNET_RESOLVER = '203.0.113.53';

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
