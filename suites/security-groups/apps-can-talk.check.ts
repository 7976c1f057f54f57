/**
 * The security groups of Studio have the rules that Studio itself needs.
 *
 * What
 *   For every combination of groups that apps run with: the groups together let TCP 8192-65535 out to each other and
 *   in from each other (by group reference, or by prefixes that cover the Studio subnets), and NFS, TCP 2049, reaches
 *   the domain's home file system: the apps' groups let it out to its mount targets, and the mount targets' groups
 *   admit it. The groups that SageMaker makes for NFS (security-group-for-inbound-nfs-<domain> and outbound) count where
 *   they are in the VPC; where neither they nor a mount target are there, the apps' own groups must have both rules.
 *   A domain without a home file system needs no NFS.
 *
 * Why
 *   Without them the Jupyter server does not reach its kernels and home directories are not mounted. It looks like a
 *   firewall that blocks too much, and people open what need not be open.
 *
 * Fix
 *   AWS::EC2::SecurityGroupIngress and AWS::EC2::SecurityGroupEgress: TCP 8192-65535 and 2049, with
 *   `SourceSecurityGroupId` and `DestinationSecurityGroupId` of the group itself.
 *   aws ec2 authorize-security-group-ingress --group-id sg-… --protocol tcp --port 8192-65535 --source-group sg-…
 *   aws ec2 authorize-security-group-egress --group-id sg-… --protocol tcp --port 8192-65535 --source-group sg-…
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 *   https://docs.aws.amazon.com/efs/latest/ug/network-access.html
 */
import type { GroupBook } from '../../infra/model/group-admission';
import { groupBookOf, refusedOf, rulesOfGroups } from '../../infra/model/group-admission';
import { ask } from '../../infra/model/known';
import type { HomeFileSystem } from '../../infra/model/mount-target';
import { homeFileSystems, NFS_PORT } from '../../infra/model/mount-target';
import type { PortRange } from '../../infra/model/security-group';
import { APP_PORTS } from '../../infra/model/service-crossings';
import type { StudioGroups } from '../../infra/model/studio';
import { studioSecurityGroups } from '../../infra/model/studio';
import {
  allStudioAddresses,
  familiesBetween,
  inFamilies,
  studioSubnets,
} from '../../infra/model/studio-subnet';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

const NFS_PORTS: PortRange = { from: NFS_PORT, to: NFS_PORT };

export default {
  id: 'security-groups/apps-can-talk',
  statement: 'The security groups of Studio have the rules that Studio itself needs.',
  severity: 'medium',
  controls: [],
  judge({ snapshot }) {
    const addresses = allStudioAddresses(studioSubnets(snapshot));
    const rules: Rules = {
      book: groupBookOf(snapshot),
      addresses: inFamilies(addresses, familiesBetween([addresses])),
      homes: homeFileSystems(snapshot),
    };
    return studioSecurityGroups(snapshot)
      .filter(({ usedBy }) => !usedBy.every(isOfDomainApps))
      .map((groups) => judged(rules, groups));
  },
} satisfies Check;

interface Rules {
  readonly book: GroupBook;
  /** Where apps are, in the family by which they talk. */
  readonly addresses: ReturnType<typeof allStudioAddresses>;
  readonly homes: readonly HomeFileSystem[];
}

function judged(rules: Rules, { groupIds, usedBy }: StudioGroups): Judgement {
  const subject = groupIds.join(', ');
  const faults = ask(() => [
    ...appFaults(rules, groupIds),
    ...homesOf(rules.homes, usedBy).flatMap((home) => nfsFaults(rules, groupIds, home)),
  ]);
  if (!faults.known)
    return {
      outcome: 'unknown',
      subject,
      because: `What ${subject} lets through is not known: ${faults.because}.`,
    };
  const [first] = faults.value;
  if (first === undefined) {
    const because = `${subject} (${usedBy.join('; ')}) lets apps reach each other on TCP ${APP_PORTS.from}-${APP_PORTS.to} and their home directories by NFS.`;
    return { outcome: 'pass', subject, because };
  }
  const all = faults.value.map((fault) => fault.because).join('; ');
  return { outcome: 'fail', subject, because: `${all} (${usedBy.join('; ')}). ${first.fix}` };
}

