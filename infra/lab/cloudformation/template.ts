/**
 * A CloudFormation template by its sections (user guide, template-anatomy), structure checked: what CloudFormation
 * refuses is refused here, and what the lab does not carry (macros, rules, hooks) is refused by name.
 */
import { readParameters, type ParameterDeclaration } from './parameter-declarations';
import { sectionReader, type SectionReader } from './section';
import { didYouMean, type Path, type Place, TemplateError } from './template-error';
import { readTemplateText } from './template-document';
import { isJsonObject, isList, type Json, type JsonObject } from './values';

export interface ResourceDeclaration {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly metadata: Json;
  readonly dependsOn: readonly string[];
  readonly condition: string | null;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export interface OutputDeclaration {
  readonly name: string;
  readonly value: Json;
  readonly description: string | null;
  readonly condition: string | null;
  /** The name under which other stacks may import the value, unresolved. */
  readonly exportName: Json | null;
}

export interface Template {
  readonly description: string | null;
  readonly metadata: Json;
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  /** By map, top-level key and second-level key. */
  readonly mappings: JsonObject;
  readonly conditions: ReadonlyMap<string, Json>;
  /** Whether `Transform: AWS::LanguageExtensions` is declared, which permits Fn::Length and Fn::ToJsonString. */
  readonly languageExtensions: boolean;
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  /** The place of a path in the text, for errors. */
  readonly at: (path: Path) => Place;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
];

const NOT_CARRIED: Readonly<Record<string, string>> = {
  Rules: 'The lab does not evaluate template rules.',
  Hooks: 'The lab does not run hooks.',
};

const RESOURCE_ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];

const DELETION_POLICIES: readonly DeletionPolicy[] = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** CloudFormation's quotas per template (user guide, cloudformation-limits). */
const MAX_ENTRIES: Readonly<Record<string, number>> = {
  Parameters: 200,
  Mappings: 200,
  Resources: 500,
  Outputs: 200,
};

/** Reads a template; throws a TemplateError at the first thing that CloudFormation or the lab would refuse. */
export function readTemplate(text: string): Template {
  const document = readTemplateText(text);
  const { value } = document;
  const at: Template['at'] = (path) => document.at(path);
  const fail = (path: Path, reason: string, fix?: string): never => {
    throw new TemplateError({ place: at(path), reason, fix });
  };
  if (!isJsonObject(value)) return fail([], 'A template is a mapping of sections, Resources among them.');
  refuseNull(value, [], fail);
  for (const name of Object.keys(value)) {
    if (NOT_CARRIED[name] !== undefined) fail([name], NOT_CARRIED[name], `Remove the section ${name}.`);
    if (!SECTIONS.includes(name))
      fail(
        [name],
        `Invalid template property: ${name} is not a section of a template.`,
        didYouMean(name, SECTIONS),
      );
  }
  const version = value['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09')
    fail(
      ['AWSTemplateFormatVersion'],
      'The only template format version is 2010-09-09.',
      "Write '2010-09-09'.",
    );
  const section = sectionReader(value, fail, MAX_ENTRIES);
  if (value['Resources'] === undefined)
    fail([], 'At least one Resources member must be defined.', 'Add a Resources section.');
  const resources = readResources(section);
  if (resources.size === 0) fail(['Resources'], 'At least one Resources member must be defined.');
  const description = value['Description'];
  return {
    description: description === undefined ? null : section.text(['Description'], description),
    metadata: value['Metadata'] ?? {},
    parameters: readParameters(section),
    mappings: readMappings(section),
    conditions: new Map(section.entries('Conditions')),
    languageExtensions: readTransform(section, value['Transform']),
    resources,
    outputs: readOutputs(section),
    at,
  };
}

function refuseNull(value: Json, path: Path, fail: SectionReader['fail']): void {
  if (value === null)
    fail(path, "'null' values are not allowed in templates.", 'Give it a value or remove it.');
  if (isList(value)) value.forEach((item, at) => refuseNull(item, [...path, at], fail));
  else if (isJsonObject(value))
    for (const [name, part] of Object.entries(value)) refuseNull(part, [...path, name], fail);
}

