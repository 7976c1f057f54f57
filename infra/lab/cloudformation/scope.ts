/** What the names in one stack's template stand for: its parameters, AWS's pseudo parameters, its resources. */
import { conditionDecider } from './conditions';
import type { Scope } from './resolution-scope';
import type { ParameterValue } from './parameters';
import type { Template } from './template';
import { didYouMean, type Path, TemplateError } from './template-error';
import { LATER, NO_VALUE, type Value } from './values';

/** Account and place that a template is resolved for. */
export interface Surroundings {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly availabilityZones: readonly string[];
}

export interface StackNames {
  readonly stackName: string;
  readonly stackId: string | typeof LATER;
}

/** What a created resource is known by. */
export interface ResourceValues {
  /** The physical id: what Ref returns. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, Value>>;
}

export interface ScopeOptions {
  readonly template: Template;
  readonly surroundings: Surroundings;
  readonly stack: StackNames;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** The resource as it is now; LATER before there is one, where that is expected (a check without creating). */
  readonly resource: (logicalId: string) => ResourceValues | typeof LATER | undefined;
  /** Names of the attributes that Fn::GetAtt accepts for a type; null when any may do (a nested stack's outputs). */
  readonly attributeNames: (type: string) => readonly string[] | null;
  /** The exported value, or undefined when there is no such export. */
  readonly importValue: (name: string) => Value | undefined;
}

export const PSEUDO_PARAMETERS: readonly string[] = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** The scope in which a stack's template is resolved. */
export function stackScope(options: ScopeOptions): Scope {
  const { template, surroundings, parameters } = options;
  const pseudo = pseudoParameters(surroundings, options.stack);
  const base: Omit<Scope, 'condition'> = {
    template,
    region: surroundings.region,
    availabilityZones: surroundings.availabilityZones,
    ref: (name, path) => {
      if (name === 'AWS::NoValue') return NO_VALUE;
      const value = pseudo.get(name) ?? parameters.get(name)?.value;
      if (value !== undefined) return value;
      const resource = resourceNamed(options, name, path);
      return resource === LATER ? LATER : resource.physicalId;
    },
    attribute: (logicalId, attribute, path) => attributeOf(options, { logicalId, attribute, path }),
    importValue: (name, path) =>
      options.importValue(name) ??
      fail(template, path, `No export named ${name} found.`, 'Deploy the stack that exports it first.'),
  };
  return { ...base, condition: conditionDecider(base) };
}

function pseudoParameters(
  { account, region, partition }: Surroundings,
  { stackName, stackId }: StackNames,
): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['AWS::AccountId', account],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', partition],
    ['AWS::Region', region],
    ['AWS::StackId', stackId],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
  ]);
}

function fail(template: Template, path: Path, reason: string, fix?: string): never {
  throw new TemplateError({ place: template.at(path), reason, fix });
}

function resourceNamed(
  { template, resource }: ScopeOptions,
  name: string,
  path: Path,
): ResourceValues | typeof LATER {
  const declared = template.resources.get(name);
  if (declared === undefined) {
    const names = [...template.resources.keys(), ...template.parameters.keys(), ...PSEUDO_PARAMETERS];
    const section = path[0] === 'Outputs' ? 'Outputs' : 'Resources';
    return fail(
      template,
      path,
      `Template format error: Unresolved resource dependencies [${name}] in the ${section} block of the template.`,
      didYouMean(name, names),
    );
  }
  const values = resource(name);
  if (values !== undefined) return values;
  const because =
    declared.condition === null
      ? 'it was not created'
      : `its condition ${declared.condition} is false, so it is not created`;
  return fail(
    template,
    path,
    `Unresolved resource dependencies [${name}]: ${because}.`,
    'Put what refers to it under the same condition (Fn::If).',
  );
}

function attributeOf(
  options: ScopeOptions,
  {
    logicalId,
    attribute,
    path,
  }: { readonly logicalId: string; readonly attribute: string; readonly path: Path },
): Value {
  const { template } = options;
  const values = resourceNamed(options, logicalId, path);
  const type = template.resources.get(logicalId)?.type ?? '';
  const names = options.attributeNames(type);
  if (names !== null && !names.includes(attribute)) {
    const known =
      names.length === 0
        ? `${type} has no attributes.`
        : (didYouMean(attribute, names) ?? `${type} has ${names.join(', ')}.`);
    return fail(
      template,
      path,
      `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt.`,
      known,
    );
  }
  if (values === LATER) return LATER;
  return (
    values.attributes[attribute] ??
    fail(
      template,
      path,
      `The attribute ${attribute} of ${logicalId} has no value.`,
      names === null ? didYouMean(attribute, Object.keys(values.attributes)) : undefined,
    )
  );
}
