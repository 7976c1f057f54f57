/**
 * `npx jest --selectProjects compliance` on its own: collects the input that the suites judge, with the target
 * taken from the environment. Under `studio-egress verify` the input is already there.
 *
 *   STUDIO_EGRESS_STACK or STUDIO_EGRESS_DOMAIN_ID   what is deployed in AWS; neither: the lab
 *   STUDIO_EGRESS_TEMPLATE                           the template for the lab
 *   STUDIO_EGRESS_INTENT                             the file that declares the intent
 *   STUDIO_EGRESS_WAIVERS                            the file of accepted findings
 *   STUDIO_EGRESS_OUT                                the output folder
 */
import type { Lab } from '../infra/lab/lab';
import { defaultFormats } from '../reports/formats';
import { RUN_INPUT_VARIABLE } from '../suites/run-input';
import { collect, type Collected } from './collect';
import { readIntentFile } from './intent-file';
import { reportCollected } from './jest-global-teardown';
import { newProgress } from './progress';
import { SHIPPED_TEMPLATE, startRun, type Run } from './run';
import type { RunOptions, Source } from './run-options';
import { handOver, type RunFiles } from './run-suites';
import { readWaiversFile } from './waivers-file';
import { shippedIntent } from './shipped-intent';

/** What the teardown needs; Jest gives the two hooks no other way to meet. */
export interface CollectedRun {
  readonly run: Run;
  readonly collected: Collected;
  readonly files: RunFiles;
  readonly lab: Lab | null;
}

declare global {
  var studioEgressCollectedRun: CollectedRun | undefined;
}

export default async function setup(): Promise<void> {
  if (process.env[RUN_INPUT_VARIABLE] !== undefined) return;
  const options = optionsFrom(process.env);
  const run = startRun({ outDir: options.outDir, invocation: options.invocation, now: new Date() });
  const progress = newProgress({ stream: process.stderr, now: () => performance.now() });
  let lab: Lab | null = null;
  const collected = await collect({
    run,
    options,
    progress,
    signal: new AbortController().signal,
    onLab: (raised) => (lab = raised),
  });
  const { snapshot, intent, live, plan } = collected;
  if (snapshot === null || intent === null || collected.endedEarly !== null) {
    // Jest calls no teardown after a setup that failed: the report is written here.
    await reportCollected({ run, collected, outcome: { findings: [], unfinished: [] }, lab });
    throw new Error(`Could not be verified: ${collected.endedEarly ?? 'nothing could be collected'}`);
  }
  const files = handOver(run.outDir, { snapshot, intent, live, plan });
  globalThis.studioEgressCollectedRun = { run, collected, files, lab };
}

function optionsFrom(environment: NodeJS.ProcessEnv): RunOptions {
  const stack = environment['STUDIO_EGRESS_STACK'] ?? null;
  const domainId = environment['STUDIO_EGRESS_DOMAIN_ID'] ?? null;
  const templatePath = environment['STUDIO_EGRESS_TEMPLATE'] ?? SHIPPED_TEMPLATE;
  const source: Source =
    stack === null && domainId === null
      ? { kind: 'lab', templatePath, parameters: {} }
      : {
          kind: 'aws',
          selector: stack === null ? { domainId: domainId ?? '' } : { stack },
          region: null,
          profile: null,
        };
  const declared = environment['STUDIO_EGRESS_INTENT'];
  const waivers = environment['STUDIO_EGRESS_WAIVERS'];
  return {
    source,
    suites: null,
    probes: true,
    flushFlows: false,
    vantage: { kind: 'probe-host' },
    intent: declared === undefined ? shippedIntent(source) : readIntentFile('STUDIO_EGRESS_INTENT', declared),
    waivers: waivers === undefined ? null : readWaiversFile('STUDIO_EGRESS_WAIVERS', waivers),
    formats: defaultFormats,
    outDir: environment['STUDIO_EGRESS_OUT'] ?? null,
    allowedProbeTimeoutMs: 30_000,
    deniedProbeTimeoutMs: 6_000,
    logTimeoutMs: null,
    invocation: 'npx jest --selectProjects compliance',
  };
}