function readTransform(section: SectionReader, transform: Json | undefined): boolean {
  if (transform === undefined) return false;
  const names = isList(transform) ? transform : [transform];
  for (const name of names) {
    if (name === 'AWS::LanguageExtensions') continue;
    const named = isJsonObject(name) ? name['Name'] : name;
    section.fail(
      ['Transform'],
      `The lab runs no macros: it cannot expand the transform ${JSON.stringify(named ?? name)}.`,
      'Verify the expanded template (aws cloudformation get-template --template-stage Processed).',
    );
  }
  return true;
}

function readResources(section: SectionReader): ReadonlyMap<string, ResourceDeclaration> {
  const resources = new Map<string, ResourceDeclaration>();
  for (const [logicalId, declared] of section.entries('Resources'))
    resources.set(logicalId, readResource(section, logicalId, declared));
  return resources;
}

function readResource(section: SectionReader, logicalId: string, declared: Json): ResourceDeclaration {
  const path = ['Resources', logicalId];
  if (logicalId.startsWith('Fn::ForEach'))
    section.fail(path, 'The lab does not expand Fn::ForEach.', 'Write the repeated resources out.');
  section.checkName(path, logicalId, 'Resources');
  const members = section.object(path, declared);
  for (const name of Object.keys(members)) {
    if (name === 'CreationPolicy' || name === 'UpdatePolicy')
      section.fail(
        [...path, name],
        `The lab does not carry ${name}: nothing in it sends signals.`,
        `Remove ${name}.`,
      );
    if (!RESOURCE_ATTRIBUTES.includes(name))
      section.fail(
        [...path, name],
        `Invalid template resource property '${name}'.`,
        didYouMean(name, RESOURCE_ATTRIBUTES),
      );
  }
  if (members['Type'] === undefined)
    section.fail(path, `Every resource needs a Type; ${logicalId} has none.`);
  const policy = (name: 'DeletionPolicy' | 'UpdateReplacePolicy'): DeletionPolicy | null => {
    const text = members[name];
    if (text === undefined) return null;
    const known = DELETION_POLICIES.find((each) => each === text);
    return (
      known ??
      section.fail(
        [...path, name],
        `Unrecognized ${name} ${JSON.stringify(text)}.`,
        `Known: ${DELETION_POLICIES.join(', ')}.`,
      )
    );
  };
  return {
    logicalId,
    type: section.text([...path, 'Type'], members['Type']),
    properties:
      members['Properties'] === undefined
        ? {}
        : section.object([...path, 'Properties'], members['Properties']),
    metadata: members['Metadata'] ?? {},
    dependsOn: readDependsOn(section, [...path, 'DependsOn'], members['DependsOn']),
    condition:
      members['Condition'] === undefined ? null : section.text([...path, 'Condition'], members['Condition']),
    deletionPolicy: policy('DeletionPolicy') ?? 'Delete',
    updateReplacePolicy: policy('UpdateReplacePolicy') ?? 'Delete',
  };
}

function readDependsOn(section: SectionReader, path: Path, declared: Json | undefined): readonly string[] {
  if (declared === undefined) return [];
  const names = isList(declared) ? declared : [declared];
  return names.map((name, at) => section.text(isList(declared) ? [...path, at] : path, name));
}

function readMappings(section: SectionReader): JsonObject {
  const mappings = section.entries('Mappings');
  for (const [name, map] of mappings) {
    const path = ['Mappings', name];
    for (const [key, row] of Object.entries(section.object(path, map))) section.object([...path, key], row);
  }
  return Object.fromEntries(mappings);
}

function readOutputs(section: SectionReader): ReadonlyMap<string, OutputDeclaration> {
  const outputs = new Map<string, OutputDeclaration>();
  for (const [name, declared] of section.entries('Outputs')) {
    const path = ['Outputs', name];
    section.checkName(path, name, 'Outputs');
    const members = section.only(path, declared, ['Value', 'Description', 'Condition', 'Export']);
    const value = members['Value'];
    const { Description: description, Condition: condition } = members;
    outputs.set(name, {
      name,
      value: value ?? section.fail(path, 'Every Outputs member must contain a Value object.'),
      description: description === undefined ? null : section.text([...path, 'Description'], description),
      condition: condition === undefined ? null : section.text([...path, 'Condition'], condition),
      exportName:
        members['Export'] === undefined ? null : readExport(section, [...path, 'Export'], members['Export']),
    });
  }
  return outputs;
}

function readExport(section: SectionReader, path: Path, declared: Json): Json {
  const { Name: name } = section.only(path, declared, ['Name']);
  return name ?? section.fail(path, 'Export needs a Name.');
}
