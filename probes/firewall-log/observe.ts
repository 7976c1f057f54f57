/** One probe, once, from one vantage point. */
import { flowShape } from '../../infra/model/flow-shape';
import { probeOf } from '../catalogue';
import type { CommandOutput, Observation, Probe, SentFlow } from '../probe';
import { readScript } from '../script-report';
import { TransportError, type Transport } from '../transports/transport';

export interface Asked {
  /** A probe's id. */
  readonly probe: string;
  readonly expect: 'allowed' | 'denied';
  /** Both vantage points' own: a control run sends no marker. */
  readonly nonce: string;
}

export interface Observing {
  readonly asked: Asked;
  readonly vantage: Observation['vantage'];
  readonly transport: Transport;
  /** Bound of the client. */
  readonly timeoutMs: number;
}

/** Beyond the client's bound: looking names up, starting, markers, printing. */
export const SCRIPT_SLACK_MS = 20_000;

/** Never throws for what the world does: what could not be asked is an inconclusive observation. */
export async function observe({ asked, vantage, transport, timeoutMs }: Observing): Promise<Observation> {
  const startedAt = new Date().toISOString();
  const base = {
    vantage,
    host: transport.host,
    nonce: asked.nonce,
    firewallRecords: [],
    flows: [],
    arrivals: null,
  };
  const inconclusive = (probe: Pick<Probe, 'id' | 'title' | 'names'>, error: Error): Observation => ({
    ...base,
    ...inWords(probe),
    startedAt,
    finishedAt: new Date().toISOString(),
    result: { kind: 'inconclusive', detail: error.message },
    deliveryAttempts: 0,
    output: { exitCode: null, stdout: '', stderr: '' },
  });
  let probe: Probe;
  try {
    probe = probeOf(asked.probe);
  } catch (error) {
    if (error instanceof RangeError)
      return inconclusive({ id: asked.probe, title: asked.probe, names: [] }, error);
    throw error;
  }
  try {
    const script = probe.script({ nonce: asked.nonce, timeoutMs, marker: vantage === 'studio' });
    const { output, deliveryAttempts, host } = await transport.run(script, {
      timeoutMs: timeoutMs + SCRIPT_SLACK_MS,
    });
    return {
      ...base,
      ...inWords(probe),
      ...whenAndWhat(output),
      host: host ?? transport.host,
      result: probe.parse(output),
      deliveryAttempts,
      flows: flowsOf(probe, output),
    };
  } catch (error) {
    if (error instanceof TransportError) return inconclusive(probe, error);
    throw error;
  }
}

/** A user's client speaks TLS on 443 to each of its names, at the address that the host itself resolved. */
function flowsOf({ names }: Probe, output: CommandOutput): readonly SentFlow[] {
  const { addresses } = readScript(output);
  return names.map((name) => ({
    shape: flowShape({ transport: 'tcp', port: 443, application: 'tls', name }),
    address: addresses.get(name) ?? null,
  }));
}

const inWords = ({ id, title, names }: Pick<Probe, 'id' | 'title' | 'names'>) => ({
  probe: id,
  title,
  names,
  command: title,
});

const whenAndWhat = ({ exitCode, stdout, stderr, startedAt, finishedAt }: CommandOutput) => ({
  startedAt,
  finishedAt,
  output: { exitCode, stdout, stderr },
});
