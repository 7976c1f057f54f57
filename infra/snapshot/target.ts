/** What a run is about: the VPC and the Studio domain that a stack, a domain id or a VPC id names. */
import { DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeDomainCommand, ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { openCalls, CallFailed, type Calls } from './calls';
import type { AwsConnection } from './clients';
import type { Target } from './snapshot';

export type TargetSelector =
  | { readonly stack: string }
  | { readonly domainId: string }
  | { readonly vpcId: string };

/** What was named is not there, not readable, or not one thing. The message lists the choices and names the fix. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/** Nested stacks inside nested stacks; a stack cannot contain itself, so this is only a bound. */
const MAX_STACK_DEPTH = 10;

/**
 * Finds the VPC and the domain. The domain's own VPC counts, not the stack's, when a stack has both. Throws
 * {@link TargetError}. The target is of kind `aws`: only the caller can know that it asked a lab.
 */
export async function findTarget(connection: AwsConnection, selector: TargetSelector): Promise<Target> {
  const calls = openCalls(connection);
  const search: Search = { calls, region: connection.region };
  try {
    const [account, found] = await Promise.all([accountOf(calls), find(search, selector)]);
    return { kind: 'aws', account, region: connection.region, ...found };
  } finally {
    calls.close();
  }
}

type Found = Pick<Target, 'stack' | 'vpcId' | 'domainId'>;

interface Search {
  readonly calls: Calls;
  readonly region: string;
}

/** null when the caller's identity cannot be read; the snapshot's section then says why. */
async function accountOf(calls: Calls): Promise<string | null> {
  try {
    return (await calls.ask('sts', GetCallerIdentityCommand, {})).Account ?? null;
  } catch (error) {
    if (error instanceof CallFailed) return null;
    throw error;
  }
}

function find(search: Search, selector: TargetSelector): Promise<Found> {
  if ('stack' in selector) return findInStack(search, selector.stack);
  if ('domainId' in selector) return findByDomain(search, selector.domainId);
  return findByVpc(search, selector.vpcId);
}

async function findByDomain(search: Search, domainId: string): Promise<Found> {
  if (!/^d-[a-z0-9-]{1,61}$/.test(domainId))
    throw new TargetError(`"${domainId}" is not a domain id; one is written like d-abcdefghijkl`);
  const vpcId = await vpcOfDomain(search, domainId).catch(async (error: unknown) => {
    if (!(error instanceof CallFailed) || error.code !== 'ResourceNotFound') throw readable(error);
    const domains = await domainIds(search).catch(() => []);
    throw new TargetError(
      `There is no SageMaker domain ${domainId} in ${search.region}; ${choices('domain', domains)}. Is it the right region and account?`,
      { cause: error },
    );
  });
  return { stack: null, vpcId, domainId };
}

async function findByVpc(search: Search, vpcId: string): Promise<Found> {
  if (!/^vpc-[0-9a-f]{8,17}$/.test(vpcId))
    throw new TargetError(`"${vpcId}" is not a VPC id; one is written like vpc-0123456789abcdef0`);
  const vpcs = await search.calls
    .pages('ec2', DescribeVpcsCommand, {}, (page) => page.Vpcs)
    .catch((error: unknown) => {
      throw readable(error);
    });
  const ids = vpcs.flatMap(({ VpcId }) => VpcId ?? []);
  if (!ids.includes(vpcId))
    throw new TargetError(`There is no VPC ${vpcId} in ${search.region}; ${choices('VPC', ids)}`);
  const domains = await domainsOfVpc(search, vpcId).catch((error: unknown) => {
    // Without the permission to list them the VPC can still be verified; the snapshot's section says so.
    if (error instanceof CallFailed) return [];
    throw error;
  });
  return { stack: null, vpcId, domainId: domains.length === 1 ? (domains[0] ?? null) : null };
}

async function findInStack(search: Search, stack: string): Promise<Found> {
  const resources = await resourcesOfStack(search, stack);
  const ids = (type: string) => [
    ...new Set(
      resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
        ResourceType === type && PhysicalResourceId !== undefined ? [PhysicalResourceId] : [],
      ),
    ),
  ];
  const domains = ids('AWS::SageMaker::Domain');
  const vpcs = ids('AWS::EC2::VPC');
  const [domainId, ...otherDomains] = domains;
  if (otherDomains.length > 0)
    throw new TargetError(
      `The stack ${stack} has ${domains.length} SageMaker domains (${domains.join(', ')}); name one with --domain-id`,
    );
  if (domainId !== undefined) {
    const vpcId = await vpcOfDomain(search, domainId).catch((error: unknown) => {
      // What stands in the stack is known without the domain, as long as it is one thing.
      const [only, ...others] = vpcs;
      if (error instanceof CallFailed && only !== undefined && others.length === 0) return only;
      throw readable(error);
    });
    return { stack, vpcId, domainId };
  }
  const [vpcId, ...otherVpcs] = vpcs;
  if (vpcId === undefined)
    throw new TargetError(
      `The stack ${stack} has neither a VPC nor a SageMaker domain, also not in its nested stacks; name the stack that has, or a domain with --domain-id`,
    );
  if (otherVpcs.length > 0)
    throw new TargetError(
      `The stack ${stack} has ${vpcs.length} VPCs (${vpcs.join(', ')}) and no SageMaker domain that would tell which one counts; name the domain with --domain-id`,
    );
  return { stack, vpcId, domainId: null };
}

