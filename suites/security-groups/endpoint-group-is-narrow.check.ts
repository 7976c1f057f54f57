/**
 * The security groups of the interface endpoints admit only TCP 443, and only from Studio.
 *
 * What
 *   Every ingress rule of every group that an interface endpoint of an AWS service carries is TCP 443 alone, from the
 *   groups of Studio (those that the intent approves included) or from prefixes inside the Studio subnets. Other
 *   workloads of the VPC that share the endpoints are more than that: give them endpoints or a group of their own, or
 *   approve theirs in the intent.
 *
 * Why
 *   An endpoint is a way to AWS that the firewall does not see. Who else may use it, and for what, is decided by this
 *   group and by the endpoint's policy only.
 *
 * Fix
 *   AWS::EC2::SecurityGroup `SecurityGroupIngress`: one rule, TCP 443, `SourceSecurityGroupId` of the Studio group.
 *   aws ec2 revoke-security-group-ingress --group-id sg-… --ip-permissions …
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 *   https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
import { covers } from '../../infra/model/address-set';
import { FAMILIES } from '../../infra/model/cidr';
import { endpointGroups } from '../../infra/model/endpoint-interface';
import { groupBookOf, rulesOfGroups } from '../../infra/model/group-admission';
import type { Known } from '../../infra/model/known';
import { ask, insist } from '../../infra/model/known';
import type { SecurityGroupRule } from '../../infra/model/security-group';
import { TLS_PORT } from '../../infra/model/service-crossings';
import { studioSecurityGroups } from '../../infra/model/studio';
import { allStudioAddresses, studioSubnets } from '../../infra/model/studio-subnet';
import { isAwsService, standingEndpoints } from '../../infra/model/vpc-endpoint';
import { NotKnown, returned, type Snapshot } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'security-groups/endpoint-group-is-narrow',
  statement: 'The security groups of the interface endpoints admit only TCP 443, and only from Studio.',
  severity: 'low',
  controls: ['NIST-800-53r5:SC-7(5)'],
  judge({ snapshot, intent }) {
    const carriers = endpointsByGroup(snapshot);
    if (carriers.size === 0) {
      const { vpcId } = snapshot.target;
      return [
        {
          outcome: 'not-applicable',
          subject: vpcId,
          because: `${vpcId} has no interface endpoint of an AWS service.`,
        },
      ];
    }
    const studio: StudioSources = {
      groups: ask(() => [
        ...studioSecurityGroups(snapshot).flatMap(({ groupIds }) => groupIds),
        ...intent.approvedSecurityGroups,
      ]),
      addresses: allStudioAddresses(studioSubnets(snapshot)),
    };
    const book = groupBookOf(snapshot);
    return [...carriers].flatMap(([groupId, endpointIds]): readonly Judgement[] => {
      const faults = ask(() =>
        rulesOfGroups(book, [groupId], 'ingress').flatMap((rule) => faultOf(rule, studio)),
      );
      return faults.known
        ? judged(groupId, endpointIds, faults.value)
        : [
            {
              outcome: 'unknown',
              subject: groupId,
              because: `What ${groupId} admits to ${endpointIds.join(', ')} is not known: ${faults.because}.`,
            },
          ];
    });
  },
} satisfies Check;

/** Types whose endpoints have no security group, or lead to no service of AWS (EC2 API reference, VpcEndpoint). */
const WITHOUT_GROUPS: readonly string[] = ['Gateway', 'GatewayLoadBalancer', 'Resource', 'ServiceNetwork'];

/** The groups of AWS's interface endpoints, each with the endpoints that carry it. */
function endpointsByGroup(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const carriers = new Map<string, string[]>();
  for (const endpoint of standingEndpoints(snapshot)) {
    const type: string = returned(endpoint.VpcEndpointType, `VpcEndpointType of ${endpoint.VpcEndpointId}`);
    // An endpoint of a type that came later may have groups too.
    if (type !== 'Interface' && !WITHOUT_GROUPS.includes(type))
      throw new NotKnown(`${endpoint.VpcEndpointId} is an endpoint of the type "${type}"`);
    if (type !== 'Interface' || !isAwsService(endpoint)) continue;
    for (const groupId of endpointGroups(endpoint))
      carriers.set(groupId, [...(carriers.get(groupId) ?? []), endpoint.VpcEndpointId ?? 'an endpoint']);
  }
  return carriers;
}

interface StudioSources {
  readonly groups: Known<readonly string[]>;
  readonly addresses: ReturnType<typeof allStudioAddresses>;
}

/** What of a rule is more than TLS from Studio, as a sentence part; nothing where it admits nobody. */
function faultOf(rule: SecurityGroupRule, studio: StudioSources): readonly string[] {
  const admitsNobody =
    rule.sources.length === 0 && FAMILIES.every((family) => rule.addresses[family].length === 0);
  if (admitsNobody) return [];
  const tlsOnly = rule.protocol === 'tcp' && rule.ports.from === TLS_PORT && rule.ports.to === TLS_PORT;
  if (!tlsOnly) return [`${rule.text}: that is more than TCP ${TLS_PORT}`];
  if (FAMILIES.some((family) => !covers(studio.addresses[family], rule.addresses[family])))
    return [`${rule.text}: that reaches beyond the Studio subnets`];
  const approved = rule.sources.length === 0 ? [] : insist(studio.groups);
  const other = rule.sources.find(
    ({ groupId, peeringConnectionId }) => peeringConnectionId !== null || !approved.includes(groupId),
  );
  return other ? [`${rule.text}: ${other.groupId} is not a group of Studio`] : [];
}

function judged(
  groupId: string,
  endpointIds: readonly string[],
  faults: readonly string[],
): readonly Judgement[] {
  const carriers = `${endpointIds.length} interface ${endpointIds.length === 1 ? 'endpoint' : 'endpoints'} (${endpointIds.slice(0, 3).join(', ')}${endpointIds.length > 3 ? ', …' : ''})`;
  if (faults.length === 0) {
    const because = `${groupId}, the group of ${carriers}, admits TCP ${TLS_PORT} from Studio and nothing else.`;
    return [{ outcome: 'pass', subject: groupId, because }];
  }
  return faults.map((fault) => ({
    outcome: 'fail',
    subject: groupId,
    because: `${groupId}, the group of ${carriers}, admits ${fault}. Fix: AWS::EC2::SecurityGroup SecurityGroupIngress with TCP ${TLS_PORT} and SourceSecurityGroupId of the Studio group alone (aws ec2 revoke-security-group-ingress --group-id ${groupId} --ip-permissions …).`,
  }));
}
