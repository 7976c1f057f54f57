/** What a firewall record says became of the packet. */
import type { FirewallRecord } from './probe';

/**
 * Whether the firewall says that it stopped this: a drop or reject verdict or, where the record has no verdict, a blocked
 * alert. `alert.action` alone "does not necessarily indicate the final verdict" (Suricata user guide, eve-json-format);
 * an alert default without a drop default logs the same signature with action `allowed`.
 */
export function saysBlocked(record: FirewallRecord): boolean {
  if (record.eventType !== 'alert') return false;
  if (record.verdict !== null) return record.verdict === 'drop' || record.verdict === 'reject';
  return record.action === 'blocked';
}
