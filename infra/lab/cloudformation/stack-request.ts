/** From what a call gives to what a stack is to be: the template read, its parameters, its dry run. */
import { posix } from 'node:path';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { checkReferences, dryRun } from './check';
import { type ParameterValue, readParameterValues } from './parameters';
import { readTemplate, type Template } from './template';
import { type Place, TemplateError } from './template-error';
import type { Tag } from './resources/provider';
import { type Engine, type StackDefinition, surroundingsOf } from './stack-record';
import { exportedValue } from './stack-scope';
import { LATER } from './values';

export interface StackRequest {
  readonly stackName: string;
  readonly templateBody: string;
  readonly templateUrl: string | null;
  readonly given: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

/** Reads and checks all that can be without creating anything; throws a TemplateError. */
export async function defineStack(engine: Engine, request: StackRequest): Promise<StackDefinition> {
  const { stackName, templateBody, templateUrl, given, tags } = request;
  const template = readTemplate(templateBody);
  checkReferences(template);
  const parameters = await readParameterValues({
    template,
    given,
    ssmParameter: (name, place) => ssmParameter(engine, name, place),
  });
  dryRun({
    template,
    parameters,
    surroundings: surroundingsOf(engine),
    stack: { stackName, stackId: LATER },
    importValue: (name) => exportedValue(engine, name),
  });
  return { templateBody, template, templateUrl, parameters, tags };
}

async function ssmParameter({ api }: Engine, name: string, place: Place): Promise<string> {
  try {
    const { Parameter } = await api.call('ssm', GetParameterCommand, { Name: name });
    if (Parameter?.Value !== undefined) return Parameter.Value;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const fix = 'Put the parameter into the lab, or give another name.';
    throw new TemplateError({
      place,
      reason: `Unable to fetch parameters [${name}] from parameter store: ${error.message}.`,
      fix,
    });
  }
  throw new TemplateError({ place, reason: `Unable to fetch parameters [${name}] from parameter store.` });
}

/** What a TemplateURL in a template names, as a path that the lab's resolver understands: relative to the parent. */
export function nestedUrl(parentUrl: string | null, url: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    throw new Error(
      `The lab fetches no templates: TemplateURL ${url} must be a file beside the template. Write its relative path, as before aws cloudformation package`,
    );
  }
  return parentUrl === null || posix.isAbsolute(url)
    ? posix.normalize(url)
    : posix.join(posix.dirname(parentUrl), url);
}

/** The parameters' texts by name, for an update that keeps some. */
export function parameterTexts(
  parameters: ReadonlyMap<string, ParameterValue>,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...parameters].map(([name, { text }]) => [name, text]));
}

const IAM_NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
};

export type RequiredCapability = 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';

/** What must be acknowledged to deploy the template (CreateStack, Capabilities), and by which resources. */
export function requiredCapability(template: Template): {
  readonly capability: RequiredCapability | null;
  readonly types: readonly string[];
} {
  const iam = [...template.resources.values()].filter(({ type }) => type.startsWith('AWS::IAM::'));
  const named = iam.some(({ type, properties }) => Object.hasOwn(properties, IAM_NAMES[type] ?? ''));
  const types = [...new Set(iam.map(({ type }) => type))];
  return { capability: iam.length === 0 ? null : named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM', types };
}