async function resourcesOfStack(search: Search, stack: string) {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$|^arn:[a-zA-Z0-9/:-]+$/.test(stack))
    throw new TargetError(`"${stack}" is not a stack name: letters, digits and hyphens, a letter first`);
  try {
    return await withNested(search, stack, 0);
  } catch (error) {
    if (!(error instanceof CallFailed) || !/does not exist/.test(error.message)) throw readable(error);
    const stacks = await search.calls
      .pages('cloudformation', DescribeStacksCommand, {}, (page) => page.Stacks)
      .catch(() => []);
    const names = stacks.flatMap(({ StackName, ParentId }) =>
      ParentId === undefined ? (StackName ?? []) : [],
    );
    throw new TargetError(
      `There is no stack ${stack} in ${search.region}; ${choices('stack', names)}. Is it the right region and account?`,
      { cause: error },
    );
  }
}

interface StackResource {
  readonly ResourceType?: string | undefined;
  readonly PhysicalResourceId?: string | undefined;
}

async function withNested({ calls, region }: Search, stack: string, depth: number): Promise<StackResource[]> {
  if (depth > MAX_STACK_DEPTH) throw new TargetError(`The stack ${stack} is nested too deeply`);
  const own = await calls.pages(
    'cloudformation',
    ListStackResourcesCommand,
    { StackName: stack },
    (page) => page.StackResourceSummaries,
  );
  const present = own.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
  const nested = present.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === 'AWS::CloudFormation::Stack' && PhysicalResourceId !== undefined
      ? [PhysicalResourceId]
      : [],
  );
  const below = await Promise.all(nested.map((id) => withNested({ calls, region }, id, depth + 1)));
  return [...present, ...below.flat()];
}

async function vpcOfDomain({ calls }: Search, domainId: string): Promise<string> {
  const { VpcId } = await calls.ask('sagemaker', DescribeDomainCommand, { DomainId: domainId });
  if (VpcId === undefined)
    throw new TargetError(`The SageMaker domain ${domainId} is in no VPC, so there is no network to verify`);
  return VpcId;
}

async function domainIds({ calls }: Search): Promise<string[]> {
  const domains = await calls.pages('sagemaker', ListDomainsCommand, {}, (page) => page.Domains);
  return domains.flatMap(({ DomainId }) => DomainId ?? []);
}

async function domainsOfVpc(search: Search, vpcId: string): Promise<string[]> {
  const ids = await domainIds(search);
  const vpcs = await Promise.all(
    ids.map((id) => search.calls.ask('sagemaker', DescribeDomainCommand, { DomainId: id })),
  );
  return ids.filter((_, index) => vpcs[index]?.VpcId === vpcId);
}

const MOST_CHOICES = 12;

function choices(what: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${what} could be listed there`;
  const more = names.length > MOST_CHOICES ? `, and ${names.length - MOST_CHOICES} more` : '';
  return `there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, MOST_CHOICES).join(', ')}${more}`;
}

/** A call that failed for good, as the sentence that a person at the terminal needs. */
function readable(error: unknown): unknown {
  if (!(error instanceof CallFailed)) return error;
  const fix = error.missingPermission === null ? '' : `; grant ${error.missingPermission} to the caller`;
  return new TargetError(
    `The target could not be found: ${error.operation} answered ${error.code} (${error.message})${fix}`,
    {
      cause: error,
    },
  );
}
