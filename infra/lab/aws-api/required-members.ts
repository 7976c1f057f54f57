/**
 * The check that AWS makes before any operation of its own: members that the API's model marks as required are
 * there. The SDK's schemas state them (the count of leading members), so it holds for every operation alike.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import { ApiError } from './handler';
import type { OperationSchemas, WireService } from './wire';

/** Throws the service's own error when a required member is missing, at any depth of the input. */
export function checkRequiredMembers(
  service: WireService,
  schemas: OperationSchemas | null,
  input: unknown,
): void {
  if (schemas === null || schemas.input.isUnitSchema()) return;
  const missing = missingMember(schemas.input, input, '');
  if (missing === null) return;
  if (service.protocol === 'ec2')
    throw new ApiError('MissingParameter', `The request must contain the parameter ${missing}`);
  const message = `1 validation error detected: Value null at '${missing}' failed to satisfy constraint: Member must not be null`;
  throw new ApiError(missingMemberCode(service), message);
}

function missingMemberCode({ protocol, signingName }: WireService): string {
  if (protocol === 'query') return 'ValidationError';
  if (signingName === 'logs') return 'InvalidParameterException';
  if (signingName === 'network-firewall') return 'InvalidRequestException';
  return 'ValidationException';
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

function missingMember(schema: NormalizedSchema, value: unknown, path: string): string | null {
  if (!isMembers(value)) return null;
  if (schema.isStructSchema()) return missingInStruct(schema, value, path);
  if (!schema.isListSchema() && !schema.isMapSchema()) return null;
  const items: [string, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index + 1), item])
    : Object.entries(value);
  for (const [key, item] of items) {
    const missing = missingMember(schema.getValueSchema(), item, `${path}.${key}.member`);
    if (missing !== null) return missing;
  }
  return null;
}

function missingInStruct(schema: NormalizedSchema, value: Members, path: string): string | null {
  const source: unknown = schema.getSchema();
  const required = Array.isArray(source) && typeof source[6] === 'number' ? source[6] : 0;
  let index = 0;
  for (const [name, member] of schema.structIterator()) {
    const memberPath = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
    const absent = value[name] === undefined || value[name] === null;
    // The client fills in an idempotency token that the caller left out.
    if (absent && index < required && !member.isIdempotencyToken()) return memberPath;
    const missing = missingMember(member, value[name], memberPath);
    if (missing !== null) return missing;
    index += 1;
  }
  return null;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
