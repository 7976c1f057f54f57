/** What a CloudFormation stack holds, with everything in the stacks nested below it. */
import { DescribeStacksCommand, ListStackResourcesCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CallFailed } from './call-failed';
import { type Calls } from './calls';
import type { Wire } from './snapshot';
import {
  choices,
  listed,
  readable,
  stackChoices,
  TargetError,
  TargetNotRead,
  type Choice,
} from './target-choices';

/** Nested stacks inside nested stacks; a stack cannot contain itself, so this is only a bound. */
const MAX_STACK_DEPTH = 10;

export interface StackContents {
  readonly stack: Wire<Stack>;
  /** Physical ids of a resource type, each once. */
  readonly ids: (type: string) => readonly string[];
}

/**
 * The contents of a stack by its name or ARN, also of one that is nested itself. Throws {@link TargetError} when it is not
 * there or does not stand, {@link TargetNotRead} when it is not readable or on its way to be something else.
 */
export async function stackContents(
  { calls, region }: { readonly calls: Calls; readonly region: string },
  name: string,
): Promise<StackContents> {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$|^arn:[a-zA-Z0-9/:-]+$/.test(name))
    throw new TargetError(`"${name}" is not a stack name: letters, digits and hyphens, a letter first`);
  try {
    const stack = await settledStack(calls, name);
    const resources = await withNested(calls, name, 0);
    return { stack, ids: (type) => idsOf(resources, type) };
  } catch (error) {
    if (!isNoStack(error)) throw readable(error);
    const others = await stackChoices(calls).catch(() => []);
    throw new TargetError(
      `There is no stack ${name} in ${region}; ${choices('stack', others)}. Is it the right region and account?`,
      { cause: error },
    );
  }
}

/** In CloudFormation's words (DescribeStacks; the code is MEMORY). Of another code the same words are a refusal's. */
const isNoStack = (error: unknown): boolean =>
  error instanceof CallFailed && error.code === 'ValidationError' && /does not exist/.test(error.message);

/**
 * Throws for a stack that is being changed, or of which nothing or no known part is left. One whose update failed or was
 * rolled back stands: what is deployed is read from the resources themselves.
 *
 * Facts: CloudFormation user guide, "Stack status codes" (view-stack-events): every status of an unfinished operation ends
 * in `_IN_PROGRESS`; after ROLLBACK_COMPLETE a stack can only be deleted.
 */
async function settledStack(calls: Calls, name: string): Promise<Wire<Stack>> {
  // Of one stack there is one, but AWS promises no page that it is on.
  const stacks = await calls.pages(
    'cloudformation',
    DescribeStacksCommand,
    { StackName: name },
    (page) => page.Stacks,
  );
  const [stack, ...others] = stacks;
  if (stack === undefined || others.length > 0)
    throw new TargetNotRead(`CloudFormation described ${stacks.length} stacks for ${name}, not one`);
  const { StackStatus, StackStatusReason } = stack;
  if (StackStatus === undefined)
    throw new TargetNotRead(`CloudFormation did not say in which state ${name} is`);
  const reason = StackStatusReason === undefined ? '' : ` (${StackStatusReason})`;
  if (StackStatus.endsWith('_IN_PROGRESS'))
    throw new TargetNotRead(
      `The stack ${name} is ${StackStatus}${reason}: what it holds is changing; verify it when that has ended`,
    );
  if (/^(DELETE|ROLLBACK)_/.test(StackStatus))
    throw new TargetError(
      `The stack ${name} is ${StackStatus}${reason}: it does not stand as its template says; name what is left of it with --domain-id or --vpc-id`,
    );
  return stack;
}

interface StackResource {
  readonly ResourceType?: string | undefined;
  readonly PhysicalResourceId?: string | undefined;
}

/** Statuses of resources that the stack has no longer; one that was skipped is there and is nobody's. */
const NO_LONGER: readonly (string | undefined)[] = ['DELETE_COMPLETE', 'DELETE_SKIPPED'];

async function withNested(calls: Calls, stack: string, depth: number): Promise<StackResource[]> {
  if (depth > MAX_STACK_DEPTH) throw new TargetError(`The stack ${stack} is nested too deeply`);
  const own = await calls.pages(
    'cloudformation',
    ListStackResourcesCommand,
    { StackName: stack },
    (page) => page.StackResourceSummaries,
  );
  const present = own.filter(({ ResourceStatus }) => !NO_LONGER.includes(ResourceStatus));
  const nested = idsOf(present, 'AWS::CloudFormation::Stack');
  const below = await Promise.all(nested.map((id) => withNested(calls, id, depth + 1)));
  return [...present, ...below.flat()];
}

function idsOf(resources: readonly StackResource[], type: string): readonly string[] {
  return [
    ...new Set(
      resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
        ResourceType === type && PhysicalResourceId !== undefined ? [PhysicalResourceId] : [],
      ),
    ),
  ];
}

/** Where a stack that holds neither a VPC nor a domain points to: the stack around it, its outputs and parameters. */
export function pointers({ Outputs, Parameters, RootId }: Wire<Stack>): string {
  const values = [
    ...(Outputs ?? []).map(({ OutputKey, OutputValue }) => [`output ${OutputKey}`, OutputValue] as const),
    ...(Parameters ?? []).map(({ ParameterKey, ParameterValue, ResolvedValue }) => {
      return [`parameter ${ParameterKey}`, ResolvedValue ?? ParameterValue] as const;
    }),
  ];
  const found = values.flatMap(([status, value]): Choice[] => {
    if (/^vpc-[0-9a-f]{8,17}$/.test(value ?? '')) return [{ id: `--vpc-id ${value}`, status }];
    return /^d-[a-z0-9-]{1,61}$/.test(value ?? '') ? [{ id: `--domain-id ${value}`, status }] : [];
  });
  const around = RootId === undefined ? '' : ` It is nested in ${RootId}.`;
  return found.length === 0 ? around : `${around} It names ${listed(found)}.`;
}
