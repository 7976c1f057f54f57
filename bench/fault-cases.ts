/** What can happen to a call, for each operation that a reading makes, and what may come of it. */
import { UNKNOWN_VALUE } from '../infra/lab/aws-api/answer-faults';
import type { Fault, FaultKind } from '../infra/lab/aws-api/faults';

/**
 * - `answered`: the data comes after all, so every finding must be as without the fault;
 * - `lost`: the data does not come: findings that rest on it are unknown and name the call, no other changes;
 * - `emptied`: AWS says that there is nothing: a fail or unknown may follow, never a pass that was not there;
 * - `altered`: AWS says something that the program does not know, or leaves something out: as `emptied`.
 */
export type Consequence = 'answered' | 'lost' | 'emptied' | 'altered';

export interface FaultCase {
  /** `ec2:DescribeSubnets`. */
  readonly operation: string;
  /** The row of the table; a member follows a space. */
  readonly name: string;
  readonly consequence: Consequence;
  readonly fault: Fault;
}

type Row = readonly [
  name: string,
  consequence: Consequence,
  kind: FaultKind & Pick<Fault, 'times' | 'after'>,
];

const error = (code: string, status: number) => ({ kind: 'error', code, status }) as const;

/** One of each for every operation. A fault of two times is within the retries of the table's runs. */
const ROWS: readonly Row[] = [
  ['access denied', 'lost', { kind: 'access-denied' }],
  ['throttled twice', 'answered', { kind: 'throttled', times: 2 }],
  ['throttled for ever', 'lost', { kind: 'throttled' }],
  ['500 twice', 'answered', { ...error('InternalFailure', 500), times: 2 }],
  ['500 for ever', 'lost', error('InternalFailure', 500)],
  ['503 for ever', 'lost', error('ServiceUnavailable', 503)],
  ['no answer', 'lost', { kind: 'silent' }],
  ['reset twice', 'answered', { kind: 'reset', times: 2 }],
  ['reset for ever', 'lost', { kind: 'reset' }],
  ['truncated once', 'answered', { kind: 'truncated', times: 1 }],
  ['truncated for ever', 'lost', { kind: 'truncated' }],
  ['body cut', 'lost', { kind: 'malformed', body: 'cut' }],
  ['body garbage', 'lost', { kind: 'malformed', body: 'garbage' }],
  ['body of a proxy', 'lost', { kind: 'malformed', body: 'html' }],
  ['body empty', 'altered', { kind: 'malformed', body: 'empty' }],
  ['credentials expired', 'lost', { kind: 'expired' }],
  ['clocks an hour apart', 'answered', { kind: 'clock-ahead', byMs: 3_600_000 }],
  ['lists empty', 'emptied', { kind: 'empty-lists' }],
  ['answer empty', 'altered', { kind: 'empty-answer' }],
  ['page more', 'answered', { kind: 'extra-page' }],
  ['unknown members', 'answered', { kind: 'unknown-member' }],
];

export interface ObservedAnswers {
  readonly operation: string;
  /** What the operation answered when nothing was wrong. */
  readonly outputs: readonly unknown[];
  /** What the SDK's client of the service exports. */
  readonly exported: Readonly<Record<string, unknown>>;
}

/** The cases of one operation, those of single members last. */
export function casesOf({ operation, outputs, exported }: ObservedAnswers): readonly FaultCase[] {
  const rows = ROWS.map(([name, consequence, kind]) => ({
    operation,
    name,
    consequence,
    // A clock is the whole service's.
    fault: {
      on: kind.kind === 'clock-ahead' ? operation.replace(/:.*/, ':*') : operation,
      ...kind,
    },
  }));
  const members = new Map<string, Set<string>>();
  for (const output of outputs) collectMembers(output, members);
  const constants = enumerations(exported);
  const unknown = [...members].filter(([member, texts]) => isEnumerated(member, texts, constants));
  return [
    ...rows,
    ...unknown.map(([member]): FaultCase => ({
      operation,
      name: `unknown value ${member}`,
      consequence: 'altered',
      fault: { on: operation, kind: 'unknown-value', member },
    })),
    ...[...members.keys()].map((member): FaultCase => ({
      operation,
      name: `without ${member}`,
      consequence: 'altered',
      fault: { on: operation, kind: 'without-member', member },
    })),
  ];
}

/** Credentials that end while the account is read: whatever was read before is kept. */
export function expiring(afterCalls: readonly number[]): readonly FaultCase[] {
  return afterCalls.map((after) => ({
    operation: '*',
    name: `credentials expired after ${after} calls`,
    consequence: 'lost',
    fault: { on: '*', kind: 'expired', after },
  }));
}

function collectMembers(value: unknown, members: Map<string, Set<string>>): void {
  if (Array.isArray(value)) for (const item of value as unknown[]) collectMembers(item, members);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  // Times and bytes have no members of the service's.
  if (value instanceof Date || ArrayBuffer.isView(value)) return;
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    if (member === undefined) continue;
    const texts = members.get(name) ?? new Set();
    if (typeof member === 'string') texts.add(member);
    members.set(name, texts);
    collectMembers(member, members);
  }
}

type Enumeration = readonly [name: string, values: ReadonlySet<string>];

/** The SDK exports an enumeration as an object of texts. Its schemas do not say which members are of it. */
function enumerations(exported: ObservedAnswers['exported']): readonly Enumeration[] {
  return Object.entries(exported).flatMap(([name, value]): Enumeration[] => {
    if (typeof value !== 'object' || value === null) return [];
    const texts: unknown[] = Object.values(value);
    const isOne = texts.length > 0 && texts.every((text) => typeof text === 'string');
    return isOne ? [[name, new Set(texts.map(String))]] : [];
  });
}

/** By the member's values and name: `State`, which is `available`, is of `SubnetState`. */
function isEnumerated(
  member: string,
  texts: ReadonlySet<string>,
  constants: readonly Enumeration[],
): boolean {
  const name = member.toLowerCase();
  const isAlike = (other: string) => other.endsWith(name) || name.endsWith(other);
  const known = [...texts].filter((text) => text !== UNKNOWN_VALUE);
  return (
    known.length > 0 &&
    constants.some(
      ([other, values]) => isAlike(other.toLowerCase()) && known.every((text) => values.has(text)),
    )
  );
}
