/** A gate's policy from its file, or a UsageError that names every fault by line and column. */
import type { Severity } from '../suites/evidence';
import type { GatePolicy } from '../suites/gate';
import gatePolicySchema from '../suites/gate-policy.schema.json';
import { areas, checkFiles } from '../suites/registry';
import { schemaProblems, type Problem, type Schema } from '../suites/schema-problems';
import { faultsInWords, placedFaults, readOwnerFile } from './owner-file';
import { UsageError } from './usage-error';

const WHAT = "a gate's policy";

/** The file's value, once the schema has no fault in it. */
interface DeclaredPolicy {
  readonly severities?: readonly Severity[];
  readonly areas?: readonly string[];
  readonly unknowns?: { readonly tolerated: number };
  readonly maximumAgeHours?: number;
  readonly vantage?: 'probe-host' | 'processing-job';
  readonly targets?: GatePolicy['targets'];
}

/** What is left out is as strict as can be. */
export function readGatePolicy(given: string): GatePolicy {
  const { path, document } = readOwnerFile({ option: '--policy', path: given, what: WHAT });
  const schema: Schema = gatePolicySchema;
  const known = areas(checkFiles());
  const problems = document.isWhole ? schemaProblems(schema, document.value) : [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- used where neither text nor value has a fault
  const policy = document.value as DeclaredPolicy;
  const all = problems.length > 0 || !document.isWhole ? problems : areaProblems(policy.areas ?? [], known);
  if (all.length > 0 || document.faults.length > 0)
    throw new UsageError(faultsInWords(placedFaults(document, all), { name: path, what: WHAT }));
  return {
    severities: policy.severities ?? ['critical', 'high', 'medium', 'low'],
    areas: policy.areas ?? known,
    toleratedUnknowns: policy.unknowns?.tolerated ?? 0,
    maximumAgeHours: policy.maximumAgeHours ?? null,
    vantage: policy.vantage ?? null,
    targets: policy.targets ?? ['aws'],
  };
}

function areaProblems(given: readonly string[], known: readonly string[]): readonly Problem[] {
  return given.flatMap((area, index) =>
    known.includes(area)
      ? []
      : [
          {
            path: ['areas', index],
            reason: `areas[${index}] is ${JSON.stringify(area)}, and there is no such area`,
            fix: `Write one of ${known.join(', ')}`,
            word: { written: area, known },
          },
        ],
  );
}
