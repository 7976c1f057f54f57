/**
 * The judging half of a run: Jest, programmatically, over the same project that `npx jest --selectProjects
 * compliance` runs. The input and the findings cross to Jest's workers as two files in the output folder, which
 * are removed again.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@jest/types';
import type { JestOutcome } from '../reports/jest-reporter';
import { RUN_INPUT_VARIABLE, type RunInput } from '../suites/run-input';

export const FINDINGS_VARIABLE = 'STUDIO_EGRESS_FINDINGS';

export interface RunFiles {
  readonly inputPath: string;
  readonly findingsPath: string;
}

/** Writes a run's input and points Jest's workers and reporter at it, by the environment that workers inherit. */
export function handOver(outDir: string, input: RunInput): RunFiles {
  const files = {
    inputPath: join(outDir, '.run-input.json'),
    findingsPath: join(outDir, '.run-findings.json'),
  };
  writeFileSync(files.inputPath, JSON.stringify(input));
  process.env[RUN_INPUT_VARIABLE] = files.inputPath;
  process.env[FINDINGS_VARIABLE] = files.findingsPath;
  return files;
}

/** What the checks found, and removes the hand-over files. Without findings everything is unfinished. */
export function takeBack({ inputPath, findingsPath }: RunFiles): JestOutcome {
  delete process.env[RUN_INPUT_VARIABLE];
  delete process.env[FINDINGS_VARIABLE];
  const outcome: JestOutcome = existsSync(findingsPath)
    ? outcomeIn(readFileSync(findingsPath, 'utf8'))
    : unfinished('Jest ended without a result');
  rmSync(inputPath, { force: true });
  rmSync(findingsPath, { force: true });
  return outcome;
}

const unfinished = (reason: string): JestOutcome => ({
  findings: [],
  unfinished: [{ file: 'all suites', reason }],
});

/** A disk that was full leaves the half of it. */
function outcomeIn(text: string): JestOutcome {
  try {
    return JSON.parse(text) as JestOutcome;
  } catch {
    return unfinished('what Jest found is cut off');
  }
}

/** Never rejects: what was not judged is unfinished, with the reason. */
export async function runSuites(outDir: string, input: RunInput): Promise<JestOutcome> {
  let files: RunFiles;
  try {
    files = handOver(outDir, input);
  } catch (error) {
    return unfinished(error instanceof Error ? error.message : String(error));
  }
  try {
    const { runCLI } = require('jest') as typeof import('jest');
    const areas = [...new Set(input.plan.map((check) => check.id.split('/', 1)[0]))];
    const argv = {
      $0: 'studio-egress',
      _: [],
      config: JSON.stringify(complianceConfig()),
      maxWorkers: 2,
      passWithNoTests: true,
      silent: true,
      testPathPatterns: areas.map((area) => `/suites/${area}/`),
    } as unknown as Config.Argv;
    // The configuration has its own root; Jest would warn of any folder named here but the current one.
    await runCLI(argv, [process.cwd()]);
  } catch (error) {
    const outcome = takeBack(files);
    const reason = error instanceof Error ? error.message : String(error);
    // Jest's own words say more than that its result is missing.
    return { ...outcome, unfinished: [{ file: 'all suites', reason }] };
  }
  return takeBack(files);
}

/** jest.config.js's project `compliance` as a configuration of its own, quiet but for our reporter. */
function complianceConfig(): Record<string, unknown> {
  const config = require('../jest.config.js') as {
    readonly workerIdleMemoryLimit: string;
    readonly reporters: readonly (string | readonly unknown[])[];
    readonly projects: readonly Record<string, unknown>[];
  };
  const compliance = config.projects.find((candidate) => candidate['displayName'] === 'compliance');
  // The hooks collect for a bare Jest; here that is done.
  const { globalSetup: _setup, globalTeardown: _teardown, ...project } = compliance ?? {};
  const reporters = config.reporters.filter((reporter) => Array.isArray(reporter));
  return { ...project, workerIdleMemoryLimit: config.workerIdleMemoryLimit, reporters };
}
