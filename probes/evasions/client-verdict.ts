/** What clients of an ordinary host are told, and how what they say is named. */
import type { ClientResult } from '../probe';

export interface ClientTo {
  /** The plan's target, whose address the client goes to. */
  readonly to: string;
  readonly nonce: string;
  /** The technique's bound. */
  readonly timeoutMs: number;
}

/** Whole seconds within a bound, at least one: most clients take no others. */
export const boundSeconds = (timeoutMs: number): number => Math.max(1, Math.floor(timeoutMs / 1000));

export interface ClientReport {
  /** Of the client, or of the `timeout` around it. */
  readonly exitCode: number;
  /** What its reader made of its output. */
  readonly words: readonly string[];
}

/** What a client's report shows, or why it shows nothing, so that it has no say. */
export type ClientVerdict = ClientResult | { readonly kind: 'no-say'; readonly detail: string };

export type Stage = Extract<ClientResult, { kind: 'timed-out' }>['stage'];

/** `timeout` answers 124 when the bound ended the client, 137 when it had to kill it. */
export const BOUND_EXITS: readonly number[] = [124, 137];
/** A client that has a bound of its own is ended by that, and says how far it came. */
export const GRACE_MS = 1000;

export const timedOut = (stage: Stage, detail: string): ClientResult => ({
  kind: 'timed-out',
  stage,
  detail,
});
export const noSay = (detail: string): ClientVerdict => ({ kind: 'no-say', detail });

/** What the clients' readers call an end, and what it is. */
export const WORDS = {
  refused: { kind: 'refused', detail: 'the port refused' },
  reset: { kind: 'reset', detail: 'the connection was reset' },
  unreachable: { kind: 'no-route', detail: 'no route, or the network said that there is none' },
  closed: { kind: 'rejected-by-target', detail: 'the other side ended it' },
  timeout: timedOut('unknown', 'no answer within the bound'),
} as const satisfies Readonly<Record<string, ClientResult>>;
/** Whether a reader's word names an end. */
export const isWord = (word: string): word is keyof typeof WORDS => Object.hasOwn(WORDS, word);
