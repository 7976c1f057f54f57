/**
 * AWS::S3: buckets and their policies. What the API of the lab knows of a bucket is taken over; the other settings are
 * accepted and have no effect.
 */
import type { LifecycleRule, ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';
import { bucketOf, deleteBucket, makeBucket } from '../../aws-api/s3/bucket';
import { flag, integer, json, list, object, oneOf, required, text, type TypeOf } from '../property-shape';
import type { Json } from '../values';
import {
  documentText,
  generatedName,
  provider,
  type Provider,
  type ResourceContext,
  tagList,
} from './provider';

const encryption = object({
  ServerSideEncryptionConfiguration: required(
    list(
      object({
        BucketKeyEnabled: flag,
        ServerSideEncryptionByDefault: object({
          SSEAlgorithm: required(oneOf('AES256', 'aws:kms', 'aws:kms:dsse')),
          KMSMasterKeyID: text,
        }),
        BlockedEncryptionTypes: json,
      }),
    ),
  ),
});

const lifecycle = object({
  Rules: required(
    list(
      object({
        AbortIncompleteMultipartUpload: json,
        ExpirationDate: text,
        ExpirationInDays: integer,
        ExpiredObjectDeleteMarker: flag,
        Id: text,
        NoncurrentVersionExpiration: json,
        NoncurrentVersionExpirationInDays: integer,
        NoncurrentVersionTransition: json,
        NoncurrentVersionTransitions: json,
        ObjectSizeGreaterThan: text,
        ObjectSizeLessThan: text,
        Prefix: text,
        Status: required(oneOf('Enabled', 'Disabled')),
        TagFilters: json,
        Transition: json,
        Transitions: json,
      }),
    ),
  ),
  TransitionDefaultMinimumObjectSize: text,
});

const publicAccessBlock = object({
  BlockPublicAcls: flag,
  BlockPublicPolicy: flag,
  IgnorePublicAcls: flag,
  RestrictPublicBuckets: flag,
});

/** Settings that the lab's API knows. */
const known = {
  BucketEncryption: encryption,
  LifecycleConfiguration: lifecycle,
  PublicAccessBlockConfiguration: publicAccessBlock,
};

/** Settings that are accepted, not looked into. */
const others = {
  AbacStatus: text,
  AccelerateConfiguration: json,
  AccessControl: text,
  AnalyticsConfigurations: json,
  CorsConfiguration: json,
  IntelligentTieringConfigurations: json,
  InventoryConfigurations: json,
  LoggingConfiguration: json,
  MetadataConfiguration: json,
  MetadataTableConfiguration: json,
  MetricsConfigurations: json,
  NotificationConfiguration: json,
  ObjectLockConfiguration: json,
  OwnershipControls: json,
  ReplicationConfiguration: json,
  Tags: tagList,
  VersioningConfiguration: json,
  WebsiteConfiguration: json,
};

const settings = { ...known, ...others };
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets that these are the literal's own
const settingNames = Object.keys(settings) as (keyof typeof settings)[];

const bucket = provider({
  type: 'AWS::S3::Bucket',
  properties: { ...settings, BucketName: text, ObjectLockEnabled: flag },
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  mutable: [...settingNames, 'ObjectLockEnabled'],
  create: async (properties, context) => {
    const name = properties.BucketName ?? generatedName(context, 63).toLowerCase();
    makeBucket(context.state, name);
    const created = { physicalId: name, attributes: bucketAttributes(context, name) };
    context.made(created);
    settle(context, name, properties);
    return created;
  },
  update: async ({ current, after }, context) => {
    settle(context, current.physicalId, after);
    return current;
  },
  remove: async ({ physicalId }, { state }) => deleteBucket(state, physicalId),
});

interface Settings {
  readonly BucketEncryption?: TypeOf<typeof encryption> | undefined;
  readonly LifecycleConfiguration?: TypeOf<typeof lifecycle> | undefined;
  readonly PublicAccessBlockConfiguration?: TypeOf<typeof publicAccessBlock> | undefined;
}

/** Takes over what is declared; what is not stays as S3 makes it. */
function settle({ state }: ResourceContext, Bucket: string, declared: Settings): void {
  const stored = bucketOf(state, { Bucket });
  const { BucketEncryption, LifecycleConfiguration, PublicAccessBlockConfiguration } = declared;
  if (BucketEncryption !== undefined) stored.encryption = encryptionOf(BucketEncryption);
  stored.lifecycle = LifecycleConfiguration === undefined ? null : LifecycleConfiguration.Rules.map(ruleOf);
  if (PublicAccessBlockConfiguration !== undefined) stored.publicAccessBlock = PublicAccessBlockConfiguration;
}

/** The API's names differ from CloudFormation's in what surrounds the algorithm and the key. */
function encryptionOf(declared: TypeOf<typeof encryption>): ServerSideEncryptionConfiguration {
  return {
    Rules: declared.ServerSideEncryptionConfiguration.map(
      ({ BucketKeyEnabled, ServerSideEncryptionByDefault: byDefault }) => ({
        ApplyServerSideEncryptionByDefault: byDefault,
        BucketKeyEnabled,
      }),
    ),
  };
}

function ruleOf(rule: TypeOf<typeof lifecycle>['Rules'][number]): LifecycleRule {
  const { ExpirationInDays: Days, ExpirationDate } = rule;
  const Expiration = {
    ...(Days === undefined ? {} : { Days }),
    ...(ExpirationDate === undefined ? {} : { Date: new Date(ExpirationDate) }),
  };
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix ?? '' },
    ...(Object.keys(Expiration).length === 0 ? {} : { Expiration }),
  };
}

function bucketAttributes(
  { state: { partition, region } }: ResourceContext,
  name: string,
): Record<string, Json> {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    Arn: `arn:${partition}:s3:::${name}`,
    DomainName: `${name}.s3.${suffix}`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.${suffix}`,
    RegionalDomainName: `${name}.s3.${region}.${suffix}`,
    WebsiteURL: `http://${name}.s3-website-${region}.${suffix}`,
  };
}

const bucketPolicy = provider({
  type: 'AWS::S3::BucketPolicy',
  properties: { Bucket: required(text), PolicyDocument: required(json) },
  attributes: [],
  mutable: ['PolicyDocument'],
  create: async ({ Bucket, PolicyDocument }, { state }) => {
    bucketOf(state, { Bucket }).policy = documentText(PolicyDocument);
    return { physicalId: Bucket, attributes: {} };
  },
  update: async ({ current, after }, { state }) => {
    bucketOf(state, { Bucket: current.physicalId }).policy = documentText(after.PolicyDocument);
    return current;
  },
  remove: async ({ physicalId }, { state }) => {
    bucketOf(state, { Bucket: physicalId }).policy = null;
  },
});

export const bucketProviders: readonly Provider[] = [bucket, bucketPolicy];
