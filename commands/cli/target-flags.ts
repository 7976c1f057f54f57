/** The options that name what a command is about, and what they mean together. */
import type { TargetSelector } from '../../infra/snapshot/target';
import { SHIPPED_TEMPLATE } from '../run';
import { parameterPairs, readableFile, type Source } from '../run-options';
import { UsageError } from '../usage-error';

export interface SourceFlags {
  readonly template?: string;
  readonly parameter: readonly string[];
  readonly snapshot?: string;
  readonly stack?: string;
  readonly domainId?: string;
  readonly vpcId?: string;
  readonly region?: string;
  readonly profile?: string;
}

export async function sourceOf(flags: SourceFlags): Promise<Source> {
  const given = (['template', 'snapshot', 'stack', 'domainId', 'vpcId'] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (given.length > 1) {
    const names = given.map((name) => `--${name.replace('Id', '-id')}`).join(' and ');
    throw new UsageError(`${names} exclude each other; name one target`);
  }
  if (given[0] !== 'template' && given.length === 1 && flags.parameter.length > 0) {
    throw new UsageError('--parameter belongs to a template that is raised in the lab');
  }
  if (flags.snapshot !== undefined)
    return { kind: 'snapshot', file: readableFile('--snapshot', flags.snapshot) };
  const selector = selectorOf(flags);
  if (selector !== null) {
    const { region = null, profile = null } = flags;
    return { kind: 'aws', selector, region, profile };
  }
  return labSource(flags.template ?? SHIPPED_TEMPLATE, flags.parameter);
}

/** What is named in an AWS account; null when nothing is. Throws a UsageError when more than one thing is. */
export function selectorOf({
  stack,
  domainId,
  vpcId,
}: Pick<SourceFlags, 'stack' | 'domainId' | 'vpcId'>): TargetSelector | null {
  const selectors: readonly TargetSelector[] = [
    ...(stack === undefined ? [] : [{ stack }]),
    ...(domainId === undefined ? [] : [{ domainId }]),
    ...(vpcId === undefined ? [] : [{ vpcId }]),
  ];
  if (selectors.length > 1)
    throw new UsageError('--stack, --domain-id and --vpc-id exclude each other; name one target');
  return selectors[0] ?? null;
}

/** A target in AWS, a saved snapshot, or null where none is named. */
export function namedTarget(flags: Omit<SourceFlags, 'template' | 'parameter'>) {
  const selector = selectorOf(flags);
  if (selector !== null && flags.snapshot !== undefined)
    throw new UsageError('--snapshot and a target in AWS exclude each other; name one');
  if (flags.snapshot !== undefined) return { snapshot: readableFile('--snapshot', flags.snapshot) };
  if (selector === null) return null;
  const { region = null, profile = null } = flags;
  return { selector, region, profile };
}

export async function labSource(
  template: string,
  pairs: readonly string[],
): Promise<Extract<Source, { kind: 'lab' }>> {
  const templatePath = readableFile('--template', template);
  const parameters = parameterPairs(pairs);
  const { checkTemplateFile } = require('../template-file') as typeof import('../template-file');
  checkTemplateFile(templatePath, parameters);
  return { kind: 'lab', templatePath, parameters };
}
