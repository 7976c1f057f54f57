/** How an AWS operation of the lab is written: typed from the SDK's own command class, with AWS's own errors. */
import type { LabState } from '../state';
import type { Firewalls, Hosts } from '../vantage';

/** What every handler works with. */
export interface LabContext {
  readonly state: LabState;
  /** The network's hosts, or null before the network is raised and where it cannot be. */
  readonly hosts: () => Hosts | null;
  /** The network's firewalls, in the same way; absent where there is never a network. */
  readonly firewalls?: () => Firewalls | null;
  readonly now: () => Date;
  /** How many items one page of a list holds at most; DEFAULT_PAGE_SIZE of paging.ts when absent. */
  readonly pageSize?: number;
}

/** The call that is being answered. */
export interface Call {
  /** SigV4 signing name: `ec2`, `network-firewall`, `sagemaker`, `ssm`, `logs`, … */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly requestId: string;
}

// The SDK's command constructors take a rest tuple, so only the instance type can be inferred from.
// oxlint-disable-next-line typescript/no-explicit-any
export type CommandClass = abstract new (...parameters: any[]) => any;
export type InputOf<C extends CommandClass> = InstanceType<C>['input'];
// By structure, not by the SDK's Command type: clients of different generations each bring their own.
// oxlint-disable-next-line typescript/no-explicit-any
type Resolver<O> = (...parameters: any[]) => (...call: any[]) => Promise<{ output: O }>;
export type OutputOf<C extends CommandClass> =
  InstanceType<C> extends { resolveMiddleware: Resolver<infer O> } ? Omit<O, '$metadata'> : never;

export interface Handler {
  readonly service: string;
  readonly operation: string;
  run(input: unknown, call: Call): Promise<unknown>;
}

/** A handler for one operation: `on('ec2', DescribeSubnetsCommand, (input) => ({ Subnets: […] }))`. */
export function on<C extends CommandClass>(
  service: string,
  command: C,
  run: (input: InputOf<C>, call: Call) => OutputOf<C> | Promise<OutputOf<C>>,
): Handler {
  return {
    service,
    operation: command.name.replace(/Command$/, ''),
    run: async (input, call) => run(input, call),
  };
}

/**
 * Operations called inside the lab, without the wire, by the CloudFormation engine: the same handlers, the same
 * validation, the same errors.
 */
export interface LabApi {
  call<C extends CommandClass>(service: string, command: C, input: InputOf<C>): Promise<OutputOf<C>>;
}

export interface ApiErrorOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error whose code the service does not model (all of EC2's, throttling, access denied). Modelled ones are
 * thrown as the SDK's own exception class.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, { status = 400, headers = {} }: ApiErrorOptions = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}
