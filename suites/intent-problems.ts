/**
 * Whether a value is an owner's intent, and everything that is wrong with it. The file's text is read elsewhere
 * (commands/intent-document.ts); here everything is data.
 */
import { contradictions } from './intent-contradictions';
import type { IntentDeclaration, PartialDeclaration } from './intent-declaration';
import intentSchema from './intent.schema.json';
import { isMembers, schemaProblems, type Path, type Problem, type Schema } from './schema-problems';

export type ReadDeclaration =
  | { readonly status: 'sound'; readonly declaration: IntentDeclaration }
  | { readonly status: 'faulty'; readonly problems: readonly Problem[] };

export interface ReadDeclarationOptions {
  /** The ids of the evasion battery's techniques. */
  readonly techniques: readonly string[];
}

/** All faults at once: of form by the schema, and contradictions among the parts that are well formed. */
export function readDeclaration(value: unknown, { techniques }: ReadDeclarationOptions): ReadDeclaration {
  const faults = formProblems(value);
  const faulty = new Set(faults.map(({ path }) => key(path)));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the schema finds no fault in is of its shape
  const sound = (isMembers(value) ? soundParts(value, [], faulty) : {}) as PartialDeclaration;
  const problems = [...faults, ...contradictions(sound, { techniques })];
  if (problems.length > 0) return { status: 'faulty', problems };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no fault, so nothing was left out
  return { status: 'sound', declaration: sound as IntentDeclaration };
}

/** The faults that the JSON Schema names, and no others. */
export function formProblems(value: unknown): readonly Problem[] {
  const schema: Schema = intentSchema;
  return schemaProblems(schema, value);
}

const key = (path: Path): string => JSON.stringify(path);

/** A copy without the members that have a fault of their own, and with null for such an item of a list. */
function soundParts(value: unknown, path: Path, faulty: ReadonlySet<string>): unknown {
  const part = (member: unknown, at: Path): unknown =>
    faulty.has(key(at)) ? null : soundParts(member, at, faulty);
  if (Array.isArray(value)) return value.map((item: unknown, index) => part(item, [...path, index]));
  if (!isMembers(value)) return value;
  const members = Object.entries(value).filter(([name]) => !faulty.has(key([...path, name])));
  return Object.fromEntries(members.map(([name, member]) => [name, part(member, [...path, name])]));
}
