/** Whether a template could be deployed, said before anything is started. */
import { checkReferences, dryRun } from './check';
import { checkParameterValues } from './parameters';
import type { Surroundings } from './scope';
import { readTemplate, type Template } from './template';
import { LATER } from './values';

/** The account and Region of the lab, when nothing else is asked for. */
const LAB: Surroundings = {
  account: '123456789012',
  region: 'us-east-1',
  partition: 'aws',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
};

export interface CheckOptions {
  readonly surroundings?: Surroundings;
  readonly stackName?: string;
}

/**
 * Reads a template and resolves it with these parameters, creating nothing: syntax, sections, parameters, references,
 * resource types, their properties, and circles. Throws a TemplateError whose message names the place, the line, the
 * reason and the fix. What only the account can refuse (an address block that does not fit, say) shows on deployment.
 */
export function checkTemplate(
  text: string,
  parameters: Readonly<Record<string, string>>,
  { surroundings = LAB, stackName = 'stack' }: CheckOptions = {},
): Template {
  const template = readTemplate(text);
  checkReferences(template);
  dryRun({
    template,
    parameters: checkParameterValues({ template, given: parameters }),
    surroundings,
    stack: { stackName, stackId: LATER },
    importValue: () => LATER,
  });
  return template;
}
