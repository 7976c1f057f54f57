/**
 * What the engine knows of a resource type: its properties' shapes, the attributes of Fn::GetAtt, and how to create,
 * change and delete it with the account's own operations. Names, attributes and what an update may change in place
 * are of each type's page in the CloudFormation template reference.
 */
import type { LabApi } from '../../aws-api/handler';
import { type LabState, newId } from '../../state';
import {
  type Members,
  object,
  type ObjectShape,
  required,
  shaped,
  text,
  list,
  type TypeOf,
} from '../property-shape';
import type { Json, ValueObject } from '../values';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A resource that exists. */
export interface Created {
  /** What Ref returns, and the PhysicalResourceId of DescribeStackResources. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

export interface ResourceContext {
  readonly api: LabApi;
  readonly state: LabState;
  readonly now: () => Date;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** The stack's own tags, which pass to every resource that takes tags. */
  readonly stackTags: readonly Tag[];
  /** Says that the resource exists from now on, so that it is deleted if the rest of its creation fails. */
  made(created: Created): void;
  readonly stacks: NestedStacks;
}

/** Stacks in stacks, which only the engine itself can create. */
export interface NestedStacks {
  create(request: NestedStackRequest): Promise<Created>;
  update(stackId: string, request: NestedStackRequest): Promise<Created>;
  remove(stackId: string, options: { readonly rollback: boolean }): Promise<void>;
}

export interface NestedStackRequest {
  readonly logicalId: string;
  readonly templateUrl: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

export interface Existing<P> extends Created {
  readonly properties: P;
}

export interface Change<P> {
  readonly current: Created;
  readonly before: P;
  readonly after: P;
}

export interface RemoveOptions {
  /** A creation is being taken back: protections that the resource was given do not hold it. */
  readonly rollback: boolean;
}

/** A resource type, its properties typed by their shape. */
export interface Definition<M extends Members> {
  readonly type: string;
  readonly properties: M;
  /** AWS's properties that the lab cannot carry. */
  readonly notCarried?: readonly string[];
  /** Attributes of Fn::GetAtt; null when the template chooses their names (a nested stack's outputs). */
  readonly attributes: readonly string[] | null;
  /** Properties whose change needs no replacement. Without `update` there are none. */
  readonly mutable?: readonly (keyof M & string)[];
  /** Properties that AWS changes in place and the lab cannot: replacing the resource would be something else. */
  readonly frozen?: readonly (keyof M & string)[];
  /** What the shapes cannot say: combinations of properties. Returns what is wrong with the properties, or null. */
  check?(properties: ValueObject): string | null;
  create(properties: TypeOf<ObjectShape<M>>, context: ResourceContext): Promise<Created>;
  update?(change: Change<TypeOf<ObjectShape<M>>>, context: ResourceContext): Promise<Created>;
  remove(
    existing: Existing<TypeOf<ObjectShape<M>>>,
    context: ResourceContext,
    options: RemoveOptions,
  ): Promise<void>;
}

/** A resource type with its properties as they come out of a template: checked by `shape` before each call. */
export interface Provider {
  readonly type: string;
  readonly shape: ObjectShape<Members>;
  readonly attributes: readonly string[] | null;
  readonly mutable: readonly string[];
  readonly frozen: readonly string[];
  check(properties: ValueObject): string | null;
  create(properties: ValueObject, context: ResourceContext): Promise<Created>;
  update(change: Change<ValueObject>, context: ResourceContext): Promise<Created>;
  remove(existing: Existing<ValueObject>, context: ResourceContext, options: RemoveOptions): Promise<void>;
}

/** Makes a typed definition one row of the table of types. */
export function provider<M extends Members>(definition: Definition<M>): Provider {
  const { type, attributes, mutable = [], frozen = [], notCarried = [] } = definition;
  const shape = object(definition.properties, notCarried);
  return {
    type,
    shape,
    attributes,
    mutable: definition.update === undefined ? [] : mutable,
    frozen,
    check: (properties) => definition.check?.(properties) ?? null,
    create: (properties, context) => definition.create(shaped(shape, properties), context),
    update: ({ current, before, after }, context) => {
      if (definition.update === undefined) throw new Error(`${type} is replaced, never updated`);
      return definition.update(
        { current, before: shaped(shape, before), after: shaped(shape, after) },
        context,
      );
    },
    remove: (existing, context, options) =>
      definition.remove({ ...existing, properties: shaped(shape, existing.properties) }, context, options),
  };
}

/** Tags as most types take them. */
export const tagList = list(object({ Key: required(text), Value: required(text) }));

/** The tags that CloudFormation puts on a resource: the template's, the stack's, and its own. */
export function resourceTags(context: ResourceContext, own: readonly Tag[] | undefined): Tag[] {
  const { stackName, stackId, logicalId } = context;
  return [
    ...ownTags(context, own),
    { Key: 'aws:cloudformation:stack-name', Value: stackName },
    { Key: 'aws:cloudformation:stack-id', Value: stackId },
    { Key: 'aws:cloudformation:logical-id', Value: logicalId },
  ];
}

/** The template's tags and the stack's; the template's win. */
export function ownTags({ stackTags }: ResourceContext, own: readonly Tag[] | undefined): Tag[] {
  const tags = new Map(
    [...stackTags, ...(own ?? [])].map((tag) => [tag.Key, { Key: tag.Key, Value: tag.Value }]),
  );
  return [...tags.values()];
}

/** A name as CloudFormation makes it where the template gives none: stack, logical id, and a run that is new. */
export function generatedName({ state, stackName, logicalId }: ResourceContext, maxLength: number): string {
  const run = newId(state, 'name').slice(-12).toUpperCase();
  const stem = `${stackName}-${logicalId}`.slice(0, maxLength - run.length - 1);
  return `${stem}-${run}`;
}

/** A policy document as the API takes it: text. Templates write it as an object or as JSON text. */
export function documentText(document: Json): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}

/** What an operation must have returned; that it did not is a defect of the lab, not of the template. */
export function returned<T>(value: T | null | undefined, name: string): T {
  if (value === undefined || value === null) throw new Error(`the lab's API did not return ${name}`);
  return value;
}

/** An attribute that is a text, as those are by which resources are changed and deleted. */
export function attributeText(attributes: Created['attributes'], name: string): string {
  const value = attributes[name];
  if (typeof value !== 'string') throw new Error(`the resource has no attribute ${name}`);
  return value;
}

/** Whether two property values are the same JSON. */
export function sameJson(left: unknown, right: unknown): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]),
  );
}
