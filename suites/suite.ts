/**
 * One area's checks as Jest tests. The evidence follows each test's result to the main process: the environment
 * (suites/jest-environment.ts) hands the input in and the findings out, the runner (suites/jest-runner.ts)
 * hangs them on the result that Jest itself sends.
 */
import { basename } from 'node:path';
import type { CheckInput } from './check';
import type { Finding } from './evidence';
import { judge } from './judge';
import { checkFiles, loadCheck } from './registry';

/** What the environment puts into a compliance test file's global scope. */
export interface ComplianceScope {
  readonly input: CheckInput;
  /** Ids of the checks that this run has planned. */
  readonly plan: readonly string[];
  put(testName: string, findings: readonly Finding[]): void;
}

declare global {
  var studioEgressCompliance: ComplianceScope | undefined;
}

/** Declares a test for every planned check in the folder of the calling suite file. */
export function suite(folder: string): void {
  const area = basename(folder);
  const scope = globalThis.studioEgressCompliance;
  if (scope === undefined) throw new Error('Compliance suites run in the project "compliance" only.');
  const files = checkFiles().filter((file) => file.area === area && scope.plan.includes(file.id));
  // Jest refuses a file without tests, and this run may not have asked for this area.
  if (files.length === 0) test(`${area} is not part of this run`, () => expect(files).toHaveLength(0));
  for (const file of files) {
    test(file.id, () => {
      const findings = judge(loadCheck(file), scope.input);
      scope.put(file.id, findings);
      const open = findings.filter((finding) => finding.outcome === 'fail' || finding.outcome === 'unknown');
      if (open.length > 0) throw new Error(open.map(sentence).join('\n'));
    });
  }
}

const sentence = (finding: Finding): string =>
  `${finding.outcome.toUpperCase()} ${finding.subject}: ${finding.because}`;
