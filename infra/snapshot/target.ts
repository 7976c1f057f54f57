/** What a run is about: the VPC and the Studio domain that a stack, a domain id or a VPC id names. */
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeDomainCommand } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { CallFailed } from './call-failed';
import { openCalls, type Calls, type CallsOptions } from './calls';
import type { AwsConnection } from './clients';
import type { Target } from './snapshot';
import { pointers, stackContents } from './stack-resources';
import {
  choices,
  domainChoices,
  listed,
  readable,
  TargetError,
  TargetNotRead,
  vpcChoice,
  type Choice,
} from './target-choices';

export { TargetError, TargetNotRead } from './target-choices';

export type TargetSelector =
  | { readonly stack: string }
  | { readonly domainId: string }
  | { readonly vpcId: string };

/**
 * Finds the VPC and the domain. The domain's own VPC counts, not the stack's, when a stack has both; the only domain in a
 * VPC counts, whichever stack it is of. Never chooses: what is not one thing throws {@link TargetError} with the choices. What
 * could not be looked up, or only until the signal, throws {@link TargetNotRead}.
 * The target is of kind `aws`: only the caller can know that it asked a lab.
 */
export async function findTarget(
  connection: AwsConnection,
  selector: TargetSelector,
  options: Pick<CallsOptions, 'bounds' | 'signal'> = {},
): Promise<Target> {
  const calls = openCalls(connection, options);
  const search: Search = { calls, region: connection.region };
  try {
    const [account, found] = await Promise.all([
      accountOf(calls),
      find(search, selector).catch((error: unknown) => {
        if (error instanceof TargetNotRead) return error;
        throw error;
      }),
    ]);
    if (found instanceof TargetNotRead)
      throw new TargetNotRead(found.message, { cause: found.cause, account });
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
    if (!isGone(error)) throw readable(error);
    const domains = await domainChoices(search.calls).catch(() => []);
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
  if (!vpcs.some((vpc) => vpc.VpcId === vpcId))
    throw new TargetError(
      `There is no VPC ${vpcId} in ${search.region}; ${choices('VPC', vpcs.flatMap(vpcChoice))}`,
    );
  return { stack: null, vpcId, domainId: await onlyDomainOf(search, vpcId) };
}

async function findInStack(search: Search, stack: string): Promise<Found> {
  const contents = await stackContents(search, stack);
  const domains = contents.ids('AWS::SageMaker::Domain');
  const vpcs = contents.ids('AWS::EC2::VPC');
  const [domainId, ...otherDomains] = domains;
  if (otherDomains.length > 0)
    throw new TargetError(
      `The stack ${stack} has ${domains.length} SageMaker domains: ${await domainsInWords(search, domains)}; name one with --domain-id`,
    );
  if (domainId !== undefined) {
    const vpcId = await vpcOfDomain(search, domainId).catch((error: unknown) => {
      // What stands in the stack is known without the domain, as long as it is one thing.
      const [only, ...others] = vpcs;
      if (error instanceof CallFailed && !isGone(error) && only !== undefined && others.length === 0)
        return only;
      if (!isGone(error)) throw readable(error);
      throw new TargetError(
        `The domain ${domainId} of the stack ${stack} is not there any more; put the stack right, or name another target with --domain-id or --vpc-id`,
        { cause: error },
      );
    });
    return { stack, vpcId, domainId };
  }
  const [vpcId, ...otherVpcs] = vpcs;
  if (vpcId === undefined)
    throw new TargetError(
      `The stack ${stack} has neither a VPC nor a SageMaker domain, also not in its nested stacks; name the stack that has, a domain with --domain-id, or a VPC with --vpc-id.${pointers(contents.stack)}`,
    );
  if (otherVpcs.length > 0)
    throw new TargetError(
      `The stack ${stack} has ${vpcs.length} VPCs and no SageMaker domain that would tell which one counts: ${await vpcsInWords(search, vpcs)}; name one with --vpc-id, or the domain with --domain-id`,
    );
  return { stack, vpcId, domainId: await onlyDomainOf(search, vpcId) };
}

/**
 * The VPC's only domain; null when it has none, or when the domains could not be read: then the VPC can still be verified,
 * and the snapshot's section says what is missing.
 */
async function onlyDomainOf(search: Search, vpcId: string): Promise<string | null> {
  const domains = await domainsOfVpc(search, vpcId).catch((error: unknown) => {
    if (error instanceof CallFailed) return [];
    throw error;
  });
  if (domains.length > 1)
    throw new TargetError(
      `The VPC ${vpcId} has ${domains.length} SageMaker domains: ${listed(domains)}; name one with --domain-id`,
    );
  return domains[0]?.id ?? null;
}

async function domainsOfVpc({ calls }: Search, vpcId: string): Promise<readonly Choice[]> {
  const domains = await domainChoices(calls);
  const vpcs = await Promise.all(
    domains.map(({ id }) =>
      calls.ask('sagemaker', DescribeDomainCommand, { DomainId: id }).catch((error: unknown) => {
        if (isGone(error)) return null; // deleted since it was listed
        throw error;
      }),
    ),
  );
  return domains.filter((_, index) => vpcs[index]?.VpcId === vpcId);
}

async function vpcOfDomain({ calls }: Search, domainId: string): Promise<string> {
  const { VpcId, Status } = await calls.ask('sagemaker', DescribeDomainCommand, { DomainId: domainId });
  if (Status === 'Deleting')
    throw new TargetError(`The SageMaker domain ${domainId} is being deleted, so there is nothing to verify`);
  if (VpcId === undefined)
    throw new TargetNotRead(`SageMaker did not say in which VPC the domain ${domainId} is`);
  return VpcId;
}

/** SageMaker API reference, DescribeDomain: ResourceNotFound. */
function isGone(error: unknown): boolean {
  return error instanceof CallFailed && error.code === 'ResourceNotFound';
}

/** With name, status and age where they can be read, else the ids alone. */
async function domainsInWords({ calls }: Search, ids: readonly string[]): Promise<string> {
  const known = await domainChoices(calls).catch(() => []);
  return listed(ids.map((id) => known.find((choice) => choice.id === id) ?? { id }));
}

async function vpcsInWords({ calls }: Search, ids: readonly string[]): Promise<string> {
  const known = await calls.pages('ec2', DescribeVpcsCommand, {}, (page) => page.Vpcs).catch(() => []);
  const found = known.flatMap(vpcChoice);
  return listed(ids.map((id) => found.find((choice) => choice.id === id) ?? { id }));
}
