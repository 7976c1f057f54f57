/** Reading the requests of CloudFormation's API, and its errors. */
import {
  AlreadyExistsException,
  InsufficientCapabilitiesException,
  type Parameter,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { ApiError } from '../aws-api/handler';
import { paginate } from '../aws-api/paging';
import type { Tag } from './resources/provider';
import { type Engine, type StackDefinition, type StackRecord, storedStack } from './stack-record';
import { defineStack, nestedUrl, parameterTexts, requiredCapability } from './stack-request';
import { TemplateError } from './template-error';

export function validationError(message: string): ApiError {
  return new ApiError('ValidationError', message);
}

/** Runs the work; what is wrong with a template is a ValidationError of the call, as in AWS. */
export async function validated<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TemplateError) throw validationError(error.message);
    throw error;
  }
}

export interface TemplateInput {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
}

export interface TemplateText {
  readonly templateBody: string;
  readonly templateUrl: string | null;
}

/** The template that a call names: its text, a file that the lab can resolve, or the one that is deployed. */
export function templateText(
  engine: Engine,
  input: TemplateInput,
  previous: StackDefinition | null,
): TemplateText {
  const { TemplateBody, TemplateURL, UsePreviousTemplate } = input;
  const given = [TemplateBody !== undefined, TemplateURL !== undefined, UsePreviousTemplate === true].filter(
    Boolean,
  );
  if (given.length !== 1) throw validationError('Either Template URL or Template Body must be specified.');
  if (TemplateBody !== undefined)
    return { templateBody: TemplateBody, templateUrl: previous?.templateUrl ?? null };
  if (TemplateURL === undefined) {
    if (previous === null) throw validationError('There is no previous template to use.');
    return previous;
  }
  try {
    const templateUrl = nestedUrl(null, TemplateURL);
    return { templateBody: engine.nestedTemplate(templateUrl), templateUrl };
  } catch (error) {
    throw validationError(error instanceof Error ? error.message : String(error));
  }
}

export interface StackInput extends TemplateInput {
  readonly StackName?: string | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly Capabilities?: readonly string[] | undefined;
  readonly Tags?: Stack['Tags'];
  readonly NotificationARNs?: readonly string[] | undefined;
  readonly ResourceTypes?: readonly string[] | undefined;
  readonly StackPolicyBody?: string | undefined;
  readonly StackPolicyURL?: string | undefined;
}

/** What the stack is to be after the call, checked; throws what AWS answers for a request that is wrong. */
export async function requestedDefinition(
  engine: Engine,
  input: StackInput,
  record: StackRecord | null,
): Promise<StackDefinition> {
  const previous = record?.definition ?? null;
  refuseUncarried(input);
  const stackName = stackNameOf(input.StackName);
  const text = templateText(engine, input, previous);
  const given = givenParameters(input.Parameters ?? [], previous);
  const tags = tagsOf(input.Tags ?? previous?.tags);
  const definition = await validated(() => defineStack(engine, { ...text, stackName, given, tags }));
  const { capability } = requiredCapability(definition.template);
  const acknowledged = input.Capabilities ?? [];
  if (
    capability !== null &&
    !acknowledged.includes(capability) &&
    !acknowledged.includes('CAPABILITY_NAMED_IAM')
  )
    throw new InsufficientCapabilitiesException({
      message: `Requires capabilities : [${capability}]`,
      $metadata: {},
    });
  return definition;
}

function refuseUncarried(input: StackInput): void {
  const { NotificationARNs = [], ResourceTypes = [], StackPolicyBody, StackPolicyURL } = input;
  const refuse = (name: string) => {
    throw new ApiError('NotImplemented', `the lab's CloudFormation does not carry ${name}; leave it out`, {
      status: 501,
    });
  };
  if (NotificationARNs.length > 0) refuse('NotificationARNs');
  if (ResourceTypes.length > 0) refuse('ResourceTypes');
  if (StackPolicyBody !== undefined || StackPolicyURL !== undefined) refuse('a stack policy');
}

function stackNameOf(name: string | undefined): string {
  const plain = name?.startsWith('arn:') === true ? (name.split('/')[1] ?? '') : (name ?? '');
  if (/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(plain)) return plain;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
}

function givenParameters(
  parameters: readonly Parameter[],
  previous: StackDefinition | null,
): Readonly<Record<string, string>> {
  const old = previous === null ? {} : parameterTexts(previous.parameters);
  const given = new Map<string, string>();
  for (const { ParameterKey = '', ParameterValue, UsePreviousValue } of parameters) {
    if (given.has(ParameterKey)) throw validationError(`Parameter ${ParameterKey} is given twice`);
    if (UsePreviousValue === true && ParameterValue !== undefined)
      throw validationError(
        `Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    const value = UsePreviousValue === true ? old[ParameterKey] : ParameterValue;
    if (value !== undefined) given.set(ParameterKey, value);
    else if (UsePreviousValue !== true) throw validationError(`Parameter ${ParameterKey} has no value`);
  }
  return Object.fromEntries(given);
}

function tagsOf(tags: Stack['Tags'] | readonly Tag[]): readonly Tag[] {
  return (tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }));
}

/** The stack of that name that is not deleted, or of that id in whatever state. */
export function findStack(engine: Engine, nameOrId: string | undefined): StackRecord | null {
  if (nameOrId?.startsWith('arn:') === true) return engine.records.get(nameOrId) ?? null;
  const named = [...engine.records.values()].filter(({ stackName }) => stackName === nameOrId);
  return named.find((record) => storedStack(engine, record).stack.StackStatus !== 'DELETE_COMPLETE') ?? null;
}

export function existingStack(engine: Engine, nameOrId: string | undefined): StackRecord {
  const record = findStack(engine, nameOrId);
  if (record === null) throw validationError(`Stack with id ${nameOrId} does not exist`);
  return record;
}

export function refuseExisting(record: StackRecord | null): void {
  if (record !== null)
    throw new AlreadyExistsException({
      message: `Stack [${record.stackName}] already exists`,
      $metadata: {},
    });
}

/** One page of the items, in CloudFormation's way of NextToken. */
export function page<T>(
  engine: Engine,
  items: readonly T[],
  token: string | undefined,
): { readonly items: T[]; readonly NextToken: string | undefined } {
  const { pageSize } = engine.context;
  const found = paginate(items, { token, pageSize, invalidToken: validationError });
  return { items: found.items, NextToken: found.nextToken };
}
