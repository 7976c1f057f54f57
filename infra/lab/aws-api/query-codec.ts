/**
 * The codec of the protocols awsQuery and ec2Query, by the SDK's schemas: requests are HTML forms with dotted keys
 * (decoded here by the inverse of what the SDK's query serializer writes), responses are XML. The two differ in
 * three ways on the way in: ec2Query lists have no `member` level, its keys begin with a capital letter, and
 * members may carry a name of their own. On the way out they differ in what surrounds a result or an error.
 */
import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { fromBase64 } from '@smithy/core/serde';
import type { $SchemaRef, SerdeFunctions, StaticStructureSchema } from '@smithy/types';
import { ApiError } from './handler';

export type QueryProtocol = 'query' | 'ec2';

/** The form's dotted keys as a tree. */
interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

/**
 * The operation's input as the client meant it. A key that the operation does not know, or text that is not of
 * the member's type, is refused as EC2 does (UnknownParameter, InvalidParameterValue).
 */
export function decodeQuery(
  schema: NormalizedSchema,
  form: URLSearchParams,
  protocol: QueryProtocol,
): unknown {
  if (schema.isUnitSchema()) return {};
  const root = formTree(form);
  return decode(schema, root, { protocol, key: '' });
}

function formTree(form: URLSearchParams): FormNode {
  const root: FormNode = { value: undefined, children: new Map() };
  for (const [key, value] of form) {
    if (key === 'Action' || key === 'Version') continue;
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (child === undefined) node.children.set(part, (child = { value: undefined, children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return root;
}

interface Place {
  readonly protocol: QueryProtocol;
  /** The form key of the node, for messages. */
  readonly key: string;
}

function at(place: Place, part: string): Place {
  return { ...place, key: place.key ? `${place.key}.${part}` : part };
}

function decode(schema: NormalizedSchema, node: FormNode, place: Place): unknown {
  if (schema.isStructSchema()) return decodeStruct(schema, node, place);
  if (schema.isListSchema()) return decodeList(schema, node, place);
  if (schema.isMapSchema()) return decodeMap(schema, node, place);
  return decodeScalar(schema, node.value ?? '', place);
}

function decodeStruct(schema: NormalizedSchema, node: FormNode, place: Place): unknown {
  const known = new Map<string, [string, NormalizedSchema]>();
  for (const [name, member] of schema.structIterator())
    known.set(memberKey(name, member, place.protocol, 'struct'), [name, member]);
  const entries: [string, unknown][] = [];
  for (const [key, child] of node.children) {
    const member = known.get(key);
    if (member !== undefined) entries.push([member[0], decode(member[1], child, at(place, key))]);
    // awsQuery services ignore what they do not know; EC2 answers with an error.
    else if (place.protocol === 'ec2')
      throw new ApiError('UnknownParameter', `The parameter ${at(place, key).key} is not recognized`);
  }
  return Object.fromEntries(entries);
}

function decodeList(schema: NormalizedSchema, node: FormNode, place: Place): unknown {
  const member = schema.getValueSchema();
  const flat = place.protocol === 'ec2' || Boolean(schema.getMergedTraits().xmlFlattened);
  const holder = flat ? node : node.children.get(memberKey('member', member, place.protocol, 'item'));
  return numbered(holder).map(([index, item]) => decode(member, item, at(place, index)));
}

function decodeMap(schema: NormalizedSchema, node: FormNode, place: Place): unknown {
  const holder = schema.getMergedTraits().xmlFlattened ? node : node.children.get('entry');
  const keySchema = schema.getKeySchema();
  const valueSchema = schema.getValueSchema();
  const keyName = memberKey('key', keySchema, place.protocol, 'item');
  const valueName = memberKey('value', valueSchema, place.protocol, 'item');
  return Object.fromEntries(
    numbered(holder).map(([index, entry]) => {
      const value = entry.children.get(valueName) ?? { value: '', children: new Map() };
      return [entry.children.get(keyName)?.value ?? '', decode(valueSchema, value, at(place, index))];
    }),
  );
}

function numbered(holder: FormNode | undefined): [string, FormNode][] {
  if (holder === undefined) return [];
  return [...holder.children].filter(([key]) => /^\d+$/.test(key)).sort(([a], [b]) => Number(a) - Number(b));
}

function memberKey(
  name: string,
  member: NormalizedSchema,
  protocol: QueryProtocol,
  holder: 'struct' | 'item',
): string {
  const traits = member.getMergedTraits();
  if (protocol === 'ec2' && typeof traits.ec2QueryName === 'string') return traits.ec2QueryName;
  const key = traits.xmlName ?? name;
  return protocol === 'ec2' && holder === 'struct' ? key.charAt(0).toUpperCase() + key.slice(1) : key;
}

function decodeScalar(schema: NormalizedSchema, text: string, place: Place): unknown {
  const refuse = (wanted: string): never => {
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${text}) for parameter ${place.key} is invalid. It must be ${wanted}.`,
    );
  };
  if (schema.isBlobSchema()) return fromBase64(text);
  if (schema.isBooleanSchema()) {
    const lower = text.toLowerCase();
    return lower === 'true' ? true : lower === 'false' ? false : refuse('true or false');
  }
  if (schema.isBigIntegerSchema()) return /^-?\d+$/.test(text) ? BigInt(text) : refuse('a whole number');
  if (schema.isNumericSchema())
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : refuse('a number');
  if (schema.isTimestampSchema()) {
    const date = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
    return Number.isNaN(date.getTime()) ? refuse('a time in ISO 8601') : date;
  }
  return text;
}

// Numbers of the SDK's static schemas.
const STRUCT = 3;
const STRING = 0;
const TIMESTAMP_DATE_TIME = 5;

/** A structure of our own, for what surrounds an operation's result. */
function envelope(name: string, members: Readonly<Record<string, $SchemaRef>>): NormalizedSchema {
  const schema: StaticStructureSchema = [
    STRUCT,
    'lab.envelope',
    name,
    0,
    Object.keys(members),
    Object.values(members),
  ];
  return NormalizedSchema.of(schema);
}

export interface QueryWriterOptions {
  readonly protocol: QueryProtocol;
  /** The client's configuration: the serializer takes its base64 functions from it. */
  readonly serdeFunctions: SerdeFunctions;
  readonly serviceNamespace: string;
  readonly xmlNamespace: string;
}

export interface QueryWriter {
  response(operation: string, output: NormalizedSchema, value: object, requestId: string): string;
  error(
    error: { readonly code: string; readonly message: string; readonly status: number },
    requestId: string,
  ): string;
}

/** Writes the XML of a service's results and errors. */
export function queryWriter({
  protocol,
  serdeFunctions,
  serviceNamespace,
  xmlNamespace,
}: QueryWriterOptions): QueryWriter {
  const write = (schema: NormalizedSchema, value: object): string => {
    const serializer = new XmlShapeSerializer({
      timestampFormat: { useTrait: true, default: TIMESTAMP_DATE_TIME },
      httpBindings: false,
      xmlNamespace,
      serviceNamespace,
    });
    serializer.setSerdeContext(serdeFunctions);
    serializer.write(schema, value);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${String(serializer.flush())}`;
  };
  return protocol === 'ec2' ? ec2Writer(write) : awsQueryWriter(write);
}

type Write = (schema: NormalizedSchema, value: object) => string;

function ec2Writer(write: Write): QueryWriter {
  return {
    response(operation, output, value, requestId) {
      const members: Record<string, $SchemaRef> = { requestId: STRING };
      if (!output.isUnitSchema())
        for (const [name, member] of output.structIterator()) members[name] = member;
      return write(envelope(`${operation}Response`, members), { ...value, requestId });
    },
    error({ code, message }, requestId) {
      const error = envelope('Error', { Code: STRING, Message: STRING });
      const errors = envelope('Errors', { Error: () => error });
      const schema = envelope('Response', { Errors: () => errors, RequestID: STRING });
      return write(schema, { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
    },
  };
}

function awsQueryWriter(write: Write): QueryWriter {
  return {
    response(operation, output, value, requestId) {
      const metadata = envelope('ResponseMetadata', { RequestId: STRING });
      const result: Record<string, $SchemaRef> = output.isUnitSchema()
        ? {}
        : { [`${operation}Result`]: output.getSchema() };
      const schema = envelope(`${operation}Response`, { ...result, ResponseMetadata: () => metadata });
      return write(schema, { [`${operation}Result`]: value, ResponseMetadata: { RequestId: requestId } });
    },
    error({ code, message, status }, requestId) {
      const error = envelope('Error', { Type: STRING, Code: STRING, Message: STRING });
      const schema = envelope('ErrorResponse', { Error: () => error, RequestId: STRING });
      const type = status < 500 ? 'Sender' : 'Receiver';
      return write(schema, { Error: { Type: type, Code: code, Message: message }, RequestId: requestId });
    },
  };
}
