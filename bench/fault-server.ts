/** A further API server of a lab's account, with faults of its own, that keeps what each operation answered. */
import type { Handler, LabApi, LabContext } from '../infra/lab/aws-api/handler';
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
  const observed = (handler: Handler): Handler => ({
    ...handler,
    run: async (input, call) => {
      const output = await handler.run(input, call);
      const operation = `${handler.service}:${handler.operation}`;
      outputs.set(operation, [...(outputs.get(operation) ?? []), output]);
      return output;
    },
  });
  const handlers = (api: LabApi) => allHandlers(context, api, { nestedTemplate }).map(observed);
  return startApiServer({ context, handlers, ...(afterChange === undefined ? {} : { afterChange }) });
}

function nestedTemplate(url: string): string {
  throw new Error(`nothing is deployed here, so not ${url}`);
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
