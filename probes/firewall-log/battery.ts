/**
 * The evasion battery: every technique at once from inside the Studio subnet and at once from outside the firewall, in few
 * commands, since an SSM Agent runs only some at a time.
 */
import { randomBytes } from 'node:crypto';
import { batteryAddresses, plannedFlows, readBattery } from '../battery-report';
import {
  batteryBatches,
  batteryLookupScript,
  batteryScript,
  batteryTimeoutMs,
  type BatteryItem,
} from '../battery-script';
import type { Arrival, NotSent, Observation } from '../probe';
import type { Technique, TechniqueContext, TechniquePlan } from '../technique';
import { TransportError, type Transport } from '../transports/transport';

/** Networks of one's own (RFC 1918, RFC 4193, RFC 6598). */
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:)/;
/** How far a host's clock may be off before its times are taken for doubtful (correlate.ts allows for as much). */
const CLOCK_SKEW_MS = 5000;

/** Of the lookups beforehand; each name's own bound is shorter. */
const LOOKUP_TIMEOUT_MS = 15_000;

export interface BatteryOptions {
  readonly techniques: readonly Technique[];
  readonly context: Omit<TechniqueContext, 'nonce' | 'timeoutMs'>;
  readonly studio: Transport;
  readonly control: Transport;
  /** Bound of each technique on the host. */
  readonly timeoutMs: number;
}

export interface BatteryRun {
  /** From inside the Studio subnet, in the order of the techniques, without those that were not sent. */
  readonly inside: readonly Observation[];
  readonly outside: readonly Observation[];
  readonly notSent: readonly NotSent[];
}

export interface PlannedBattery {
  readonly inside: readonly (readonly BatteryItem[])[];
  readonly outside: readonly (readonly BatteryItem[])[];
  readonly notSent: BatteryRun['notSent'];
}

/** Which techniques go in which command. Each vantage point has nonces of its own, so that arrivals tell them apart. */
export function plannedBattery({
  techniques,
  context,
  timeoutMs,
}: Pick<BatteryOptions, 'techniques' | 'context' | 'timeoutMs'>): PlannedBattery {
  const notSent: NotSent[] = [];
  const sides: { inside: BatteryItem[]; outside: BatteryItem[] } = { inside: [], outside: [] };
  for (const technique of techniques) {
    for (const side of ['inside', 'outside'] as const) {
      const nonce = newNonce();
      const plan = technique.plan({ ...context, nonce, timeoutMs });
      if ('script' in plan) {
        // From outside, a private address is somebody else's: nothing there is asked.
        const isAsked = side === 'inside' || plan.flows.some(({ to }) => !PRIVATE.test(to));
        if (isAsked) sides[side].push({ technique, plan, nonce });
      } else if (side === 'inside') notSent.push(unsent(technique.id, plan));
    }
  }
  return { inside: batteryBatches(sides.inside), outside: batteryBatches(sides.outside), notSent };
}

const unsent = (technique: string, plan: Exclude<ReturnType<Technique['plan']>, TechniquePlan>): NotSent =>
  'notKnown' in plan
    ? { technique, applies: 'not-known', because: plan.notKnown }
    : { technique, applies: 'no', because: plan.notApplicable };

/**
 * Sends a planned battery from both sides. Never throws for what the world does; see {@link BatteryRun}. Names are looked up
 * outside first: whoever is determined brings the addresses along, so a name that the Studio subnet's resolver refuses must
 * not make a technique look stopped.
 */
export async function runBattery(
  { inside, outside, notSent }: PlannedBattery,
  { studio, control, timeoutMs }: Pick<BatteryOptions, 'studio' | 'control' | 'timeoutMs'>,
): Promise<BatteryRun> {
  const addresses = await lookedUp(outside.flat(), control);
  const send = async (
    batches: readonly (readonly BatteryItem[])[],
    vantage: Observation['vantage'],
    transport: Transport,
  ): Promise<readonly Observation[]> => {
    const sent = batches.map((items) => sendBatch({ items, vantage, transport, timeoutMs, addresses }));
    return (await Promise.all(sent)).flat();
  };
  const [seenInside, seenOutside] = await Promise.all([
    send(inside, 'studio', studio),
    send(outside, 'control', control),
  ]);
  return { inside: seenInside, outside: seenOutside, notSent };
}

