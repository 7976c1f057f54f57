/** AWS::Logs: log groups and resource policies. */
import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteResourcePolicyCommand,
  DeleteRetentionPolicyCommand,
  DisassociateKmsKeyCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { integer, json, oneOf, required, text } from '../property-shape';
import {
  documentText,
  generatedName,
  ownTags,
  provider,
  type Provider,
  type ResourceContext,
  tagList,
} from './provider';

const logGroup = provider({
  type: 'AWS::Logs::LogGroup',
  properties: {
    LogGroupName: text,
    RetentionInDays: integer,
    KmsKeyId: text,
    LogGroupClass: oneOf('STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'),
    Tags: tagList,
  },
  notCarried: [
    'BearerTokenAuthenticationEnabled',
    'DataProtectionPolicy',
    'DeletionProtectionEnabled',
    'FieldIndexPolicies',
    'ResourcePolicyDocument',
  ],
  attributes: ['Arn'],
  mutable: ['KmsKeyId', 'RetentionInDays'],
  frozen: ['LogGroupClass', 'Tags'],
  create: async ({ LogGroupName, RetentionInDays, KmsKeyId, LogGroupClass, Tags }, context) => {
    const logGroupName = LogGroupName ?? generatedName(context, 512);
    await context.api.call('logs', CreateLogGroupCommand, {
      logGroupName,
      kmsKeyId: KmsKeyId,
      logGroupClass: LogGroupClass,
      tags: Object.fromEntries(ownTags(context, Tags).map(({ Key, Value }) => [Key, Value])),
    });
    const { partition, region, account } = context.state;
    const created = {
      physicalId: logGroupName,
      attributes: { Arn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:*` },
    };
    context.made(created);
    if (RetentionInDays !== undefined) await setRetention(context, logGroupName, RetentionInDays);
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const logGroupName = current.physicalId;
    if (before.RetentionInDays !== after.RetentionInDays)
      await setRetention(context, logGroupName, after.RetentionInDays);
    if (before.KmsKeyId !== after.KmsKeyId) {
      if (after.KmsKeyId === undefined)
        await context.api.call('logs', DisassociateKmsKeyCommand, { logGroupName });
      else await context.api.call('logs', AssociateKmsKeyCommand, { logGroupName, kmsKeyId: after.KmsKeyId });
    }
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('logs', DeleteLogGroupCommand, { logGroupName: physicalId });
  },
});

/** Without a number of days the group keeps its records for ever. */
async function setRetention(
  { api }: ResourceContext,
  logGroupName: string,
  retentionInDays: number | undefined,
): Promise<void> {
  if (retentionInDays === undefined) await api.call('logs', DeleteRetentionPolicyCommand, { logGroupName });
  else await api.call('logs', PutRetentionPolicyCommand, { logGroupName, retentionInDays });
}

const resourcePolicy = provider({
  type: 'AWS::Logs::ResourcePolicy',
  properties: { PolicyName: required(text), PolicyDocument: required(json) },
  attributes: [],
  mutable: ['PolicyDocument'],
  create: async ({ PolicyName, PolicyDocument }, { api }) => {
    await api.call('logs', PutResourcePolicyCommand, {
      policyName: PolicyName,
      policyDocument: documentText(PolicyDocument),
    });
    return { physicalId: PolicyName, attributes: {} };
  },
  update: async ({ current, after }, { api }) => {
    await api.call('logs', PutResourcePolicyCommand, {
      policyName: current.physicalId,
      policyDocument: documentText(after.PolicyDocument),
    });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('logs', DeleteResourcePolicyCommand, { policyName: physicalId });
  },
});

export const logsProviders: readonly Provider[] = [logGroup, resourcePolicy];
