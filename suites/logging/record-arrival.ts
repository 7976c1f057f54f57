/** Whether the firewall's records of one type arrive somewhere, and at nobody else's. */
import { ask } from '../../infra/model/known';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Judgement } from '../evidence';
import { type BucketDestination, bucketExists, deliveryFault, keyFault, publicFault } from './log-bucket';
import { bucketOf, destinationsOf, groupNameOf, logGroupOf, type Destination } from './log-destination';

/** What became of the records at one destination; `place` says it as a part of a sentence, with the fix of a fault. */
interface Arrival {
  readonly kind: 'kept' | 'lost' | 'open' | 'not known';
  readonly place: string;
}

/** Judges that records of a type arrive at a destination that exists and is not public. */
export function recordsAreKept(snapshot: Snapshot, firewallArn: string, type: 'ALERT' | 'FLOW'): Judgement {
  const destinations = destinationsOf(snapshot, firewallArn, type);
  if (destinations.length === 0) {
    return {
      outcome: 'fail',
      subject: firewallArn,
      because: `${firewallArn} writes no ${type} records. Fix: add a LogDestinationConfig of LogType ${type} (AWS::NetworkFirewall::LoggingConfiguration; aws network-firewall update-logging-configuration --firewall-arn ${firewallArn}).`,
    };
  }
  const arrivals = destinations.map((destination) => arrivalAt(snapshot, firewallArn, destination));
  const { outcome, place } = summed(arrivals);
  return { outcome, subject: firewallArn, because: `${type} records of ${firewallArn} go to ${place}.` };
}

/** Records that one destination loses may be kept by another; those that everybody can read are not taken back. */
function summed(arrivals: readonly Arrival[]): {
  readonly outcome: Judgement['outcome'];
  readonly place: string;
} {
  const first = (kind: Arrival['kind']) => arrivals.find((arrival) => arrival.kind === kind);
  const open = first('open');
  if (open !== undefined) return { outcome: 'fail', place: open.place };
  const kept = first('kept');
  const unclear = first('not known');
  // What is kept elsewhere does not show that nobody reads it here.
  if (kept !== undefined && unclear === undefined) return { outcome: 'pass', place: kept.place };
  if (unclear !== undefined) return { outcome: 'unknown', place: unclear.place };
  return { outcome: 'fail', place: arrivals.map(({ place }) => place).join(', ') };
}

function arrivalAt(snapshot: Snapshot, firewallArn: string, destination: Destination): Arrival {
  const type = returned(destination.LogDestinationType, 'LogDestinationType');
  const group = groupNameOf(destination);
  if (group !== null) {
    if (logGroupOf(snapshot, group) !== null) return { kind: 'kept', place: `the log group ${group}` };
    const fix = `Fix: create it (AWS::Logs::LogGroup; aws logs create-log-group --log-group-name ${group})`;
    return { kind: 'lost', place: `the log group ${group}, which does not exist. ${fix}` };
  }
  if (type !== 'S3') {
    const place = `${type}, which is not read by this version; whether the destination exists is not known`;
    return { kind: 'not known', place };
  }
  const answer = ask(() => arrivalInBucket(snapshot, bucketOf(snapshot, firewallArn, destination)));
  if (answer.known) return answer.value;
  return { kind: 'not known', place: `an S3 bucket, of which too little is known: ${answer.because}` };
}

function arrivalInBucket(snapshot: Snapshot, destination: BucketDestination): Arrival {
  const { bucket } = destination;
  const { Bucket } = bucket;
  if (!bucketExists(bucket)) {
    const fix = `Fix: create it (AWS::S3::Bucket; aws s3api create-bucket --bucket ${Bucket})`;
    return { kind: 'lost', place: `the bucket ${Bucket}, which does not exist. ${fix}` };
  }
  const open = publicFault(bucket);
  if (open !== null) return { kind: 'open', place: `the bucket ${Bucket}, ${open}` };
  const refused = deliveryFault(snapshot, destination) ?? keyFault(bucket);
  return refused === null
    ? { kind: 'kept', place: `the bucket ${Bucket}, which lets the log delivery in and is not public` }
    : { kind: 'lost', place: `the bucket ${Bucket}, ${refused}` };
}