/** By name, as the control host's resolver has it; empty where it could not be asked. */
async function lookedUp(
  items: readonly BatteryItem[],
  control: Transport,
): Promise<ReadonlyMap<string, string>> {
  if (items.length === 0) return new Map();
  const nonce = newNonce();
  try {
    const { output } = await control.run(batteryLookupScript(items, nonce), { timeoutMs: LOOKUP_TIMEOUT_MS });
    return batteryAddresses(output, nonce);
  } catch (error) {
    if (error instanceof TransportError) return new Map();
    throw error;
  }
}

/** What servers that keep watch have seen, and how many older arrivals they no longer hold. */
export interface Arrivals {
  readonly records: readonly Arrival[];
  readonly dropped: number;
}

/** The observations with what the server saw of each; null where nobody can say that it saw nothing. */
export function withArrivals(
  observations: readonly Observation[],
  arrivals: Arrivals | null,
): readonly Observation[] {
  if (arrivals === null) return observations;
  return observations.map((seen) => {
    const own = arrivals.records.filter(({ nonce }) => nonce === seen.nonce);
    return { ...seen, arrivals: own.length === 0 && arrivals.dropped > 0 ? null : own };
  });
}

interface Batch {
  readonly items: readonly BatteryItem[];
  readonly vantage: Observation['vantage'];
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly addresses: ReadonlyMap<string, string>;
}

async function sendBatch({
  items,
  vantage,
  transport,
  timeoutMs,
  addresses,
}: Batch): Promise<readonly Observation[]> {
  const startedAt = new Date().toISOString();
  const nonce = newNonce();
  const base = (item: BatteryItem): Observation => ({
    ...described(item),
    vantage,
    host: transport.host,
    nonce: item.nonce,
    startedAt,
    finishedAt: new Date().toISOString(),
    result: { kind: 'inconclusive', detail: 'the report of the battery does not have it' },
    deliveryAttempts: 0,
    output: { exitCode: null, stdout: '', stderr: '' },
    firewallRecords: [],
    flows: plannedFlows(item.plan, addresses),
    arrivals: null,
  });
  try {
    const script = batteryScript(items, { nonce, timeoutMs, addresses });
    const bounds = { timeoutMs: batteryTimeoutMs(timeoutMs) };
    const { output, deliveryAttempts, host = transport.host } = await transport.run(script, bounds);
    const results = readBattery(output, items, nonce, addresses);
    const returnedAt = new Date().toISOString();
    return items.map((item) => {
      const seen = results.get(item.technique.id);
      if (seen === undefined) return { ...base(item), host, deliveryAttempts };
      const { exitCode, stdout, stderr } = seen.output;
      const window = timesOf(seen, { startedAt, finishedAt: returnedAt });
      return {
        ...base(item),
        ...seen,
        ...window,
        host,
        output: { exitCode, stdout, stderr },
        deliveryAttempts,
      };
    });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return items.map((item) => ({
      ...base(item),
      result: { kind: 'inconclusive', detail: error.message },
    }));
  }
}

interface Times {
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * A technique's times by the host's clock; where that cannot be right by the verifier's own, which saw the command go and
 * come back, the times by both clocks: one of them will agree with the firewall's.
 */
function timesOf(host: Times, own: Times): Times {
  const early = Date.parse(host.startedAt) < Date.parse(own.startedAt) - CLOCK_SKEW_MS;
  const late = Date.parse(host.finishedAt) > Date.parse(own.finishedAt) + CLOCK_SKEW_MS;
  if (!early && !late) return { startedAt: host.startedAt, finishedAt: host.finishedAt };
  const earlier = [host.startedAt, own.startedAt].sort()[0] ?? own.startedAt;
  const later = [host.finishedAt, own.finishedAt].sort()[1] ?? own.finishedAt;
  return { startedAt: earlier, finishedAt: later };
}

/** The names that its flows go to or carry: what the firewall's records could name. */
function described({ technique, plan }: BatteryItem) {
  const carried = plan.flows.flatMap(({ shape }) => (shape.name === null ? [] : [shape.name.toLowerCase()]));
  // An engine may take a name for a C string (sni-nul.ts).
  const names = carried.flatMap((name) => [name, name.split('\0')[0] ?? name]);
  return {
    probe: technique.id,
    title: technique.title,
    names: [...new Set(names)],
    command: technique.title,
  };
}

/** 16 hexadecimal digits. */
const newNonce = (): string => randomBytes(8).toString('hex');
