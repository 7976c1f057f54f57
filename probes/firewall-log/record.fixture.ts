/** Records of a firewall that drops what its list does not name, for the tests of what is made of them. */
import type { FirewallRecord } from '../probe';

/** A block of a server name, one second after `AT`. */
export function blockOfName(sni: string | null, overrides: Partial<FirewallRecord> = {}): FirewallRecord {
  const record = {
    firewallName: 'network-firewall',
    availabilityZone: 'us-east-1a',
    at: '2026-11-23T15:00:01.000Z',
    ingestedAt: null,
    eventType: 'alert' as const,
    protocol: 'TCP',
    sourceIp: '10.2.2.10',
    sourcePort: 40512,
    destinationIp: '203.0.113.20',
    destinationPort: 443,
    flowStartedAt: null,
    action: 'blocked',
    verdict: 'drop',
    signature: 'aws:alert_established action',
    signatureId: 4,
    sni,
    httpHost: null,
    ...overrides,
  };
  return { ...record, raw: overrides.raw ?? JSON.stringify(record) };
}
