/** From a client's exit and words to what it saw. Words are matched only to tell one kind of failure from another. */
import type { ClientResult, CommandOutput } from './probe';
import { readScript } from './script';

/** `timeout` answers 124 when the bound ended the command, 137 when it had to be killed. */
const BOUND_EXITS: readonly number[] = [124, 137];

interface Symptom {
  readonly words: RegExp;
  readonly kind: Exclude<ClientResult['kind'], 'timed-out' | 'succeeded' | 'inconclusive'>;
}

/** What wget, curl (inside git) and pip's urllib3 say, in the C locale. The first that matches counts. */
const SYMPTOMS: readonly Symptom[] = [
  {
    kind: 'dns-failed',
    words:
      /unable to resolve host|could not resolve host|name or service not known|temporary failure in name resolution|no address associated with hostname/i,
  },
  { kind: 'no-route', words: /network is unreachable|no route to host/i },
  { kind: 'refused', words: /connection refused/i },
  { kind: 'reset', words: /connection reset|ECONNRESET|unexpected eof|SSL_ERROR_SYSCALL|recv failure/i },
  {
    kind: 'rejected-by-target',
    words:
      /certificate|ERROR [45]\d\d|returned error: [45]\d\d|repository .{0,200}not found|authentication failed|HTTP error [45]\d\d|[45]\d\d Client Error/i,
  },
];

const TIMEOUT_WORDS = /timed out|timeout|read timeout/i;
const TLS_WORDS = /SSL connection|handshake|connected\.|TLS/i;

/**
 * What the client saw. Never throws, and never says `succeeded` unless the client ended with 0, its product is
 * there, and the script ran to its end.
 */
export function clientResult(output: CommandOutput): ClientResult {
  const report = readScript(output);
  const detail = lastWords(report.clientText);
  if (report.missingTool !== null) {
    return { kind: 'inconclusive', detail: `the host has no ${printable(report.missingTool)}` };
  }
  if (output.exitCode === null || !report.complete || report.clientExit === null) {
    return {
      kind: 'inconclusive',
      detail: `the probe's output ended early (exit ${output.exitCode ?? 'unknown'})`,
    };
  }
  if (report.clientExit === 0) {
    if (report.productThere) return { kind: 'succeeded', detail };
    return { kind: 'inconclusive', detail: `the client ended with 0 but left nothing behind: ${detail}` };
  }
  const bounded = BOUND_EXITS.includes(report.clientExit);
  const symptom = SYMPTOMS.find(({ words }) => words.test(report.clientText));
  if (symptom !== undefined && !bounded) return { kind: symptom.kind, detail };
  if (bounded || TIMEOUT_WORDS.test(report.clientText)) {
    if ([...report.addresses.values()].every((address) => address === null)) {
      return { kind: 'timed-out', stage: 'dns', detail };
    }
    return { kind: 'timed-out', stage: TLS_WORDS.test(report.clientText) ? 'tls' : 'unknown', detail };
  }
  return { kind: 'inconclusive', detail: `the client ended with ${report.clientExit}: ${detail}` };
}

/** The last line that says something, cut and without control characters. */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return printable(lines.at(-1) ?? 'no output').slice(0, 300);
}

// oxlint-disable-next-line no-control-regex -- control characters are what is removed
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
