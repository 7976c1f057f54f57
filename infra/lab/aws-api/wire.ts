/**
 * The wire formats of the AWS APIs, generically from the schemas that the SDK's clients carry: JSON 1.0 and 1.1,
 * awsQuery, ec2Query and, for S3, restXml. This file, query-codec.ts and rest-xml.ts are the only ones that know the
 * inside of the SDK; the round trip of every operation (round-trip.test.ts) finds what an upgrade breaks.
 *
 * The client of Route 53 Resolver is of the generation before schemas. It speaks JSON 1.1 without dates or bytes,
 * so plain JSON is its wire format already.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { $ClientProtocol, SerdeFunctions, StaticSchema } from '@smithy/types';
import { errorAnswer, queryErrorOf } from './error-answer';
import { ApiError } from './handler';
import { jsonAnswer, jsonError, jsonObjectText } from './json-messages';
import { decodeQuery, queryWriter } from './query-codec';
import { restOperation, type RestOperation, restXmlService } from './rest-xml';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface OperationSchemas {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** A request but for its body; header names are lower-case. */
export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface WireService {
  readonly signingName: string;
  readonly protocol: 'json' | 'query' | 'ec2' | 'rest';
  /** Every operation of the client, by name; the schemas are null where the client has none. */
  readonly operations: ReadonlyMap<string, OperationSchemas | null>;
  /** The operation's name, or nothing for a request that is none; only where the body does not say it. */
  readonly operationOf?: (head: RequestHead) => string;
  decode(operation: string, body: Uint8Array, head: RequestHead): Promise<unknown>;
  encode(operation: string, output: object, requestId: string): Answer;
  /** An {@link ApiError}, an exception of the SDK's own, or anything else (InternalFailure, 500). */
  encodeError(thrown: unknown, requestId: string): Answer;
}

/** What a client's package exports, by name. */
type Exported = Readonly<Record<string, unknown>>;

// Loaded when first asked for: the SDK's clients take hundreds of milliseconds each.
const CLIENTS: Readonly<Record<string, { load: () => Exported; client: string }>> = {
  cloudformation: { load: () => require('@aws-sdk/client-cloudformation'), client: 'CloudFormationClient' },
  ec2: { load: () => require('@aws-sdk/client-ec2'), client: 'EC2Client' },
  iam: { load: () => require('@aws-sdk/client-iam'), client: 'IAMClient' },
  kms: { load: () => require('@aws-sdk/client-kms'), client: 'KMSClient' },
  logs: { load: () => require('@aws-sdk/client-cloudwatch-logs'), client: 'CloudWatchLogsClient' },
  'network-firewall': {
    load: () => require('@aws-sdk/client-network-firewall'),
    client: 'NetworkFirewallClient',
  },
  route53resolver: {
    load: () => require('@aws-sdk/client-route53resolver'),
    client: 'Route53ResolverClient',
  },
  s3: { load: () => require('@aws-sdk/client-s3'), client: 'S3Client' },
  sagemaker: { load: () => require('@aws-sdk/client-sagemaker'), client: 'SageMakerClient' },
  ssm: { load: () => require('@aws-sdk/client-ssm'), client: 'SSMClient' },
  sts: { load: () => require('@aws-sdk/client-sts'), client: 'STSClient' },
};

/** SigV4 signing names of the services whose wire format is known here. */
export const SIGNING_NAMES: readonly string[] = Object.keys(CLIENTS);

/** Services that most accounts never ask anything: their clients are not even loaded before they do. */
export const LOADED_LATE: ReadonlySet<string> = new Set(['s3', 'kms']);

const PROTOCOLS: Readonly<Record<string, WireService['protocol']>> = {
  'aws.protocols#awsJson1_0': 'json',
  'aws.protocols#awsJson1_1': 'json',
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#ec2Query': 'ec2',
  'aws.protocols#restXml': 'rest',
};

// Numbers of the SDK's static schemas.
const OPERATION = 9;
const ERROR = -3;

interface ClientConfig extends SerdeFunctions {
  readonly protocol?: $ClientProtocol<unknown, unknown>;
  readonly protocolSettings?: { readonly defaultNamespace: string; readonly xmlNamespace?: string };
}

type ClientConstructor = new (configuration: object) => { readonly config: ClientConfig; destroy(): void };

function isConstructor(value: unknown): value is ClientConstructor {
  return typeof value === 'function';
}

function isStaticSchema(value: unknown): value is StaticSchema {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[2] === 'string';
}

/** The wire format of a service by its SigV4 signing name, or null for a service this lab does not speak. */
export function openWireService(signingName: string): WireService | null {
  const known = Object.hasOwn(CLIENTS, signingName) ? CLIENTS[signingName] : undefined;
  if (known === undefined) return null;
  const exported = known.load();
  const Client = exported[known.client];
  if (!isConstructor(Client)) throw new Error(`the SDK's package for ${signingName} has no ${known.client}`);
  const client = new Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
  });
  const { protocol, protocolSettings } = client.config;
  client.destroy();
  if (protocol === undefined || protocolSettings === undefined)
    return plainJsonService(signingName, exported);

  const kind = PROTOCOLS[protocol.getShapeId()];
  if (kind === undefined)
    throw new Error(`${signingName} speaks ${protocol.getShapeId()}, which the lab does not`);
  protocol.setSerdeContext(client.config);
  const { operations, errors } = schemasOf(exported);
  if (kind === 'rest')
    return restXmlService({ signingName, protocol, errors, operations: restOperations(exported) });
  const parts: ServiceParts = {
    signingName,
    operations,
    errors,
    namespace: protocolSettings.defaultNamespace,
  };
  if (kind === 'json') return jsonService(parts, protocol);
  return xmlService(parts, {
    protocol: kind,
    serdeFunctions: client.config,
    xmlNamespace: protocolSettings.xmlNamespace ?? '',
  });
}

