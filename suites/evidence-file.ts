/** Reads an evidence document that somebody hands us. It may be old, cut off or not evidence at all. */
import type { Evidence } from './evidence';

export type ParsedEvidence =
  | { readonly status: 'parsed'; readonly evidence: Evidence }
  | { readonly status: 'refused'; readonly because: string };

const MEMBERS = ['run', 'intent', 'plan', 'findings', 'summary'] as const;
const OUTCOMES: readonly unknown[] = ['pass', 'fail', 'unknown', 'not-applicable'];

/**
 * Refuses what the reports could not show: JSON that does not parse, another schema, missing members, findings
 * without check, subject or a known outcome. The full schema is in evidence.schema.json.
 */
export function parseEvidence(text: string): ParsedEvidence {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { status: 'refused', because: error instanceof Error ? error.message : String(error) };
  }
  if (!isRecord(value)) return { status: 'refused', because: 'it is not a JSON object' };
  if (value['schema'] !== 'studio-egress/evidence/v1') {
    return {
      status: 'refused',
      because: `schema is ${JSON.stringify(value['schema'])}, not "studio-egress/evidence/v1"`,
    };
  }
  const absent = MEMBERS.find((member) => !(member in value));
  if (absent !== undefined) return { status: 'refused', because: `it has no member ${absent}` };
  const findings = value['findings'];
  if (!Array.isArray(findings)) return { status: 'refused', because: 'findings is not a list' };
  const broken = findings.findIndex((finding) => !isFinding(finding));
  if (broken >= 0)
    return {
      status: 'refused',
      because: `findings[${broken}] has no check, subject, because or known outcome`,
    };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the reports need was checked above
  return { status: 'parsed', evidence: value as unknown as Evidence };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFinding = (value: unknown): boolean =>
  isRecord(value) &&
  ['check', 'subject', 'because'].every((member) => typeof value[member] === 'string') &&
  OUTCOMES.includes(value['outcome']);
