/** The Parameters section: what each parameter may be (user guide, parameters-section-structure). */
import type { SectionReader } from './section';
import { didYouMean, type Path } from './template-error';
import { isList, type Json, type JsonObject, scalarText } from './values';

export interface ParameterDeclaration {
  readonly name: string;
  readonly type: ParameterType;
  readonly description: string | null;
  /** As text; a list as its items joined by commas. */
  readonly default: string | null;
  readonly allowedValues: readonly string[] | null;
  /** A regular expression that the whole value must match. */
  readonly allowedPattern: RegExp | null;
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly minValue: number | null;
  readonly maxValue: number | null;
  readonly noEcho: boolean;
  readonly constraintDescription: string | null;
}

export interface ParameterType {
  /** As declared: `List<AWS::EC2::Subnet::Id>`. */
  readonly name: string;
  /** What one item is: `String`, `Number` or an AWS-specific type. */
  readonly item: string;
  readonly list: boolean;
  /** Whether the given value is the name of an SSM parameter that holds the real one. */
  readonly fromSsm: boolean;
}

/** AWS-specific types and the form of their values; the ids' forms are EC2's. */
export const AWS_ID_PATTERNS: ReadonlyMap<string, RegExp> = new Map([
  ['AWS::EC2::AvailabilityZone::Name', /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/],
  ['AWS::EC2::Image::Id', /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/],
  ['AWS::EC2::Instance::Id', /^i-([0-9a-f]{8}|[0-9a-f]{17})$/],
  ['AWS::EC2::KeyPair::KeyName', /^.+$/],
  ['AWS::EC2::SecurityGroup::GroupName', /^.+$/],
  ['AWS::EC2::SecurityGroup::Id', /^sg-([0-9a-f]{8}|[0-9a-f]{17})$/],
  ['AWS::EC2::Subnet::Id', /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/],
  ['AWS::EC2::Volume::Id', /^vol-([0-9a-f]{8}|[0-9a-f]{17})$/],
  ['AWS::EC2::VPC::Id', /^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/],
  ['AWS::Route53::HostedZone::Id', /^[A-Z0-9]{1,32}$/],
  ['AWS::SSM::Parameter::Name', /^[A-Za-z0-9_./-]{1,2048}$/],
]);

const MEMBERS = [
  'Type',
  'Description',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'NoEcho',
  'ConstraintDescription',
];

/** The declared parameters by name; a malformed declaration is an error at its place. */
export function readParameters(section: SectionReader): ReadonlyMap<string, ParameterDeclaration> {
  const parameters = new Map<string, ParameterDeclaration>();
  for (const [name, declared] of section.entries('Parameters')) {
    const path = ['Parameters', name];
    section.checkName(path, name, 'Parameters');
    parameters.set(
      name,
      readParameter(section, path, { name, members: section.only(path, declared, MEMBERS) }),
    );
  }
  return parameters;
}

interface Declared {
  readonly name: string;
  readonly members: JsonObject;
}

function readParameter(
  section: SectionReader,
  path: Path,
  { name, members }: Declared,
): ParameterDeclaration {
  const text = (member: string): string | null => {
    const value = members[member];
    return value === undefined ? null : section.text([...path, member], value);
  };
  const number = (member: string): number | null => {
    const written = text(member);
    if (written === null) return null;
    const value = Number(written);
    return written.trim() !== '' && Number.isFinite(value)
      ? value
      : section.fail([...path, member], `${member} must be a number, not '${written}'.`);
  };
  const declaredType = text('Type') ?? section.fail(path, `The parameter ${name} needs a Type.`);
  const type =
    parameterType(declaredType) ??
    section.fail(
      [...path, 'Type'],
      `Template format error: Unrecognized parameter type: ${declaredType}.`,
      didYouMean(declaredType, [
        'String',
        'Number',
        'CommaDelimitedList',
        'List<Number>',
        'List<String>',
        ...AWS_ID_PATTERNS.keys(),
      ]),
    );
  return {
    name,
    type,
    description: text('Description'),
    default: readDefault(section, [...path, 'Default'], members['Default']),
    allowedValues: readAllowedValues(section, [...path, 'AllowedValues'], members['AllowedValues']),
    allowedPattern: readPattern(section, [...path, 'AllowedPattern'], text('AllowedPattern')),
    minLength: number('MinLength'),
    maxLength: number('MaxLength'),
    minValue: number('MinValue'),
    maxValue: number('MaxValue'),
    noEcho: text('NoEcho') === 'true',
    constraintDescription: text('ConstraintDescription'),
  };
}

/** The type of that name, or null when there is none. */
export function parameterType(name: string): ParameterType | null {
  const ssm = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(name)?.[1];
  const inner = ssm ?? name;
  const listed = inner === 'CommaDelimitedList' ? 'String' : /^List<(.+)>$/.exec(inner)?.[1];
  const item = listed ?? inner;
  const known = item === 'String' || item === 'Number' || AWS_ID_PATTERNS.has(item);
  return known ? { name, item, list: listed !== undefined, fromSsm: ssm !== undefined } : null;
}

function readDefault(section: SectionReader, path: Path, value: Json | undefined): string | null {
  if (value === undefined) return null;
  if (!isList(value))
    return (
      scalarText(value) ??
      section.fail(
        path,
        'A Default must be a string or a number.',
        'Intrinsic functions are not allowed in Parameters.',
      )
    );
  return section.fail(
    path,
    'Every Default member must be a string.',
    'Write a list as one string with commas.',
  );
}

function readAllowedValues(
  section: SectionReader,
  path: Path,
  value: Json | undefined,
): readonly string[] | null {
  if (value === undefined) return null;
  if (!isList(value) || value.length === 0)
    return section.fail(path, 'AllowedValues must be a list of values.');
  return value.map((item, at) => section.text([...path, at], item));
}

// AllowedPattern is a Java regular expression. These parts of Java's syntax mean something else in JavaScript's.
const JAVA_ONLY = /\\[pPQEAzZGhHRXN]|&&|\(\?[a-zA-Z-]+[:)]/;

function readPattern(section: SectionReader, path: Path, source: string | null): RegExp | null {
  if (source === null) return null;
  const unsupported = JAVA_ONLY.exec(source)?.[0];
  if (unsupported !== undefined)
    section.fail(
      path,
      `The lab does not support '${unsupported}' in AllowedPattern.`,
      'Write the pattern without it.',
    );
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (error) {
    return section.fail(
      path,
      `AllowedPattern is not a regular expression: ${error instanceof Error ? error.message : source}.`,
    );
  }
}
