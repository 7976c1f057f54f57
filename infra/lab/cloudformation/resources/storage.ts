/**
 * AWS::KMS: the lab has no API for it. Its resources are kept as they were declared, by physical id, so that what refers
 * to them finds its ARNs; nothing about them is enforced.
 */
import { newId } from '../../state';
import { flag, integer, json, required, text } from '../property-shape';
import { bucketProviders } from './buckets';
import { type Created, provider, type Provider, type ResourceContext, tagList } from './provider';

interface Plain {
  readonly type: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Enters a resource; two of the same name are an error, as in AWS. */
function enter({ state }: ResourceContext, { type, id, properties }: Plain): void {
  if (state.plainResources.has(id)) throw new Error(`AlreadyExists: ${type} ${id} already exists`);
  state.plainResources.set(id, { type, properties });
}

function change({ state }: ResourceContext, { type, id, properties }: Plain): void {
  if (!state.plainResources.has(id)) throw new Error(`NotFound: ${type} ${id} does not exist`);
  state.plainResources.set(id, { type, properties });
}

function forget({ state }: ResourceContext, id: string): void {
  if (!state.plainResources.delete(id)) throw new Error(`NotFound: ${id} does not exist`);
}

const key = provider({
  type: 'AWS::KMS::Key',
  properties: {
    BypassPolicyLockoutSafetyCheck: flag,
    Description: text,
    EnableKeyRotation: flag,
    Enabled: flag,
    KeyPolicy: json,
    KeySpec: text,
    KeyUsage: text,
    MultiRegion: flag,
    Origin: text,
    PendingWindowInDays: integer,
    RotationPeriodInDays: integer,
    Tags: tagList,
  },
  attributes: ['Arn', 'KeyId'],
  mutable: [
    'BypassPolicyLockoutSafetyCheck',
    'Description',
    'EnableKeyRotation',
    'Enabled',
    'KeyPolicy',
    'KeySpec',
    'KeyUsage',
    'MultiRegion',
    'Origin',
    'PendingWindowInDays',
    'RotationPeriodInDays',
    'Tags',
  ],
  create: async (properties, context) => {
    const id = uuid(newId(context.state, 'key') + newId(context.state, 'key'));
    enter(context, { type: 'AWS::KMS::Key', id, properties });
    const { partition, region, account } = context.state;
    return {
      physicalId: id,
      attributes: { KeyId: id, Arn: `arn:${partition}:kms:${region}:${account}:key/${id}` },
    };
  },
  update: async ({ current, after }, context) => updated(context, 'AWS::KMS::Key', current, after),
  // KMS keeps a deleted key for its waiting period; the lab ends it at once.
  remove: async ({ physicalId }, context) => forget(context, physicalId),
});

/** The form of a UUID, from hexadecimal digits that are as unique as the lab's ids. */
export function uuid(digits: string): string {
  const hex = digits
    .replace(/[^0-9a-f]/g, '')
    .slice(-32)
    .padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

async function updated(
  context: ResourceContext,
  type: string,
  current: Created,
  properties: Plain['properties'],
): Promise<Created> {
  change(context, { type, id: current.physicalId, properties });
  return current;
}

const alias = provider({
  type: 'AWS::KMS::Alias',
  properties: { AliasName: required(text), TargetKeyId: required(text) },
  attributes: [],
  mutable: ['TargetKeyId'],
  check: ({ AliasName }) =>
    typeof AliasName !== 'string' || AliasName.startsWith('alias/')
      ? null
      : "AliasName must begin with 'alias/'.",
  create: async (properties, context) => {
    enter(context, { type: 'AWS::KMS::Alias', id: properties.AliasName, properties });
    return { physicalId: properties.AliasName, attributes: {} };
  },
  update: async ({ current, after }, context) => updated(context, 'AWS::KMS::Alias', current, after),
  remove: async ({ physicalId }, context) => forget(context, physicalId),
});

export const storageProviders: readonly Provider[] = [key, alias, ...bucketProviders];
