/** Named faults and named harmless variations of the reference network: what a check must see, and what must leave it quiet. */
import type { Section, SectionName, Sections, SectionValues, Snapshot } from '../snapshot/snapshot';

/** The members of an intent by which an owner approves what would be a fault otherwise. */
export interface Approvals {
  readonly approvedExits?: readonly {
    readonly target: string;
    readonly destinations: readonly string[];
    readonly because: string;
  }[];
  readonly acceptedInspection?: readonly string[];
  readonly approvedSecurityGroups?: readonly string[];
}

export interface Mutant {
  readonly id: string;
  /** What is wrong afterwards, as a sentence. */
  readonly breaks: string;
  /** The check that must notice. */
  readonly check: string;
  readonly expect: 'fail' | 'unknown';
  /** Text that the finding must contain: the resource, rule or address that decides. */
  readonly names: string;
  mutate(snapshot: Snapshot): Snapshot;
}

export interface Harmless {
  readonly id: string;
  /** What the owner's intent approves in this variation, over and above the reference's (suites/intent.ts). */
  readonly intent?: Approvals;
  /** What is different afterwards, and why a careless check would raise an alarm. */
  readonly variation: string;
  mutate(snapshot: Snapshot): Snapshot;
}

/** The snapshot with one section's value changed. The section must be read. */
export function change<N extends SectionName>(
  snapshot: Snapshot,
  name: N,
  edit: (value: SectionValues[N]) => SectionValues[N],
): Snapshot {
  const section: Section<SectionValues[N]> = snapshot.sections[name];
  if (section.status !== 'read') throw new Error(`${name} is not read, so it cannot be changed`);
  return withSection(snapshot, name, { ...section, value: edit(section.value) });
}

/** The snapshot with one section unread, as when the caller lacks a permission. */
export function unread(snapshot: Snapshot, name: SectionName): Snapshot {
  return denied(snapshot, name, `aws:Read${name}`);
}

/** The same with the call's own name. */
export function denied(snapshot: Snapshot, name: SectionName, operation: string): Snapshot {
  return withSection(snapshot, name, {
    status: 'unread',
    at: snapshot.takenAt,
    operation,
    error: 'AccessDenied',
    message: 'not authorized',
    missingPermission: operation,
  });
}

/** The mutants of a check that make it blind: each section that it needs, unread. */
function blinding(check: string, sections: readonly SectionName[]): readonly Mutant[] {
  return sections.map((name) => ({
    id: `unread-${name}`,
    breaks: `${name} could not be read.`,
    check,
    expect: 'unknown',
    names: `grant aws:Read${name}`,
    mutate: (snapshot) => unread(snapshot, name),
  }));
}

function withSection<N extends SectionName>(
  snapshot: Snapshot,
  name: N,
  section: Section<SectionValues[N]>,
): Snapshot {
  const sections: Sections = { ...snapshot.sections, [name]: section };
  return { ...snapshot, sections };
}

/** The items of a list with those that match changed; throws when none does, so that no mutant is without effect. */
export function edited<T>(items: readonly T[], matches: (item: T) => boolean, edit: (item: T) => T): T[] {
  if (!items.some(matches)) throw new Error('a mutant found nothing to change');
  return items.map((item) => (matches(item) ? edit(item) : item));
}

/** The items of a list without those that match; throws when none does. */
export function without<T>(items: readonly T[], matches: (item: T) => boolean): T[] {
  if (!items.some(matches)) throw new Error('a mutant found nothing to remove');
  return items.filter((item) => !matches(item));
}

/** A mutant without the check it is for: id, what it breaks, what must come of it, what the finding names, the change. */
export type Sketch = readonly [
  id: string,
  breaks: string,
  expect: Mutant['expect'],
  names: string,
  mutate: Mutant['mutate'],
];

/** The mutants of one check: those sketched, and those that make it blind for what it needs. */
export function mutantsOf(
  check: string,
  sketches: readonly Sketch[],
  needs: readonly SectionName[],
): readonly Mutant[] {
  const sketched = sketches.map(([id, breaks, expect, names, mutate]) => ({
    id,
    breaks,
    check,
    expect,
    names,
    mutate,
  }));
  return [...sketched, ...blinding(check, needs)];
}
