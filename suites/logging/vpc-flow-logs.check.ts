/**
 * VPC flow logs record all traffic of the Studio, NAT gateway and firewall subnets.
 *
 * What
 *   Each of these subnets is covered by a flow log, of its own or of the VPC, that is ACTIVE, records traffic of the
 *   type ALL, and whose delivery does not fail.
 *
 * Why
 *   The firewall sees Studio behind the NAT gateway's address. Flow logs tie a connection to the network interface it
 *   came from, and also show what the firewall never saw.
 *
 * Fix
 *   AWS::EC2::FlowLog `ResourceType: VPC`, `TrafficType: ALL`.
 *   aws ec2 create-flow-logs --resource-type VPC --resource-ids vpc-… --traffic-type ALL …
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
 */
import { ask, insist } from '../../infra/model/known';
import { networkOf } from '../../infra/model/network';
import { studioSubnetIds } from '../../infra/model/studio';
import type { SectionValues, Snapshot } from '../../infra/snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

type FlowLog = SectionValues['flowLogs'][number];

export default {
  id: 'logging/vpc-flow-logs',
  statement: 'VPC flow logs record all traffic of the Studio, NAT gateway and firewall subnets.',
  severity: 'medium',
  controls: [
    'AWS-SecurityHub:EC2.6',
    'AWS-Config:vpc-flow-logs-enabled',
    'NIST-800-53r5:AU-12',
    'NIST-800-53r5:CA-7',
  ],
  judge({ snapshot }) {
    const flowLogs = sectionValue(snapshot, 'flowLogs');
    return subnetsOf(snapshot).map((subnetId) => judged(snapshot.target.vpcId, subnetId, flowLogs));
  },
} satisfies Check;

function subnetsOf(snapshot: Snapshot): readonly string[] {
  const network = networkOf(snapshot);
  const nats = [...insist(network.natGateways).values()].flatMap((nat) => insist(nat).subnetId ?? []);
  const firewalls = [...network.firewallEndpoints.byId.values()].map(({ subnetId }) => subnetId);
  return [...new Set([...studioSubnetIds(snapshot), ...nats, ...firewalls])].sort();
}

function judged(vpcId: string, subject: string, flowLogs: readonly FlowLog[]): Judgement {
  const covering = flowLogs.filter(({ ResourceId }) => ResourceId === vpcId || ResourceId === subject);
  const answers = covering.map((flowLog) => ({
    id: flowLog.FlowLogId ?? 'a flow log',
    answer: ask(() => faultOf(flowLog)),
  }));
  const sound = answers.find(({ answer }) => answer.known && answer.value === null);
  if (sound !== undefined)
    return { outcome: 'pass', subject, because: `${sound.id} records all traffic of ${subject}.` };
  const faults = answers.map(({ id, answer }) => ({ id, fault: insist(answer) }));
  const said = faults.map(({ id, fault }) => `; ${id} ${fault}`).join('');
  const because = `No flow log records all traffic of ${subject}${said}. Fix: AWS::EC2::FlowLog with ResourceType VPC and TrafficType ALL (aws ec2 create-flow-logs --resource-type VPC --resource-ids ${vpcId} --traffic-type ALL).`;
  return { outcome: 'fail', subject, because };
}

/** Why a flow log does not count, or null. EC2 API reference, FlowLog: DeliverLogsStatus is SUCCESS or FAILED. */
function faultOf(flowLog: FlowLog): string | null {
  const id = returned(flowLog.FlowLogId, 'FlowLogId');
  const status = returned(flowLog.FlowLogStatus, `FlowLogStatus of ${id}`);
  if (status !== 'ACTIVE') return `is ${status}`;
  const type = returned(flowLog.TrafficType, `TrafficType of ${id}`);
  if (type !== 'ALL') return `records ${type} traffic only`;
  const delivery = flowLog.DeliverLogsStatus;
  // AWS does not return it before the first delivery.
  if (delivery === undefined || delivery === 'SUCCESS') return null;
  if (delivery !== 'FAILED') throw new NotKnown(`DeliverLogsStatus of ${id} is "${delivery}"`);
  return `cannot deliver (${flowLog.DeliverLogsErrorMessage ?? 'no reason returned'})`;
}
