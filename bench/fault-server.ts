/** A further API server of a lab's account, with faults of its own, that keeps what each operation answered. */
import type { LabContext } from '../infra/lab/aws-api/handler';
import { startApiServer, type ApiServer } from '../infra/lab/aws-api/server';
import { allHandlers } from '../infra/lab/aws-api/services';
import type { AwsConnection } from '../infra/snapshot/clients';

export interface ObservedServerOptions {
  readonly context: LabContext;
  /** By operation, `ec2:DescribeSubnets`: what was answered, before any fault. Added to. */
  readonly outputs: Map<string, unknown[]>;
  readonly afterChange?: () => Promise<void>;
}

export function observedServer({ context, outputs, afterChange }: ObservedServerOptions): Promise<ApiServer> {
  const handlers = allHandlers(context).map((handler) => ({
    ...handler,
    run: async (input: unknown, call: Parameters<typeof handler.run>[1]) => {
      const output = await handler.run(input, call);
      const operation = `${handler.service}:${handler.operation}`;
      outputs.set(operation, [...(outputs.get(operation) ?? []), output]);
      return output;
    },
  }));
  return startApiServer({ context, handlers, ...(afterChange === undefined ? {} : { afterChange }) });
}

export const connectionTo = ({ endpoint }: ApiServer, connection: AwsConnection): AwsConnection => ({
  ...connection,
  endpoint,
});

const PACKAGES: Readonly<Record<string, string>> = { logs: 'cloudwatch-logs' };

/** What the SDK's client of the operation's service exports. */
export function clientOf(operation: string): Readonly<Record<string, unknown>> {
  const [service = ''] = operation.split(':');
  return require(`@aws-sdk/client-${PACKAGES[service] ?? service}`) as Readonly<Record<string, unknown>>;
}
