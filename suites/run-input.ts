/** The file by which the collecting process hands a run's input to Jest's workers. */
import type { PlannedCheck } from './assemble';
import type { CheckInput } from './check';

export const RUN_INPUT_VARIABLE = 'STUDIO_EGRESS_INPUT';

export interface RunInput extends CheckInput {
  readonly plan: readonly PlannedCheck[];
}

/** Written and read by this program alone within one run; still refused when it is not what it should be. */
export function parseRunInput(text: string, path: string): RunInput {
  const value: unknown = JSON.parse(text);
  const members = ['snapshot', 'intent', 'live', 'plan'];
  const isInput = typeof value === 'object' && value !== null && members.every((member) => member in value);
  if (!isInput) throw new Error(`${path} is not the input of a run: it must have ${members.join(', ')}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this very run
  return value as RunInput;
}