interface ServiceParts {
  readonly signingName: string;
  readonly namespace: string;
  readonly operations: ReadonlyMap<string, OperationSchemas>;
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
}

function schemasOf(exported: Exported): Pick<ServiceParts, 'operations' | 'errors'> {
  const operations = new Map<string, OperationSchemas>();
  const errors = new Map<string, NormalizedSchema>();
  for (const schema of Object.values(exported)) {
    if (!isStaticSchema(schema)) continue;
    if (schema[0] === OPERATION)
      operations.set(schema[2], {
        input: NormalizedSchema.of(schema[4]),
        output: NormalizedSchema.of(schema[5]),
      });
    if (schema[0] === ERROR) errors.set(schema[2], NormalizedSchema.of(schema));
  }
  return { operations, errors };
}

function restOperations(exported: Exported): ReadonlyMap<string, RestOperation> {
  const operations = new Map<string, RestOperation>();
  for (const schema of Object.values(exported)) {
    if (!isStaticSchema(schema) || schema[0] !== OPERATION) continue;
    const traits: unknown = schema[3];
    const http = typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : null;
    const operation = restOperation(http, {
      input: NormalizedSchema.of(schema[4]),
      output: NormalizedSchema.of(schema[5]),
    });
    if (operation !== null) operations.set(schema[2], operation);
  }
  return operations;
}

function known<T>(operations: ReadonlyMap<string, T>, operation: string, signingName: string): T {
  const schemas = operations.get(operation);
  if (schemas === undefined)
    throw new ApiError('UnknownOperationException', `${operation} is not an operation of ${signingName}`);
  return schemas;
}

function jsonService(
  { signingName, namespace, operations, errors }: ServiceParts,
  protocol: $ClientProtocol<unknown, unknown>,
): WireService {
  const contentType = `application/x-amz-json-${protocol.getShapeId().slice(-3).replace('_', '.')}`;
  const write = (schema: NormalizedSchema, value: unknown): string => {
    const serializer = protocol.getPayloadCodec().createSerializer();
    serializer.write(schema, value);
    const bytes: Uint8Array = serializer.flush();
    return new TextDecoder().decode(bytes);
  };
  return {
    signingName,
    protocol: 'json',
    operations,
    async decode(operation, body) {
      const { input } = known(operations, operation, signingName);
      const text = jsonObjectText(body);
      if (input.isUnitSchema()) return {};
      return protocol.getPayloadCodec().createDeserializer().read(input, new TextEncoder().encode(text));
    },
    encode(operation, value, requestId) {
      const { output } = known(operations, operation, signingName);
      return jsonAnswer({ contentType, requestId, text: output.isUnitSchema() ? '' : write(output, value) });
    },
    encodeError(thrown, requestId) {
      const error = errorAnswer(thrown, errors);
      const modelled = error.schema === undefined ? '{}' : write(error.schema, thrown);
      return jsonError({ error, modelled, contentType, requestId, namespace });
    },
  };
}

interface XmlParts {
  readonly protocol: 'query' | 'ec2';
  readonly serdeFunctions: SerdeFunctions;
  readonly xmlNamespace: string;
}

function xmlService(
  { signingName, namespace, operations, errors }: ServiceParts,
  { protocol, serdeFunctions, xmlNamespace }: XmlParts,
): WireService {
  const writer = queryWriter({ protocol, serdeFunctions, xmlNamespace, serviceNamespace: namespace });
  const headers = (requestId: string) => ({
    'content-type': 'text/xml;charset=UTF-8',
    'x-amzn-requestid': requestId,
  });
  return {
    signingName,
    protocol,
    operations,
    async decode(operation, body) {
      const { input } = known(operations, operation, signingName);
      return decodeQuery(input, new URLSearchParams(new TextDecoder().decode(body)), protocol);
    },
    encode(operation, value, requestId) {
      const { output } = known(operations, operation, signingName);
      return {
        status: 200,
        headers: headers(requestId),
        body: writer.response(operation, output, value, requestId),
      };
    },
    encodeError(thrown, requestId) {
      const error = errorAnswer(thrown, errors);
      const code = queryErrorOf(error.schema)?.code ?? error.code;
      return {
        status: error.status,
        headers: { ...headers(requestId), ...error.headers },
        body: writer.error({ ...error, code }, requestId),
      };
    },
  };
}

function plainJsonService(signingName: string, exported: Exported): WireService {
  const contentType = 'application/x-amz-json-1.1';
  const names = Object.keys(exported).filter((name) => /^[A-Z]\w+Command$/.test(name));
  const operations = new Map(names.map((name) => [name.replace(/Command$/, ''), null]));
  return {
    signingName,
    protocol: 'json',
    operations,
    async decode(operation, body) {
      known(operations, operation, signingName);
      return JSON.parse(jsonObjectText(body)) as unknown;
    },
    encode(operation, output, requestId) {
      known(operations, operation, signingName);
      return jsonAnswer({ contentType, requestId, text: JSON.stringify(output) });
    },
    encodeError(thrown, requestId) {
      const error = errorAnswer(thrown, new Map());
      return jsonError({
        error,
        modelled: '{}',
        contentType,
        requestId,
        namespace: `com.amazonaws.${signingName}`,
      });
    },
  };
}
