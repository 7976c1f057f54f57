/**
 * The engine's EVE records as AWS's log would hold them: one JSON object a line, signature ids those of the rule group,
 * and of a packet that a rule blocked no second record by the default action, which AWS applies only to packets that no
 * rule matched (aws.md 2.8: API reference, FirewallPolicy.StatefulDefaultActions).
 */
import type { RuleOrigin } from './firewall-rules';

export type EveRecord = Record<string, unknown>;

/** A line that is not a record of an engine of ours. */
export class EveError extends Error {
  override readonly name = 'EveError';
}

/** A default action's severity in AWS's records (aws.md 3.19); the engine's rules carry another for their order. */
const DEFAULT_ACTION_SEVERITY = 3;
/** Far longer than any record; what goes beyond is not one. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Cut a stream of text into whole lines, however it arrives. Throws EveError for a line without end. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    rest += chunk;
    let start = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      onLine(rest.slice(start, end));
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > MAX_LINE_BYTES) {
      rest = '';
      throw new EveError(`a line of more than ${MAX_LINE_BYTES} bytes`);
    }
  };
}

/** A reader of lines that hands on each record as AWS's log would hold it. Throws EveError. */
export function eveReader(
  originOf: (engineSignatureId: number) => RuleOrigin | undefined,
  onEve: (record: EveRecord) => void,
): (line: string) => void {
  let blockedPacket = '';
  return (line) => {
    const record = parseRecord(line);
    if (record['event_type'] !== 'alert') return onEve(record);
    const alert = record['alert'];
    if (!isRecord(alert) || typeof alert['signature_id'] !== 'number')
      throw new EveError(`an alert without a signature: ${line}`);
    const origin = originOf(alert['signature_id']);
    if (origin === undefined) throw new EveError(`an alert of no rule of ours: ${line}`);
    const packet = JSON.stringify(
      ['flow_id', 'timestamp', 'src_ip', 'src_port', 'dest_ip', 'dest_port'].map((field) => record[field]),
    );
    const isDefault = origin.ruleGroupArn === null;
    if (isDefault && packet === blockedPacket) return;
    if (!isDefault && alert['action'] === 'blocked') blockedPacket = packet;
    const severity = isDefault ? DEFAULT_ACTION_SEVERITY : (origin.severity ?? alert['severity']);
    onEve({ ...record, alert: { ...alert, signature_id: origin.signatureId, severity } });
  };
}

function parseRecord(line: string): EveRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new EveError(`not JSON: ${line.slice(0, 200)}`);
  }
  if (!isRecord(value) || typeof value['event_type'] !== 'string' || typeof value['timestamp'] !== 'string') {
    throw new EveError(`not an EVE record: ${line.slice(0, 200)}`);
  }
  return value;
}

function isRecord(value: unknown): value is EveRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
