/**
 * What the whole evasion battery costs against its slowest technique: both from inside the Studio subnet of the recommended
 * stack in the lab, in one run. Techniques run beside each other, so the ratio should be little above one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import { raiseLab } from '../infra/lab/lab';
import { findTarget } from '../infra/snapshot/target';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { TECHNIQUES } from '../probes/evasions/techniques';
import { plannedBattery, runBattery } from '../probes/firewall-log/battery';
import { batteryContext } from '../probes/firewall-log/battery-context';
import type { Observation } from '../probes/probe';
import { ssmTransport } from '../probes/transports/ssm';
import { controlHost, studioHost } from '../probes/transports/vantage';
import { derivedIntent } from '../suites/derived-intent';
import { machine, milliseconds, table } from './figures';

const TEMPLATE = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.yaml');
const TIMEOUT_MS = 6_000;
const RUNS = 3;
const TARGET = 1.3;

const tookMs = ({ startedAt, finishedAt }: Observation): number =>
  Date.parse(finishedAt) - Date.parse(startedAt);

async function main(): Promise<void> {
  const lab = await raiseLab({
    template: readFileSync(TEMPLATE, 'utf8'),
    templatePath: TEMPLATE,
    parameters: {},
    network: true,
  });
  try {
    const blind = lab.blind();
    if (blind !== null) throw new Error(blind);
    const target = await findTarget(lab.connection, { stack: lab.stackName });
    const snapshot = await takeSnapshot(lab.connection, { ...target, kind: 'lab' });
    const { destinations, listener } = derivedIntent(snapshot);
    const host = studioHost(snapshot);
    const control = controlHost(snapshot);
    if (host.status === 'none' || control === null) throw new Error('the lab has no hosts to ask');
    const context = batteryContext({ snapshot, destinations, listener });
    const rows: string[][] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      const [studio, outside] = await Promise.all(
        [host.instanceId, control].map((instanceId) =>
          ssmTransport({ connection: lab.connection, instanceId }),
        ),
      );
      if (studio === undefined || outside === undefined) throw new Error('no transport');
      const planned = plannedBattery({ techniques: TECHNIQUES, context, timeoutMs: TIMEOUT_MS });
      const startedMs = performance.now();
      const { inside } = await runBattery(planned, { studio, control: outside, timeoutMs: TIMEOUT_MS });
      const wallMs = performance.now() - startedMs;
      await Promise.all([studio.close(), outside.close()]);
      const slowest = [...inside].sort((a, b) => tookMs(b) - tookMs(a))[0];
      if (slowest === undefined) throw new Error('no technique was sent');
      const ratio = wallMs / tookMs(slowest);
      rows.push([
        `run ${run}`,
        String(inside.length),
        String(inside.filter(({ result }) => result.kind === 'inconclusive').length),
        milliseconds(wallMs),
        `${slowest.probe} ${milliseconds(tookMs(slowest))}`,
        `${ratio.toFixed(2)}, ${ratio <= TARGET ? 'met' : 'missed'}`,
      ]);
    }
    const headings = ['battery', 'techniques', 'inconclusive', 'wall', 'slowest technique', 'wall / slowest'];
    process.stdout.write(`${machine()}${table(headings, rows)}`);
  } finally {
    await lab.close();
  }
}

void main();
