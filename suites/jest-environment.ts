/** Worker side of a compliance run, one per test file: gives the file its input and keeps what it finds. */
import { readFileSync } from 'node:fs';
import NodeEnvironment from 'jest-environment-node';
import type { Finding } from './evidence';
import type { ComplianceScope } from './suite';
import { parseRunInput, RUN_INPUT_VARIABLE } from './run-input';

export default class ComplianceEnvironment extends NodeEnvironment {
  readonly findings = new Map<string, readonly Finding[]>();

  override async setup(): Promise<void> {
    await super.setup();
    const path = process.env[RUN_INPUT_VARIABLE];
    if (path === undefined) throw new Error(`${RUN_INPUT_VARIABLE} does not name a run's input`);
    const { plan, ...input } = parseRunInput(readFileSync(path, 'utf8'), path);
    const scope: ComplianceScope = {
      input,
      plan: plan.map((check) => check.id),
      put: (testName, findings) => this.findings.set(testName, findings),
    };
    this.global['studioEgressCompliance'] = scope;
  }
}
