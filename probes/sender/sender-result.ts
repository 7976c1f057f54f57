/**
 * From the sender's reports to what the client saw. `succeeded` needs a proof that bytes went both ways; which bytes prove
 * it is the technique's to say.
 */
import type { FlowShape } from '../../infra/model/flow-shape';
import type { ClientResult } from '../probe';
import type { SendReport } from './sender-report';

type Stage = Extract<ClientResult, { kind: 'timed-out' }>['stage'];

/** What a report shows beyond how it ended: a result, or null for nothing in particular. */
export type Judge = (report: SendReport) => ClientResult | null;

/** Bytes came back after ours. */
export const bytesBack: Judge = ({ received, sent }) =>
  received > 0 ? succeeded(`${received} bytes came back for ${sent}`) : null;

/** The peer confirmed bytes, or answered: they left, whether anybody reads them or not. */
export const confirmed: Judge = (report) =>
  bytesBack(report) ??
  ((report.acknowledged ?? 0) > 0
    ? succeeded(`${report.acknowledged} of ${report.sent} bytes were confirmed by the other side`)
    : null);

/** Bytes back, or every byte of ours confirmed: a firewall that stops them lets none of the last ones through. */
export const delivered: Judge = (report) => bytesBack(report) ?? allConfirmed(report);

/** The other side's kernel has all that was sent, whatever it says to it. Of no use where the answer is the question. */
export const allConfirmed: Judge = ({ sent, acknowledged }) =>
  sent > 0 && acknowledged !== null && acknowledged >= sent
    ? succeeded(`all ${sent} bytes were confirmed by the other side, which said nothing`)
    : null;

/** The server's bytes came in, before any of ours. */
export const greeted: Judge = ({ greeting }) =>
  greeting > 0 ? succeeded(`${greeting} bytes came from the server before any of ours`) : null;

/** No answer is to be expected; only the firewall's record, the model and the server can say what became of it. */
export const oneWay: Judge = ({ end, sent }) =>
  end === 'silent'
    ? { kind: 'timed-out', stage: 'unknown', detail: `sent ${sent} bytes one way; nobody answers` }
    : null;

/** TLS content types (RFC 8446, 5.1). */
const TLS_ALERT = 21;
const TLS_HANDSHAKE = 22;

/** A server's first TLS handshake bytes: a ServerHello follows. */
export const serverHello: Judge = ({ first, received }) => {
  if (received === 0) return null;
  if (first[0] === TLS_HANDSHAKE) return succeeded(`a server's hello came back, ${received} bytes`);
  const what = first[0] === TLS_ALERT ? `a TLS alert (${first[6] ?? 'cut'})` : 'what is no TLS';
  return { kind: 'rejected-by-target', detail: `the server answered with ${what}` };
};

/** Status line of an HTTP answer; null where the first bytes are none. */
export function httpStatus(first: Buffer): number | null {
  const [, status] = /^HTTP\/\d(?:\.\d)? ([1-5]\d\d)(?: |\r)/.exec(first.toString('latin1')) ?? [];
  return status === undefined ? null : Number(status);
}

/** An HTTP answer with one of these statuses; any other answer is the server's refusal. */
export const httpAnswer =
  (accepts: (status: number) => boolean): Judge =>
  ({ first, received }) => {
    // Inside TLS, a handshake without an answer is none.
    if (first.length === 0) return null;
    const status = httpStatus(first);
    if (status !== null && accepts(status)) return succeeded(`HTTP ${status}, ${received} bytes`);
    const detail =
      status === null ? 'the server answered, but not by HTTP' : `the server answered HTTP ${status}`;
    return { kind: 'rejected-by-target', detail };
  };

export const succeeded = (detail: string): ClientResult => ({ kind: 'succeeded', detail });

export interface SendOutcome {
  readonly report: SendReport;
  readonly judge: Judge;
  readonly shape: FlowShape;
}

/** What one report says: the technique's judgement where it has one, else how the send ended. */
export function sendResult({ report, judge, shape }: SendOutcome): ClientResult {
  const judged = judge(report);
  if (judged !== null) return judged;
  const counts = countsOf(report, shape);
  switch (report.end) {
    case 'reset':
      return { kind: 'reset', detail: `the connection was reset; ${counts}` };
    case 'refused':
      return { kind: 'refused', detail: 'the port refused' };
    case 'unreachable':
      return { kind: 'no-route', detail: 'no route, or the network said that there is none' };
    case 'unresolved':
      return { kind: 'dns-failed', detail: 'the name has no address here' };
    case 'forbidden':
      return {
        kind: 'inconclusive',
        detail: 'the host does not let the sender send such packets (root needed)',
      };
    case 'failed':
      return { kind: 'inconclusive', detail: `the sender could not send it, or not all of it; ${counts}` };
    case 'stranded':
      // Of the host alone: a VPC's routes are not the host's to see (VPC guide, route tables; DERIVED).
      return { kind: 'inconclusive', detail: 'the host itself has no address or no route to send it by' };
    case 'silent':
      return { kind: 'timed-out', stage: stageOf(report, shape), detail: counts };
    default:
      return { kind: 'rejected-by-target', detail: `the other side ended it; ${counts}` };
  }
}

function countsOf(
  { connectMs, sent, acknowledged, greeting, received }: SendReport,
  { transport }: FlowShape,
): string {
  if (transport !== 'tcp') return `${sent} bytes sent, ${received} came back`;
  if (connectMs === null) return 'no answer to the SYN';
  const confirmation = acknowledged === null ? '' : `, ${acknowledged} of them confirmed`;
  const before = greeting === 0 ? '' : `${greeting} bytes came first, then `;
  return `${before}${sent} bytes sent${confirmation}, ${received} came back`;
}

/** What it waited for in vain. */
function stageOf({ connectMs }: SendReport, { transport, application }: FlowShape): Stage {
  if (transport !== 'tcp') return 'unknown';
  if (connectMs === null) return 'tcp';
  return application === 'tls' || application === 'http' ? application : 'unknown';
}

/** The worst first: what got through, then what cannot be said, then the nearer to getting through. */
const ORDER: readonly ClientResult['kind'][] = [
  'succeeded',
  'inconclusive',
  'rejected-by-target',
  'refused',
  'reset',
  'timed-out',
  'no-route',
  'dns-failed',
];

/** Of those that waited in vain, one that came as far as a protocol; how far another came may not be known. */
const furthest = (result: ClientResult): number =>
  result.kind === 'timed-out' && (result.stage === 'http' || result.stage === 'tls') ? 0 : 1;

const MAX_DETAIL = 300;

/** Of several sends of one technique: any that gets through counts, and nothing is blocked while one is undecided. */
export function worstOf(results: readonly (readonly [label: string, result: ClientResult])[]): ClientResult {
  const sorted = [...results].sort(
    ([, one], [, other]) =>
      ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || furthest(one) - furthest(other),
  );
  const [worst] = sorted;
  if (worst === undefined) return { kind: 'inconclusive', detail: 'nothing was sent' };
  if (results.length === 1) return { ...worst[1], detail: worst[1].detail.slice(0, MAX_DETAIL) };
  const same = sorted.filter(([, { kind }]) => kind === worst[1].kind).map(([label]) => label);
  const detail = `${same.join(', ')} (${same.length} of ${results.length}): ${worst[1].detail}`;
  return { ...worst[1], detail: detail.slice(0, MAX_DETAIL) };
}
