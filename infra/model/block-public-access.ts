/** VPC Block Public Access: what an account's region lets through its internet gateways, whatever the route tables say. */
import type * as aws from '../snapshot/snapshot';
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import { ask } from './known';
import type { Path } from './packet-path';
import type { Restraint, Target } from './route-target';

/** What is surely or perhaps held back at the internet exits of a VPC. */
export type PublicAccess =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly because: string }
  | { readonly kind: 'restrained'; readonly restraint: Restraint };

/** Exclusions that never came to be, or are gone. Any other state may be in force. */
const GONE = new Set(['create-failed', 'delete-complete']);

/**
 * What Block Public Access does to a VPC. It closes an exit only where everything says so: the mode, settled; the
 * states of the VPC and of each subnet; and no exclusion that names any of them. In every other case the exit stays
 * open, for a leak must not be argued away, with the reason why it may carry nothing.
 *
 * Facts: aws.md 1.35 (EC2 API reference, `VpcBlockPublicAccessOptions`, `VpcBlockPublicAccessExclusion`,
 * `BlockPublicAccessStates`; it holds for VPCs that the account owns). VPC user guide, "VPC BPA basics": whether an
 * exclusion lets traffic through a firewall's endpoint is told in two ways by two versions of the page, so any
 * exclusion leaves delivery open.
 */
export function publicAccessOf(
  snapshot: Snapshot,
  vpc: { readonly vpc: aws.Vpc; readonly subnets: readonly aws.Subnet[] },
): PublicAccess {
  const mode = ask(() => settledMode(snapshot));
  if (!mode.known) return undecided(mode.because);
  if (mode.value === 'off') {
    const differing = statesOf(vpc).find(({ state }) => state !== undefined && state !== 'off');
    return differing
      ? undecided(`it is off, and ${differing.id} says "${differing.state}"`)
      : { kind: 'open' };
  }
  if (mode.value === 'block-ingress') {
    const because = 'VPC Block Public Access is "block-ingress", which lets through what NAT gateways send';
    return { kind: 'restrained', restraint: { of: 'what no NAT gateway sends', because } };
  }
  const doubt = ask(() => insistOnBlocking(snapshot, vpc));
  if (!doubt.known) return undecided(`it is "block-bidirectional", but ${doubt.because}`);
  const because = `VPC Block Public Access is "block-bidirectional" and excludes nothing of ${vpc.vpc.VpcId}`;
  return { kind: 'closed', because };
}

/** A route's target with Block Public Access in mind. A carrier gateway is never taken for closed: only a page, not the API, names it. */
export function restrained(target: Target, access: PublicAccess): Target {
  if (target.kind !== 'internet-exit' || access.kind === 'open') return target;
  if (access.kind === 'restrained') return { ...target, restraint: access.restraint };
  if (/^e?igw-/.test(target.id)) return { kind: 'closed', id: target.id, because: access.because };
  return { ...target, restraint: { of: 'everything', because: access.because } };
}

/** Why it is not sure that what takes this path out really leaves, or null. For claims of delivery; for leaks every exit is open. */
export function exitDoubtOf(path: Path): string | null {
  if (path.end.kind !== 'internet-exit' || path.end.restraint === undefined) return null;
  const { of, because } = path.end.restraint;
  const viaNat = path.steps.some(({ arrival }) => arrival.on && arrival.via.kind === 'nat-gateway');
  const isEgressOnly = path.end.gatewayId.startsWith('eigw-');
  return of === 'what no NAT gateway sends' && (viaNat || isEgressOnly) ? null : because;
}

function undecided(because: string): PublicAccess {
  const text = `what VPC Block Public Access holds back is not known: ${because}`;
  return { kind: 'restrained', restraint: { of: 'everything', because: text } };
}

function settledMode(snapshot: Snapshot): 'off' | 'block-ingress' | 'block-bidirectional' {
  const options = sectionValue(snapshot, 'vpcBlockPublicAccess');
  const state = returned(options.State, 'State of the block public access options');
  if (state !== 'default-state' && state !== 'update-complete')
    throw new NotKnown(`its options are in state "${state}"`);
  const mode = returned(options.InternetGatewayBlockMode, 'InternetGatewayBlockMode');
  if (mode === 'off' || mode === 'block-ingress' || mode === 'block-bidirectional') return mode;
  throw new NotKnown(`the mode "${String(mode)}" is not known`);
}

/** Throws {@link NotKnown} with whatever speaks against everything of the VPC being blocked. */
function insistOnBlocking(
  snapshot: Snapshot,
  vpc: { readonly vpc: aws.Vpc; readonly subnets: readonly aws.Subnet[] },
): void {
  const { AwsAccountId } = sectionValue(snapshot, 'vpcBlockPublicAccess');
  const account = returned(AwsAccountId ?? snapshot.target.account, 'AwsAccountId of the options');
  const owner = returned(vpc.vpc.OwnerId, `OwnerId of ${vpc.vpc.VpcId}`);
  if (owner !== account) throw new NotKnown(`${vpc.vpc.VpcId} belongs to the account ${owner}`);
  for (const { id, state } of statesOf(vpc))
    if (state !== 'block-bidirectional') throw new NotKnown(`${id} says "${state ?? 'nothing'}"`);
  const ids = new Set(statesOf(vpc).map(({ id }) => id));
  for (const exclusion of sectionValue(snapshot, 'vpcBlockPublicAccessExclusions')) {
    const arn = returned(exclusion.ResourceArn, `ResourceArn of ${exclusion.ExclusionId}`);
    const state = returned(exclusion.State, `State of ${exclusion.ExclusionId}`);
    const names = arn.split('/').at(-1) ?? '';
    if (ids.has(names) && !GONE.has(state))
      throw new NotKnown(`${exclusion.ExclusionId} excludes ${names} (${state})`);
  }
}

function statesOf({
  vpc,
  subnets,
}: {
  readonly vpc: aws.Vpc;
  readonly subnets: readonly aws.Subnet[];
}): readonly { readonly id: string; readonly state: string | undefined }[] {
  return [
    {
      id: returned(vpc.VpcId, 'VpcId'),
      state: vpc.BlockPublicAccessStates?.InternetGatewayBlockMode,
    },
    ...subnets.map((subnet) => ({
      id: returned(subnet.SubnetId, 'SubnetId'),
      state: subnet.BlockPublicAccessStates?.InternetGatewayBlockMode,
    })),
  ];
}
