/**
 * Wraps jest-circus so that a check's findings ride on the test result that Jest itself sends to the main
 * process: they survive workers, shards and failing tests.
 */
import type { JestEnvironment } from '@jest/environment';
import type { TestEvents, TestResult, AssertionResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type Runtime from 'jest-runtime';
import type { Finding } from './evidence';

/** A test's result with the findings its check made. */
export type ComplianceResult = AssertionResult & { findings?: readonly Finding[] };

type Send = <Name extends keyof TestEvents>(name: Name, args: TestEvents[Name]) => void | Promise<void>;
type Circus = (
  globalConfig: Config.GlobalConfig,
  config: Config.ProjectConfig,
  environment: JestEnvironment,
  runtime: Runtime,
  testPath: string,
  send?: Send,
) => Promise<TestResult>;
type Environment = JestEnvironment & { readonly findings?: ReadonlyMap<string, readonly Finding[]> };

// oxlint-disable-next-line max-params -- Jest's own signature
export default async function runCompliance(
  globalConfig: Config.GlobalConfig,
  config: Config.ProjectConfig,
  environment: Environment,
  runtime: Runtime,
  testPath: string,
  send?: Send,
): Promise<TestResult> {
  // jest-circus ships no types for its runner.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is Jest's own
  const { default: circus } = require('jest-circus/runner') as { readonly default: Circus };
  const attach = (result: ComplianceResult): void => {
    const findings = environment.findings?.get(result.fullName);
    if (findings !== undefined) result.findings = findings;
  };
  const result = await circus(globalConfig, config, environment, runtime, testPath, send);
  result.testResults.forEach(attach);
  return result;
}
