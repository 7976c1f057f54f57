/** A run in which one technique was sent, from inside the Studio subnet and from outside, as the checks see it. */
import { setPolicy } from '../../infra/mutants/firewall-changes';
import { change } from '../../infra/mutants/mutant';
import { withProbeHost } from '../../infra/mutants/probe-host';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { flowShape, type FlowShape } from '../../infra/model/flow-shape';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Arrival, ClientResult, LiveEvidence, Observation, SentFlow } from '../../probes/probe';
import type { Technique } from '../../probes/technique';
import type { CheckInput } from '../check';
import type { AcceptedRisk } from '../intent';
import { COMPLETE, observation, runOf, SUCCEEDED, TIMED_OUT } from './egress.fixture';

/** An address on the internet that the reference network's routes lead to through the firewall. */
export const TARGET = '52.0.0.1';
export const NONCE = 'abcdefgh12345678';

export type TechniqueWords = Omit<Technique, 'plan'>;

export const TECHNIQUE: TechniqueWords = {
  id: 'tls-denied-name',
  title: 'HTTPS to a name off the list',
  risk: 'that names are not judged at all',
  closedBy: 'A default drop in strict order',
  expect: 'denied',
};

/** TLS for a name off the list, which the reference firewall drops and logs. */
export const DENIED: SentFlow = {
  shape: flowShape({ transport: 'tcp', port: 443, application: 'tls', name: 'example.com' }),
  address: TARGET,
};

/** A flow that the reference network's security group does not let out. */
export const SSH: SentFlow = {
  shape: flowShape({ transport: 'tcp', port: 22, application: 'ssh' }),
  address: TARGET,
};

/** UDP, which the reference group does not let out, and the firewall drops by its default. */
export const UDP: SentFlow = {
  shape: flowShape({ transport: 'udp', port: 9000, application: null }),
  address: TARGET,
};

/** The reference network with a group that lets everything out, and a default drop without its alert. */
export function unloggedDrops(snapshot: Snapshot): Snapshot {
  const open = change(snapshot, 'securityGroups', (groups) =>
    groups.map((group) => ({
      ...group,
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })),
  );
  return setPolicy({ StatefulDefaultActions: ['aws:drop_established'] })(open);
}

/** Data on a SYN, which nobody answers and the reference group lets out on 443. */
export const SYN_DATA: SentFlow = {
  shape: flowShape({ transport: 'tcp', port: 443, application: null, carriedBy: 'syn' }),
  address: TARGET,
};

export function arrival(overrides: Partial<Arrival> = {}): Arrival {
  return {
    at: '2026-11-23T15:00:01.000Z',
    nonce: NONCE,
    protocol: 'tcp',
    remote: '198.51.100.10:40000',
    local: `${TARGET}:443`,
    bytes: 120,
    ...overrides,
  };
}

interface Side extends Partial<
  Pick<Observation, 'result' | 'flows' | 'arrivals' | 'firewallRecords' | 'nonce'>
> {
  readonly probe?: string;
}

export function seen(vantage: Observation['vantage'], side: Side = {}): Observation {
  const { probe = TECHNIQUE.id, ...rest } = side;
  const result: ClientResult = vantage === 'studio' ? TIMED_OUT : SUCCEEDED;
  return {
    ...observation({ probe, name: 'example.com', result, vantage }),
    title: TECHNIQUE.title,
    flows: [DENIED],
    ...rest,
  };
}

export interface BatteryStory {
  readonly studio?: Side | null;
  /** Null: no control run. */
  readonly control?: Side | null;
  /** Other observations of the same run. */
  readonly others?: readonly Observation[];
  readonly acceptedRisks?: readonly AcceptedRisk[];
  readonly live?: Partial<Extract<LiveEvidence, { readonly status: 'run' }>>;
  readonly mutate?: (snapshot: Snapshot) => Snapshot;
}

/** A run of the reference network with one technique in it; without a story, it is dropped and nothing is on record. */
export function batteryRun(story: BatteryStory = {}): CheckInput {
  const {
    studio = {},
    control = {},
    others = [],
    acceptedRisks = [],
    live = {},
    mutate = (one) => one,
  } = story;
  const base = runOf({});
  const observations = [
    ...(studio === null ? [] : [seen('studio', studio)]),
    ...(control === null ? [] : [seen('control', control)]),
    ...others,
  ];
  return {
    ...base,
    snapshot: mutate(withProbeHost(referenceSnapshot())),
    intent: { ...base.intent, destinations: [], acceptedRisks },
    live: { status: 'run', observations, log: COMPLETE, flowLog: COMPLETE, notSent: [], ...live },
  };
}

/** The shape of a flow with some members changed. */
export const shaped = (flow: SentFlow, parts: Partial<FlowShape>): SentFlow => ({
  ...flow,
  shape: { ...flow.shape, ...parts },
});
