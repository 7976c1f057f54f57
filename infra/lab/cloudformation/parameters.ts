/** The values of a stack's parameters: given, kept from before or default, each held against its declaration. */
import { AWS_ID_PATTERNS, type ParameterDeclaration } from './parameter-declarations';
import type { Template } from './template';
import { didYouMean, type Place, TemplateError } from './template-error';
import { LATER } from './values';

/** The image of AWS::SSM::Parameter::Value for AWS's public image parameters: the lab boots no images, so one does for all. */
export const LAB_IMAGE_ID = 'ami-0123456789abcdef0';

/** Public parameters that AWS keeps for images (Systems Manager user guide, parameter-store-public-parameters-ami). */
const PUBLIC_IMAGE = /^\/aws\/service\/(ami-|canonical\/|debian\/|eks\/|ecs\/|bottlerocket\/)/;

export interface ParameterValue {
  /** As given or defaulted: what DescribeStacks shows. */
  readonly text: string;
  /** For AWS::SSM::Parameter::Value types, what the named parameter holds. */
  readonly resolvedText: string | null;
  /** What Ref returns. */
  readonly value: string | readonly string[] | typeof LATER;
  readonly noEcho: boolean;
}

export interface ParameterOptions {
  readonly template: Template;
  readonly given: Readonly<Record<string, string>>;
  /** The value of an SSM parameter of the account. */
  readonly ssmParameter: (name: string, place: Place) => Promise<string>;
}

interface Read {
  readonly declared: ParameterDeclaration;
  readonly text: string;
}

/** Reads every declared parameter; throws a TemplateError for unknown, missing and unfit ones. */
export async function readParameterValues(
  options: ParameterOptions,
): Promise<ReadonlyMap<string, ParameterValue>> {
  const { ssmParameter, template } = options;
  const values = new Map<string, ParameterValue>();
  for (const { declared, text } of givenParameters(options)) {
    const held =
      knownValue(declared, text) ?? (await ssmParameter(text, template.at(['Parameters', declared.name])));
    values.set(declared.name, parameterValue(declared, text, held));
  }
  return values;
}

/** As `readParameterValues`, without an account: what SSM holds stays LATER, but for AWS's public images. */
export function checkParameterValues(
  options: Omit<ParameterOptions, 'ssmParameter'>,
): ReadonlyMap<string, ParameterValue> {
  return new Map(
    givenParameters(options).map(({ declared, text }) => [
      declared.name,
      parameterValue(declared, text, knownValue(declared, text) ?? LATER),
    ]),
  );
}

function givenParameters({ template, given }: Pick<ParameterOptions, 'template' | 'given'>): readonly Read[] {
  refuseUnknown(template, given);
  const missing: ParameterDeclaration[] = [];
  const read: Read[] = [];
  for (const declared of template.parameters.values()) {
    const text = Object.hasOwn(given, declared.name) ? given[declared.name] : declared.default;
    if (text === null || text === undefined) missing.push(declared);
    else {
      checkValue(template, declared, { text, isGiven: Object.hasOwn(given, declared.name) });
      read.push({ declared, text });
    }
  }
  const [first] = missing;
  if (first === undefined) return read;
  throw new TemplateError({
    place: template.at(['Parameters', first.name]),
    reason: `Parameters: [${missing.map(({ name }) => name).join(', ')}] must have values.`,
    fix: `Give --parameter ${first.name}=VALUE${first.description === null ? '' : ` (${first.description.trim()})`}.`,
  });
}

function refuseUnknown(template: Template, given: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(given).filter((name) => !template.parameters.has(name));
  const [first] = unknown;
  if (first === undefined) return;
  const known = [...template.parameters.keys()];
  throw new TemplateError({
    place: { path: '', line: null, column: null },
    reason: `Parameters: [${unknown.join(', ')}] do not exist in the template.`,
    fix:
      didYouMean(first, known) ??
      (known.length === 0 ? 'It has no parameters.' : `It has ${known.join(', ')}.`),
  });
}

function parameterValue(
  declared: ParameterDeclaration,
  text: string,
  held: string | typeof LATER,
): ParameterValue {
  const { type, noEcho } = declared;
  return {
    text,
    resolvedText: type.fromSsm && held !== LATER ? held : null,
    value: held === LATER ? LATER : type.list ? items(held) : held,
    noEcho,
  };
}

/** A list's items: CommaDelimitedList trims the blanks around each. */
function items(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

/** The value that needs no account to be known: the text itself, or the image of AWS's public parameters. */
function knownValue({ type }: ParameterDeclaration, given: string): string | null {
  if (!type.fromSsm) return given;
  return type.item === 'AWS::EC2::Image::Id' && PUBLIC_IMAGE.test(given) ? LAB_IMAGE_ID : null;
}

/** CloudFormation's bound on a parameter's value (user guide, cloudformation-limits). */
const MAX_VALUE_BYTES = 4096;

function checkValue(
  template: Template,
  declared: ParameterDeclaration,
  { text, isGiven }: { readonly text: string; readonly isGiven: boolean },
): void {
  const wrong = whatIsWrong(declared, text);
  if (wrong === null) return;
  const shown = declared.noEcho ? '****' : `'${text}'`;
  throw new TemplateError({
    place: template.at(isGiven ? ['Parameters', declared.name] : ['Parameters', declared.name, 'Default']),
    reason: `${isGiven ? '' : 'Its Default: '}${shown} ${wrong}.`,
    fix:
      declared.constraintDescription === null
        ? undefined
        : `It must be: ${declared.constraintDescription.trim()}`,
  });
}

function whatIsWrong(declared: ParameterDeclaration, text: string): string | null {
  const { type, allowedValues, allowedPattern, minLength, maxLength } = declared;
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) return `is longer than ${MAX_VALUE_BYTES} bytes`;
  const parts = type.list && !type.fromSsm ? items(text) : [text];
  for (const part of parts) {
    if (allowedValues !== null && !allowedValues.includes(part))
      return `is not one of AllowedValues (${allowedValues.join(', ')})`;
    if (!type.fromSsm) {
      const unfit = unfitItem(declared, part);
      if (unfit !== null) return unfit;
    }
  }
  if (type.fromSsm && !/^[A-Za-z0-9_./:-]{1,2048}$/.test(text)) return 'is not the name of an SSM parameter';
  if (allowedPattern !== null && !parts.every((part) => allowedPattern.test(part)))
    return `does not match AllowedPattern ${allowedPattern.source.slice(4, -2).replaceAll('\\/', '/')}`;
  if (minLength !== null && text.length < minLength) return `is shorter than MinLength ${minLength}`;
  if (maxLength !== null && text.length > maxLength) return `is longer than MaxLength ${maxLength}`;
  return null;
}

function unfitItem({ type, minValue, maxValue }: ParameterDeclaration, text: string): string | null {
  if (type.item === 'Number') {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(number)) return 'is not a number';
    if (minValue !== null && number < minValue) return `is less than MinValue ${minValue}`;
    if (maxValue !== null && number > maxValue) return `is more than MaxValue ${maxValue}`;
  }
  const pattern = AWS_ID_PATTERNS.get(type.item);
  return pattern === undefined || pattern.test(text) ? null : `is not of the type ${type.item}`;
}
