/** Reading the sections of a template: each step either yields what it should hold or names the place that does not. */
import { didYouMean, type Path } from './template-error';
import { isJsonObject, type Json, type JsonObject, scalarText, typeName } from './values';

export interface SectionReader {
  fail(path: Path, reason: string, fix?: string): never;
  /** The entries of a top-level section; none when the template lacks it. */
  entries(section: string): readonly [string, Json][];
  object(path: Path, value: Json | undefined): JsonObject;
  /** An object with no other members than these. */
  only(path: Path, value: Json, members: readonly string[]): JsonObject;
  /** A scalar as text. */
  text(path: Path, value: Json | undefined): string;
  /** Logical ids, and names of parameters and outputs, are alphanumeric. */
  checkName(path: Path, name: string, section: string): void;
}

/** A reader of the template's sections, within CloudFormation's quotas of entries per section. */
export function sectionReader(
  template: JsonObject,
  fail: SectionReader['fail'],
  maxEntries: Readonly<Record<string, number>>,
): SectionReader {
  const object: SectionReader['object'] = (path, value) =>
    isJsonObject(value) ? value : fail(path, `This must be an object, not ${article(typeName(value))}.`);
  return {
    fail,
    object,
    entries: (section) => {
      const declared = template[section];
      if (declared === undefined) return [];
      const entries = Object.entries(object([section], declared));
      const most = maxEntries[section];
      if (most !== undefined && entries.length > most)
        fail([section], `${section} has ${entries.length} entries; CloudFormation takes at most ${most}.`);
      return entries;
    },
    only: (path, value, members) => {
      const given = object(path, value);
      for (const name of Object.keys(given))
        if (!members.includes(name))
          fail([...path, name], `Invalid template property: ${name}.`, didYouMean(name, members));
      return given;
    },
    text: (path, value) =>
      scalarText(value) ?? fail(path, `This must be a string, not ${article(typeName(value))}.`),
    checkName: (path, name, section) => {
      if (!/^[A-Za-z0-9]{1,255}$/.test(name))
        fail(
          path,
          `Template format error: ${section} name '${name}' is non alphanumeric.`,
          'Use letters and digits only.',
        );
    },
  };
}

function article(type: string): string {
  return `${/^[AEIO]/.test(type) ? 'an' : 'a'} ${type.toLowerCase()}`;
}
