/**
 * From a client's exit and words to what it saw. Words only tell one kind of failure from another; whether there was a
 * failure is the exit code's to say. The words were collected from wget 1.21 (GnuTLS), git 2.39 (libcurl), pip 23 and
 * curl 7.88 (OpenSSL) against servers that stay silent, reset, close, refuse, send an alert or a wrong certificate.
 */
import type { ClientResult, CommandOutput } from './probe';
import { readScript, type ScriptReport } from './script-report';

/** `timeout` answers 124 when the bound ended the command, 137 when it had to be killed. */
const BOUND_EXITS: readonly number[] = [124, 137];

interface Symptom {
  readonly words: RegExp;
  readonly kind: Exclude<ClientResult['kind'], 'timed-out' | 'succeeded' | 'inconclusive'>;
}

/** What the clients say, in the C locale. The first that matches counts. */
const SYMPTOMS: readonly Symptom[] = [
  // First, since a server that answered chooses the words that follow.
  {
    kind: 'rejected-by-target',
    words: /awaiting response\.\.\. [45]\d\d|returned error: [45]\d\d|^remote: |[45]\d\d Client Error/im,
  },
  {
    kind: 'dns-failed',
    words:
      /unable to resolve host|could not resolve host|name or service not known|temporary failure in name resolution|no address associated with hostname/i,
  },
  { kind: 'no-route', words: /network is unreachable|no route to host/i },
  { kind: 'refused', words: /connection refused/i },
  {
    kind: 'reset',
    words:
      /connection reset|ECONNRESET|unexpected eof|EOF occurred|closed \(EOF\)|non-properly terminated|error in the pull function|SSL_ERROR_SYSCALL|recv failure|RemoteDisconnected/i,
  },
  {
    kind: 'rejected-by-target',
    words:
      /certificate|fatal alert|received alert|alert handshake failure|gnutls_handshake\(\) failed: Handshake failed|_ALERT_|repository .{0,200}not found|authentication failed|could not read Username|HTTP error [45]\d\d/i,
  },
];

const TIMEOUT_WORDS = /timed out|timeout was reached|connection timeout/i;
/** libcurl's words for every kind of TCP failure; the marker connection beside it tells which. */
const CONNECT_FAILED = /failed to connect to|could(n't| not) connect to server/i;
/** pip names every network failure when it may retry; without one, the index answered and had no package. */
const NOTHING_FOUND = /No matching distribution found/;

/**
 * What the client saw. Never throws, and never says `succeeded` unless the script ran to its end, the client ended with 0
 * and its product is there. `name` is the one that the client connects to first.
 */
export function clientResult(output: CommandOutput, name: string): ClientResult {
  const report = readScript(output);
  const detail = lastWords(report.clientText);
  if (report.missingTool !== null) {
    return { kind: 'inconclusive', detail: `the host has no ${printable(report.missingTool)}` };
  }
  if (output.exitCode !== 0 || !report.complete || report.clientExit === null) {
    const exit = output.exitCode === null ? 'its bound ended it' : `exit ${output.exitCode}`;
    return { kind: 'inconclusive', detail: `the probe's script did not run to its end (${exit})` };
  }
  if (report.clientExit === 0) {
    if (report.productThere) return { kind: 'succeeded', detail };
    return { kind: 'inconclusive', detail: `the client ended with 0 but left nothing behind: ${detail}` };
  }
  return failure({ report, name, detail });
}

interface Failure {
  readonly report: ScriptReport;
  readonly name: string;
  readonly detail: string;
}

function failure({ report, name, detail }: Failure): ClientResult {
  const { clientExit, clientText } = report;
  const timedOut = (): ClientResult => ({ kind: 'timed-out', stage: stageOf(report, name), detail });
  if (clientExit !== null && BOUND_EXITS.includes(clientExit)) return timedOut();
  const symptom = SYMPTOMS.find(({ words }) => words.test(clientText));
  if (symptom !== undefined) return { kind: symptom.kind, detail };
  if (TIMEOUT_WORDS.test(clientText)) return timedOut();
  if (CONNECT_FAILED.test(clientText)) {
    const reached = report.markers.get(name)?.reached;
    if (reached === 'refused') return { kind: 'refused', detail };
    if (reached === 'unreachable') return { kind: 'no-route', detail };
    if (reached === 'nothing') return { kind: 'timed-out', stage: 'tcp', detail };
  }
  if (NOTHING_FOUND.test(clientText)) return { kind: 'rejected-by-target', detail };
  return { kind: 'inconclusive', detail: `the client ended with ${clientExit ?? 'no code'}: ${detail}` };
}

type Stage = Extract<ClientResult, { kind: 'timed-out' }>['stage'];

/** What wget and pip were waiting for, by their last words. */
const STAGES: readonly { readonly words: RegExp; readonly stage: Stage }[] = [
  { stage: 'http', words: /awaiting response\.\.\. ?$|Read error \(Connection timed out\) in headers/ },
  { stage: 'tls', words: /\bconnected\.$|SSL connection timeout/ },
  { stage: 'tcp', words: /^Connecting to .*\.\.\.$|failed: Connection timed out|ConnectTimeoutError/m },
  { stage: 'dns', words: /^Resolving .*\.\.\.$/m },
];

/** How far a client that got no answer had come: by its own words, else as far as the marker beside it. */
function stageOf({ clientText, addresses, markers }: ScriptReport, name: string): Stage {
  const said = STAGES.find(({ words }) => words.test(clientText));
  if (said !== undefined) return said.stage;
  if (addresses.get(name) === null) return 'dns';
  switch (markers.get(name)?.reached) {
    case 'tcp':
      return 'tls';
    case 'nothing':
      return 'tcp';
    default:
      return 'unknown';
  }
}

/** The last line that says something, cut and without control characters. */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return printable(lines.at(-1) ?? 'no output').slice(0, 300);
}

// oxlint-disable-next-line no-control-regex -- control characters are what is removed
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
