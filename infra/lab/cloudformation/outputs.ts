/** A stack's outputs, and the exports by which other stacks import them. */
import type { Output } from '@aws-sdk/client-cloudformation';
import { resolveText, resolveValue } from './intrinsics';
import type { Scope } from './resolution-scope';
import { type Engine, type StackRecord, storedStack } from './stack-record';
import type { OutputDeclaration } from './template';
import { type Path, TemplateError } from './template-error';
import { isList, LATER, scalarText } from './values';

/** Resolves the outputs and exports those that ask for it. Throws before anything is set. */
export function setOutputs(engine: Engine, record: StackRecord, scope: Scope): void {
  const { state } = engine.context;
  const outputs = resolvedOutputs(scope);
  refuseExports(engine, record, { scope, outputs });
  for (const [name, { exportingStackId }] of state.exports)
    if (exportingStackId === record.stackId) state.exports.delete(name);
  for (const { ExportName, OutputValue } of outputs)
    if (ExportName !== undefined)
      state.exports.set(ExportName, { exportingStackId: record.stackId, value: OutputValue });
  storedStack(engine, record).stack.Outputs = [...outputs];
}

interface ResolvedOutput extends Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
}

/** The outputs whose conditions hold, with their values. */
export function resolvedOutputs(scope: Scope): readonly ResolvedOutput[] {
  return [...scope.template.outputs.values()]
    .filter(
      ({ name, condition }) =>
        condition === null || scope.condition(condition, ['Outputs', name, 'Condition']),
    )
    .map((declared) => resolvedOutput(scope, declared));
}

function resolvedOutput(
  scope: Scope,
  { name, value, description, exportName }: OutputDeclaration,
): ResolvedOutput {
  const path = ['Outputs', name, 'Value'];
  const resolved = resolveValue(value, path, scope);
  const text = scalarText(resolved);
  if (text === null) {
    throw new TemplateError({
      place: scope.template.at(path),
      reason: 'Template format error: The Value field of every Outputs member must evaluate to a String.',
      fix: isList(resolved) ? 'Join the list with Fn::Join.' : undefined,
    });
  }
  return {
    OutputKey: name,
    OutputValue: text,
    ...(description === null ? {} : { Description: description }),
    ...(exportName === null
      ? {}
      : { ExportName: exportText(scope, exportName, ['Outputs', name, 'Export', 'Name']) }),
  };
}

function exportText(
  scope: Scope,
  declared: NonNullable<OutputDeclaration['exportName']>,
  path: Path,
): string {
  const name = resolveText(declared, path, scope);
  if (name === LATER) throw new Error('a deployed stack has no values that are not known yet');
  return name;
}

interface Exporting {
  readonly scope: Scope;
  readonly outputs: readonly ResolvedOutput[];
}

/** Export names are unique in account and Region, and one that is in use neither changes nor goes (user guide, using-cfn-stack-exports). */
function refuseExports(engine: Engine, record: StackRecord, { scope, outputs }: Exporting): void {
  const { state } = engine.context;
  const fail = (key: string, reason: string, fix: string): never => {
    throw new TemplateError({ place: scope.template.at(['Outputs', key, 'Export', 'Name']), reason, fix });
  };
  const names = new Set<string>();
  for (const { OutputKey, ExportName } of outputs) {
    if (ExportName === undefined) continue;
    const holder = state.exports.get(ExportName)?.exportingStackId ?? record.stackId;
    if (names.has(ExportName) || holder !== record.stackId)
      fail(
        OutputKey,
        `Export with name ${ExportName} is already exported by stack ${holder}.`,
        'Choose another name.',
      );
    names.add(ExportName);
  }
  for (const [name, { exportingStackId, value }] of state.exports) {
    if (exportingStackId !== record.stackId) continue;
    const kept = outputs.find(({ ExportName }) => ExportName === name);
    const [user] = usersOf(engine, name);
    if (user === undefined || kept?.OutputValue === value) continue;
    const reason = `Export ${name} cannot be ${kept === undefined ? 'deleted' : 'updated'} as it is in use by ${user}.`;
    throw new TemplateError({ place: scope.template.at(['Outputs']), reason, fix: `Change ${user} first.` });
  }
}

/** Names of the stacks that import a value. */
export function usersOf({ records, context: { state } }: Engine, exportName: string): readonly string[] {
  return [...records.values()]
    .filter(
      ({ imports, stackId }) =>
        imports.has(exportName) && state.stacks.get(stackId)?.stack.StackStatus !== 'DELETE_COMPLETE',
    )
    .map(({ stackName }) => stackName);
}
