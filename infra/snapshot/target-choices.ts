/** What a person can choose from when a target was not one thing, each with what tells it from the others. */
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { CallFailed } from './call-failed';
import { type Calls } from './calls';
import type { Vpc } from './snapshot';

/** What was named is not there, or not one thing. The message lists the choices and names the fix. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/**
 * What was named could not be looked up now: AWS refused, did not answer or answered without what it must return, or what
 * was named is being changed. Nothing is wrong with how it was named (decision 0022).
 */
export class TargetNotRead extends Error {
  override readonly name = 'TargetNotRead';
  /** Whose account was asked, where that at least was answered. */
  readonly account: string | null;

  constructor(message: string, { cause, account = null }: { cause?: unknown; account?: string | null } = {}) {
    super(message, { cause });
    this.account = account;
  }
}

const MOST_CHOICES = 12;

export interface Choice {
  /** As it is written on the command line. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  /** ISO 8601. */
  readonly created?: string | undefined;
}

/** `there are d-a ("studio", InService, created 2026-01-15T09:00:00Z), d-b (…), and 3 more`; says so for none. */
export function choices(what: string, found: readonly Choice[]): string {
  if (found.length === 0) return `no ${what} could be listed there`;
  const more = found.length > MOST_CHOICES ? `, and ${found.length - MOST_CHOICES} more` : '';
  return `there ${found.length === 1 ? 'is' : 'are'} ${found.slice(0, MOST_CHOICES).map(inWords).join(', ')}${more}`;
}

/** The choices alone, for a sentence of one's own. */
export function listed(found: readonly Choice[]): string {
  return found.map(inWords).join(', ');
}

function inWords({ id, name, status, created }: Choice): string {
  const details = [
    name === undefined || name === id ? null : `"${printable(name)}"`,
    status === undefined ? null : printable(status),
    created === undefined ? null : `created ${printable(created.replace(/\.\d+Z$/, 'Z'))}`,
  ].filter((detail) => detail !== null);
  return details.length === 0 ? printable(id) : `${printable(id)} (${details.join(', ')})`;
}

/** Tags are free text of whoever may tag: a terminal gets nothing from them but printable ASCII. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 128);
}

export async function domainChoices(calls: Calls): Promise<Choice[]> {
  const domains = await calls.pages('sagemaker', ListDomainsCommand, {}, (page) => page.Domains);
  return domains.flatMap(({ DomainId, DomainName, Status, CreationTime }) =>
    DomainId === undefined ? [] : [{ id: DomainId, name: DomainName, status: Status, created: CreationTime }],
  );
}

/** The account's stacks that are not nested in others. */
export async function stackChoices(calls: Calls): Promise<Choice[]> {
  const stacks = await calls.pages('cloudformation', DescribeStacksCommand, {}, (page) => page.Stacks);
  return stacks.flatMap(({ StackName, StackStatus, CreationTime, ParentId }) =>
    StackName === undefined || ParentId !== undefined
      ? []
      : [{ id: StackName, status: StackStatus, created: CreationTime }],
  );
}

/** VPCs have no time of creation; their addresses tell them apart. */
export function vpcChoice({ VpcId, Tags, State, CidrBlock }: Vpc): Choice[] {
  if (VpcId === undefined) return [];
  const name = Tags?.find(({ Key }) => Key === 'Name')?.Value;
  const status = [State, CidrBlock].filter((each) => each !== undefined).join(', ');
  return [{ id: VpcId, name, ...(status === '' ? {} : { status }) }];
}

/** A call that failed for good, as the sentence that a person at the terminal needs; anything else as it is. */
export function readable(error: unknown): unknown {
  if (!(error instanceof CallFailed)) return error;
  return new TargetNotRead(
    `The target could not be looked up: ${error.operation} answered ${error.code} (${oneLine(error.message)})${fixOf(error)}`,
    { cause: error },
  );
}

const MOST_TEXT = 300;

/** A proxy answers with a page of HTML, and the SDK puts it into the message. */
const oneLine = (text: string): string =>
  text
    .replace(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, MOST_TEXT);

/** What to do about it, where that is known by the error's code (`expired` of the lab's faults.ts says where they come from). */
function fixOf({ code, missingPermission, message }: CallFailed): string {
  if (missingPermission !== null) return `; grant ${missingPermission} to the caller`;
  if (/^(ExpiredToken(Exception)?|RequestExpired)$/.test(code))
    return '; the credentials have expired: renew them ("aws sso login"), or give the run ones that last';
  if (/^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|AuthFailure)$/.test(code))
    return '; AWS does not accept the credentials: are they of this account and partition?';
  if (/ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT|no answer within/.test(`${code} ${message}`))
    return '; is the region right, and does this machine reach its endpoint (AWS_ENDPOINT_URL, docs/limits.md for proxies)?';
  return '';
}