interface Fault {
  readonly because: string;
  readonly fix: string;
}

function appFaults({ book, addresses }: Rules, groupIds: readonly string[]): readonly Fault[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const peers = { groupIds, addresses };
    const refused = refusedOf(rulesOfGroups(book, groupIds, direction), {
      protocol: 'tcp',
      ports: APP_PORTS,
      peers,
    });
    if (refused === null) return [];
    const groups = groupIds.join(', ');
    const because = `no ${direction} rule of ${groups} lets apps that carry it reach each other on TCP ${refused.port}`;
    return [{ because, fix: fixOf(direction, groupIds[0] ?? groups, APP_PORTS) }];
  });
}

/**
 * NFS to one home file system. Facts: aws.md 4.7 (SageMaker developer guide: 2049 between the domain and its file
 * system), 4.4 (SageMaker API reference: SageMaker adds a group for NFS to the apps'), 4.10 (its name is a REPORT).
 */
function nfsFaults(
  { book, addresses }: Rules,
  groupIds: readonly string[],
  home: HomeFileSystem,
): readonly Fault[] {
  const apps = home.outboundGroupId === null ? groupIds : [...groupIds, home.outboundGroupId];
  // Without a mount target in sight, only the groups that the apps themselves carry can be meant for it.
  const targets =
    home.servers.length > 0 ? home.servers : [{ name: 'the mount targets', groupIds, addresses }];
  return targets.flatMap((target) => {
    const nfs = { protocol: 'tcp', ports: NFS_PORTS } as const;
    const [app = 'sg-…', server = 'sg-…'] = [groupIds[0], target.groupIds[0]];
    const out = refusedOf(rulesOfGroups(book, apps, 'egress'), { ...nfs, peers: target });
    const into = refusedOf(rulesOfGroups(book, target.groupIds, 'ingress'), {
      ...nfs,
      peers: { groupIds: apps, addresses },
    });
    const notOut = {
      because: `no egress rule of ${apps.join(', ')} lets NFS (TCP ${NFS_PORT}) out to ${target.name}`,
      fix: fixOf('egress', app, NFS_PORTS, server),
    };
    const notIn = {
      because: `no ingress rule of ${target.groupIds.join(', ')} admits NFS (TCP ${NFS_PORT}) to ${target.name} from ${groupIds.join(', ')}`,
      fix: fixOf('ingress', server, NFS_PORTS, app),
    };
    return [...(out === null ? [] : [notOut]), ...(into === null ? [] : [notIn])];
  });
}

/**
 * Whether a setting is for domain-level apps (SageMaker API reference, `DomainSettings.SecurityGroupIds`: RStudio), whose
 * ports are others.
 */
function isOfDomainApps(setting: string): boolean {
  return setting.startsWith('DomainSettings of ');
}

/** The home file systems of the domains that settings belong to; where none is named, any may be meant. */
function homesOf(homes: readonly HomeFileSystem[], usedBy: readonly string[]): readonly HomeFileSystem[] {
  const own = homes.filter(({ domainId }) => usedBy.some((setting) => setting.endsWith(` of ${domainId}`)));
  return (own.length > 0 ? own : homes).filter(({ exists }) => exists);
}

function fixOf(
  direction: 'ingress' | 'egress',
  groupId: string,
  { from, to }: PortRange,
  peer: string = groupId,
): string {
  const [type, member] =
    direction === 'ingress'
      ? ['AWS::EC2::SecurityGroupIngress', 'SourceSecurityGroupId']
      : ['AWS::EC2::SecurityGroupEgress', 'DestinationSecurityGroupId'];
  const port = from === to ? `${from}` : `${from}-${to}`;
  return `Fix: ${type} GroupId ${groupId}, TCP ${port}, ${member} ${peer} (aws ec2 authorize-security-group-${direction} --group-id ${groupId} --protocol tcp --port ${port} --source-group ${peer}).`;
}
