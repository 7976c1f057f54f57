/** Carrying out one operation, whether it came over the wire or from inside the lab: the same checks, the same handler. */
import { randomUUID } from 'node:crypto';
import { ApiError, type Call, type Handler, type LabApi, type LabContext, type OutputOf } from './handler';
import { checkRequiredMembers } from './required-members';
import type { WireService } from './wire';

/** The operations that are answered, by `service:Operation`. */
export type Operations = ReadonlyMap<string, Handler>;

/** EC2's DryRun asks for permission alone, which everyone has here; nothing may be carried out. */
function isDryRun(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'DryRun' in input && input.DryRun === true;
}

/** A copy of a value of the SDK: plain objects, lists, dates and bytes. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return value.slice();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

/** The handler's answer to the call: checks that AWS makes for every operation, then the operation itself. */
export async function perform(
  operations: Operations,
  { service, call, input }: { service: WireService; call: Call; input: unknown },
): Promise<object> {
  const schemas = service.operations.get(call.operation);
  if (schemas === undefined)
    throw new ApiError(
      'UnknownOperationException',
      `${call.operation} is not an operation of ${call.service}`,
    );
  const handler = operations.get(`${call.service}:${call.operation}`);
  if (handler === undefined)
    throw new ApiError('NotImplemented', `the lab has no handler for ${call.service}:${call.operation}`, {
      status: 501,
    });
  checkRequiredMembers(service, schemas, input);
  if (service.protocol === 'ec2' && isDryRun(input)) {
    throw new ApiError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
      status: 412,
    });
  }
  const output = await handler.run(input, call);
  return typeof output === 'object' && output !== null ? output : {};
}

export interface InProcess {
  readonly context: LabContext;
  readonly services: (signingName: string) => WireService | null;
  readonly operations: Operations;
}

/** The API as the lab itself calls it, without the wire. */
export function inProcessApi({ context, services, operations }: InProcess): LabApi {
  return {
    async call(signingName, command, input) {
      const service = services(signingName);
      if (service === null) throw new Error(`the lab does not speak to a service ${signingName}`);
      const operation = command.name.replace(/Command$/, '');
      const call: Call = {
        service: signingName,
        operation,
        region: context.state.region,
        requestId: randomUUID(),
      };
      // Copies, as the wire would make them: what the caller changes afterwards is his own.
      const output = await perform(operations, { service, call, input: copyOf(input) });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the handler was written for this very command
      return copyOf(output) as OutputOf<typeof command>;
    },
  };
}
